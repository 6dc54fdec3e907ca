"""What each event of a login adds to what the dialog knows."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from mixdesk.exceptions import MixdeskError
from mixdesk.login.events import (
    AskingMe,
    BrowserOpened,
    ClientReady,
    CodeFailed,
    CodeReady,
    CodeReceived,
    Event,
    Failed,
    Listening,
    MeRead,
    NameNeeded,
    NoBrowser,
    OtherUser,
    PasteRefused,
    ProjectHidden,
    ProjectIgnored,
    RegionTried,
    Saved,
    Started,
    TokensReceived,
    UrlReady,
    Waiting,
)
from mixdesk_tui.dialogs.login.progress import Code, Progress, after
from tests.app.fakes import NOW
from tests.app.logins import CODE, CODE_URL, PROJECTS, URL

EVIL = "a\x1b]52;c;b3duZWQ=\x07\u202eb\nc"
HARMLESS = "ab c"

REFUSAL = MixdeskError("No.")
NAMES = NameNeeded("acme", frozenset())
SAVED = Saved("acme", True, None, None, None, None)

HIDES = (
    "MP_PROJECT_ID is 999, which this login cannot see; it hides the project until you unset it."
)

ADDED: list[tuple[Event, dict[str, Any]]] = [
    (Started("oauth_browser", "us", None), {}),
    (Listening(19284), {"port": 19284}),
    (ClientReady(is_new=False), {"is_known": True}),
    (ClientReady(is_new=True), {"is_known": True, "is_registered": True}),
    (UrlReady(URL), {"url": URL}),
    (BrowserOpened(), {"is_opened": True}),
    (NoBrowser("no display"), {"no_browser": "no display"}),
    (
        CODE,
        {
            "is_code_asked": True,
            "code": Code("BDWP-HQPK", CODE_URL, f"{CODE_URL}?user_code=BDWP-HQPK"),
        },
    ),
    (CodeReady("A", "b", None, 1.0), {"is_code_asked": True, "code": Code("A", "b", "")}),
    (CodeFailed(REFUSAL), {"code_problem": REFUSAL}),
    (Waiting(272.5), {"seconds_left": 272.5}),
    (PasteRefused(REFUSAL), {"paste_problem": REFUSAL}),
    (CodeReceived(), {"is_answered": True}),
    (TokensReceived(NOW), {"is_answered": True}),
    (RegionTried("eu", 401), {"tried": (("eu", 401),)}),
    (AskingMe(), {"is_asking": True}),
    (MeRead("ana@acme.com", 6), {"is_proven": True, "email": "ana@acme.com", "sees": 6}),
    (MeRead(None, 0), {"is_proven": True}),
    (
        OtherUser("bob", "ana"),
        {"notes": ("This account was bob until now, and is ana from now on.",)},
    ),
    (ProjectHidden("999"), {"notes": (HIDES,)}),
    (ProjectIgnored("1", "2"), {"notes": ("The account keeps its project 2.",)}),
    (ProjectIgnored("1", None), {"notes": ("The account keeps its project (none).",)}),
    (PROJECTS, {"projects": PROJECTS}),
    (NAMES, {"names": NAMES}),
    (SAVED, {"saved": SAVED}),
    (Failed(REFUSAL), {"error": REFUSAL}),
]


@pytest.mark.parametrize(("event", "added"), ADDED, ids=lambda each: type(each).__name__)
def test_an_event_adds_what_it_says_and_nothing_else(event: Event, added: dict[str, Any]) -> None:
    assert after(Progress(), event) == Progress(**added)


def test_every_event_is_known() -> None:
    assert {type(event) for event, _ in ADDED} == set(get_args(Event))


def test_a_browser_that_opens_takes_back_that_none_did() -> None:
    seen = after(after(Progress(is_opening=True), NoBrowser("no display")), BrowserOpened())
    assert (seen.is_opening, seen.is_opened, seen.no_browser) == (False, True, "")


def test_a_code_takes_back_that_there_is_none_and_a_failure_takes_the_code() -> None:
    seen = after(after(Progress(), CodeFailed(REFUSAL)), CODE)
    assert (seen.code_problem, bool(seen.code)) == (None, True)
    seen = after(seen, CodeFailed(REFUSAL))
    assert (seen.code_problem, seen.code, seen.is_code_asked) == (REFUSAL, None, False)


def test_an_answer_takes_back_what_was_wrong_with_a_pasted_one() -> None:
    assert after(Progress(paste_problem=REFUSAL), CodeReceived()).paste_problem is None


def test_a_name_that_is_asked_for_again_is_not_the_one_that_was_typed() -> None:
    assert after(Progress(name="taken"), NAMES).name == ""


def test_regions_are_added_in_their_order() -> None:
    seen = Progress()
    for event in (RegionTried("us", 401), RegionTried("eu", 200)):
        seen = after(seen, event)
    assert seen.tried == (("us", 401), ("eu", 200))
    assert seen.found == "eu"


@pytest.mark.parametrize(
    "event",
    [
        UrlReady(EVIL),
        NoBrowser(EVIL),
        CodeReady(EVIL, EVIL, EVIL, 1.0),
        MeRead(EVIL, 1),
        OtherUser(EVIL, EVIL),
        ProjectHidden(EVIL),
        ProjectIgnored(EVIL, EVIL),
    ],
    ids=lambda event: type(event).__name__,
)
def test_text_from_outside_is_cleaned_where_it_comes_in(event: Event) -> None:
    seen = after(Progress(), event)
    code = seen.code or Code("", "")
    texts = (seen.url, seen.no_browser, seen.email, *seen.notes, *code)
    assert any(HARMLESS in text for text in texts)
    assert not any(char in text for text in texts for char in "\x1b\x07\u202e\n")


def test_an_address_is_kept_whole() -> None:
    assert after(Progress(), UrlReady(URL * 3)).url == URL * 3


def test_addresses_and_codes_are_in_no_representation() -> None:
    seen = after(after(Progress(), UrlReady(URL)), CODE)
    assert "oauth" not in repr(seen)
    assert "BDWP" not in repr(seen)


def test_it_is_saving_when_nobody_is_asked_any_more() -> None:
    seen = Progress()
    for event, is_saving in (
        (AskingMe(), False),
        (MeRead(None, 2), True),
        (PROJECTS, False),
        (NAMES, False),
    ):
        seen = after(seen, event)
        assert seen.is_saving is is_saving
