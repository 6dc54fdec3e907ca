"""What a login says and asks: its words, the list to choose from, the QR code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

import click
import pytest

from mixdesk.exceptions import AccountExistsError, OAuthError
from mixdesk.login import events
from mixdesk.model.records import ProjectEntry
from mixdesk_cli.call import Call
from mixdesk_cli.login.keyboard import Keyboard
from mixdesk_cli.login.picking import Questions, matching, meant
from mixdesk_cli.login.qr import qr_lines
from mixdesk_cli.login.status import StatusLine
from mixdesk_cli.login.telling import Teller

URL = "https://mixpanel.com/oauth/authorize/?state=abc&redirect_uri=http%3A%2F%2Flocalhost"
ALL = [
    ProjectEntry("11", "Alpha", "Acme", "us", "UTC"),
    ProjectEntry("12", "Beta", "Acme", "us", "UTC"),
    ProjectEntry("2", "Gamma", "Brown", None, "UTC"),
    ProjectEntry("30", "Delta", "Brown", "eu", "UTC"),
]
NEEDED = events.ProjectNeeded(tuple(ALL), "us", {})


@pytest.fixture
def call() -> Call:
    return Call({"TERM": "xterm"})


@pytest.fixture
def said(call: Call, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What is said on stderr about some events."""

    def say(*happened: events.Event, can_paste: bool = False) -> str:
        teller = Teller(call, StatusLine(call.environ), can_paste=can_paste)
        for event in happened:
            teller.tell(event)
        out, err = capsys.readouterr()
        assert out == ""
        return err

    return say


