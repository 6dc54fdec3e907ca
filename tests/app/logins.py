"""Logins as scripts: what the core says, up to the moment that a test looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from mixdesk.exceptions import AccountExistsError, OAuthError, RegionProbeError
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
    ProjectNeeded,
    RegionTried,
    Saved,
    TokensReceived,
    UrlReady,
    Waiting,
)
from mixdesk.model.records import ProjectEntry
from tests.app.fakes import NOW, FakeDesk, FakeLogin

URL = (
    "https://mixpanel.com/oauth/authorize/?response_type=code&client_id=Zm9yLXRoZS1hcHAtYWxvbmU"
    "&redirect_uri=http%3A%2F%2Flocalhost%3A19284%2Fcallback&state=kq3V0cWtjWm5iR3hvYzJobGNnMDk"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)
CODE_URL = "https://mixpanel.com/device"
CODE = CodeReady("BDWP-HQPK", CODE_URL, f"{CODE_URL}?user_code=BDWP-HQPK", 600.0)
LONG_CODE = CodeReady("BDWP-HQPK", CODE_URL, f"{CODE_URL}?user_code=BDWP-HQPK&{'a' * 90}", 600.0)

PROJECTS = ProjectNeeded(
    tuple(
        ProjectEntry(id, name, organization, region, "US/Pacific")
        for id, name, organization, region in (
            ("3713224", "AI Demo", "Acme Inc.", "us"),
            ("4001122", "AI Drafts", "Acme Inc.", "eu"),
            ("3018488", "E-Commerce", "Acme Inc.", "us"),
            ("3713225", "Production", "Acme Inc.", "us"),
            ("4001123", "Daily AI", "Acme Labs", "us"),
            ("4001124", "Growth 🚀", "Acme Labs", None),
        )
    ),
    "us",
    {},
)
NAME = NameNeeded("acme-inc", frozenset({"acme-corp", "ci"}))
SAVED = Saved("acme-inc", True, "ana@acme.com", "3713224", "AI Demo", NOW + 3600)

OPENING: Sequence[Event] = (Listening(19284), ClientReady(is_new=False), UrlReady(URL))
WAITING: Sequence[Event] = (*OPENING, BrowserOpened(), Waiting(272.4))
PROVEN: Sequence[Event] = (
    *WAITING,
    CodeReceived(),
    TokensReceived(NOW + 3600),
    AskingMe(),
    MeRead("ana@acme.com", 6),
)
CHOSEN: Sequence[Event] = (*PROVEN, PROJECTS)
NAMED: Sequence[Event] = (*CHOSEN, NAME)

DENIED = OAuthError(
    "Somebody has said no in the browser.",
    code="OAUTH_AUTH_DENIED",
    hint="Log in again, and allow it there.",
)
NOWHERE = RegionProbeError(
    "No region accepts this credential. us: it is refused; eu: it is refused; in: it is refused",
    attempts=(("us", 401, ""), ("eu", 401, ""), ("in", 401, "")),
    hint="Check the credential; a copied one may lack its last characters.",
)
NOT_OURS = OAuthError(
    "That is not the address that this login ends on.",
    code="OAUTH_PASTE_ERROR",
    hint="Copy the whole address from the browser's address bar.",
)
NO_DEVICES = OAuthError(
    "The server has no codes for other devices.",
    code="OAUTH_CONFIG_ERROR",
    hint="Log in with a browser.",
)

NEW = ("2", "n")
BY_BROWSER = (*NEW, "enter")
BY_DEVICE = (*NEW, "down", "enter")


class Scene(NamedTuple):
    """A login, and the keys that lead to what is looked at. Words of several letters are typed."""

    keys: Sequence[str]
    script: Sequence[Event] = ()

    def desk(self) -> FakeDesk:
        """The world in which it happens."""
        return FakeDesk(login=FakeLogin(*self.script))


SERVICE = (*NEW, "down", "down", "enter", *"team", "tab", *"secret")
TRIED = (RegionTried("us", 401), RegionTried("eu", 200))

SCENES = {
    "ways": Scene((*NEW, "right")),
    "ways-for-a-credential": Scene((*NEW, "down", "down")),
    "service-account": Scene((*NEW, "down", "down", "enter")),
    "service-account-wrong": Scene((*NEW, "down", "down", "enter", "enter")),
    "token": Scene((*NEW, "down", "down", "down", "enter")),
    "again-with-a-secret": Scene(("2", "j", "l")),
    "starting": Scene(BY_BROWSER, OPENING[:1]),
    "waiting": Scene(BY_BROWSER, WAITING),
    "no-browser": Scene(
        BY_BROWSER,
        (*OPENING, NoBrowser("there is no display"), Waiting(299.0), CODE, Waiting(597.0)),
    ),
    "no-code": Scene(BY_BROWSER, (*WAITING, CodeFailed(NO_DEVICES))),
    "asking-for-a-code": Scene(BY_DEVICE, (*OPENING, Waiting(300.0))),
    "code": Scene(BY_DEVICE, (*OPENING, Waiting(300.0), CODE, Waiting(599.0))),
    "wide-code": Scene(BY_DEVICE, (*OPENING, Waiting(300.0), LONG_CODE, Waiting(599.0))),
    "pasting": Scene((*BY_BROWSER, "p", *"https"), WAITING),
    "paste-refused": Scene(BY_BROWSER, (*WAITING, PasteRefused(NOT_OURS), Waiting(251.0))),
    "answered": Scene(BY_BROWSER, PROVEN[:-1]),
    "projects": Scene(BY_BROWSER, CHOSEN),
    "projects-narrowed": Scene((*BY_BROWSER, "a", "i", "down"), CHOSEN),
    "no-project-matches": Scene((*BY_BROWSER, *"zzz"), CHOSEN),
    "name": Scene((*BY_BROWSER, "enter"), NAMED),
    "name-taken": Scene((*BY_BROWSER, "enter", "ctrl+u", *"ci", "enter"), NAMED),
    "name-taken-meanwhile": Scene(
        (*BY_BROWSER, "enter", "enter"),
        (*NAMED, NameNeeded("acme-inc", NAME.taken, AccountExistsError("acme-inc"))),
    ),
    "saving": Scene((*BY_BROWSER, "enter", "enter"), NAMED),
    "done": Scene((*BY_BROWSER, "enter", "enter"), (*NAMED, SAVED)),
    "done-with-notes": Scene((*BY_BROWSER, "enter"), (*PROVEN, ProjectHidden("999"), NAME, SAVED)),
    "again": Scene(("2", "l"), (*PROVEN, OtherUser("bob@acme.com", "ana@acme.com"), SAVED)),
    "denied": Scene(BY_BROWSER, (*WAITING, Failed(DENIED))),
    "regions": Scene((*SERVICE, "enter"), (AskingMe(), RegionTried("us", 401))),
    "a-region-found": Scene(
        (*SERVICE, "enter"),
        (AskingMe(), *TRIED, MeRead("ana@acme.com", 6), replace(PROJECTS, region="eu")),
    ),
    "no-region": Scene(
        (*SERVICE, "enter"),
        (AskingMe(), *(RegionTried(region, 401) for region in ("us", "eu", "in")), Failed(NOWHERE)),
    ),
}