class Typist:
    """Somebody who types these lines; then nothing comes any more."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = list(lines)

    async def line(self) -> str | None:
        return self._lines.pop(0) if self._lines else None


def questions(call: Call, *lines: str) -> Questions:
    return Questions(call, cast("Keyboard", Typist(lines)))


def test_the_address_is_whole_and_on_a_line_of_its_own(said: Callable[..., str]) -> None:
    assert f"\n  {URL}\n" in said(events.UrlReady(URL), events.BrowserOpened())


def test_no_event_writes_a_control_character_to_a_pipe(said: Callable[..., str]) -> None:
    error = OAuthError("No.\x1b[31m", code="OAUTH_PASTE_ERROR", hint="Again.\x07")
    shown = said(
        events.Started("oauth_browser", "us", None),
        events.Listening(19284),
        events.ClientReady(is_new=True),
        events.UrlReady(URL),
        events.NoBrowser("it did not start"),
        events.CodeReady("AB-CD", "https://x.example", "https://x.example?c=AB-CD", 590),
        events.Waiting(299),
        events.Waiting(298),
        events.CodeFailed(error),
        events.PasteRefused(error),
        events.CodeReceived(),
        events.TokensReceived(0),
        events.RegionTried("us", 0),
        events.AskingMe(),
        events.MeRead("ana@acme.example", 3),
        events.OtherUser("bo@acme.example\x1b]0;x\x07", "ana@acme.example"),
        events.ProjectHidden("12"),
        events.ProjectIgnored("12", None),
        events.Saved("acme", True, "ana@acme.example", "12", "Beta", None),
        events.Failed(error),
    )
    assert not set(map(chr, range(32))) - {"\n"} & set(shown)
    assert "AB-CD" in shown
    assert "299" not in shown
    assert "us: no answer" in shown
    assert "keeps the project (none)" in shown
    assert shown.endswith("ana@acme.example is now acme · Beta\n")


def test_quiet_keeps_only_what_cannot_be_done_without(call: Call, said: Callable[..., str]) -> None:
    call.console.quiet = True
    assert said(events.UrlReady(URL), events.BrowserOpened(), events.Waiting(9)) == ""
    assert said(events.UrlReady(URL), events.NoBrowser("not asked for")) == f"{URL}\n"
    assert "AB-CD" in said(events.CodeReady("AB-CD", "https://x.example", None, 60))


def test_pasting_is_explained_once_where_it_can_be_done(said: Callable[..., str]) -> None:
    told = (events.UrlReady(URL), events.NoBrowser("no display"))
    assert "paste it here" not in said(*told)
    code = events.CodeReady("AB-CD", "https://x.example", None, 60)
    assert said(*told, code, can_paste=True).count("paste it here") == 1


@pytest.mark.parametrize(
    ("saved", "line"),
    [
        (events.Saved("acme", True, "a@b.c", None, None, None), "a@b.c is now acme\n"),
        (events.Saved("acme", True, None, "12", None, None), "You are now acme · 12\n"),
    ],
)
def test_what_is_not_known_is_left_out(
    said: Callable[..., str], saved: events.Saved, line: str
) -> None:
    assert said(saved) == line


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("", "11"), ("1", "11"), ("2", "12"), ("12", "12"), ("30", "30"), ("4", None), ("²", None)],
)
def test_what_an_answer_means(text: str, chosen: str | None) -> None:
    found = meant(text, ALL[:3], ALL)
    assert (found and found.id) == chosen


def test_words_narrow_the_list_by_name_organization_and_id() -> None:
    assert [each.name for each in matching("BROWN", ALL)] == ["Gamma", "Delta"]
    assert [each.name for each in matching("acme be", ALL)] == ["Beta"]
    assert [each.name for each in matching("30", ALL)] == ["Delta"]
    assert matching("acme gamma", ALL) == []


def test_the_numbers_are_those_of_the_narrowed_list(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = questions(call, "zzz", "b", "2")
    assert asyncio.run(asked.project(NEEDED)) == "2"
    shown = capsys.readouterr().err
    assert "No project has 'zzz' in it." in shown
    assert "sees 3 projects in us. 1 more is elsewhere (eu)" in shown
    assert "Delta" not in shown


def test_what_does_not_fit_is_counted(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    many = tuple(ProjectEntry(str(1000 + n), f"P{n}", "Acme", "us", "UTC") for n in range(10_000))
    needed = events.ProjectNeeded(many, "us", {})
    assert asyncio.run(questions(call, "10999").project(needed)) == "10999"
    shown = capsys.readouterr().err
    assert "… and 9981 more" in shown
    assert shown.count("\n") < 24


def test_nowhere_to_choose_here_is_for_the_core_to_refuse(call: Call) -> None:
    needed = events.ProjectNeeded(tuple(ALL[3:]), "us", {})
    assert asyncio.run(questions(call).project(needed)) == "30"


def test_a_name_is_suggested_and_a_refused_one_explained(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    needed = events.NameNeeded("acme-2", frozenset({"acme"}), AccountExistsError("acme"))
    assert asyncio.run(questions(call, "").name(needed)) == "acme-2"
    assert asyncio.run(questions(call, " mine ").name(needed)) == "mine"
    shown = capsys.readouterr().err
    assert "'acme'" in shown
    assert "[acme-2]" in shown


@pytest.mark.parametrize("ask", ["project", "name"])
def test_no_more_answers_is_no(call: Call, ask: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = questions(call)
    needed = events.NameNeeded("acme", frozenset())
    with pytest.raises(click.exceptions.Exit) as stop:
        asyncio.run(asked.project(NEEDED) if ask == "project" else asked.name(needed))
    assert stop.value.exit_code == 1
    assert "Nothing was changed." in capsys.readouterr().err


def test_a_code_is_drawn_only_where_it_fits() -> None:
    lines = qr_lines("https://mixpanel.com/device?user_code=ABCD-EFGH", 80, 24, colour=False)
    assert 0 < len(lines) <= 24
    assert len({len(line) for line in lines}) == 1
    assert not any("\x1b" in line for line in lines)
    assert qr_lines("https://mixpanel.com/device?user_code=ABCD-EFGH", 20, 24, colour=False) == []
    assert qr_lines("https://mixpanel.com/device?user_code=ABCD-EFGH", 80, 10, colour=False) == []
    assert qr_lines("x" * 5000, 500, 500, colour=True) == []
    assert all(line.endswith("\x1b[0m") for line in qr_lines("x", 80, 24, colour=True))
