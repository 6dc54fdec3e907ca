"""How far one login has come, as data: what each event of the core adds to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

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
    ProjectNeeded,
    RegionTried,
    Saved,
    TokensReceived,
    UrlReady,
    Waiting,
)
from mixdesk.model.rules import Region
from mixdesk.model.text import clean
from mixdesk_tui.spans import safe

OK = 200
"""What a region says that knows a credential."""
LONGEST_ADDRESS = 4096
"""Characters of an address that is shown, copied, or drawn as a QR code."""


class Code(NamedTuple):
    """A code to be typed on another device; every text is safe to show."""

    text: str
    url: str
    complete_url: str = ""
    """The address with the code in it; empty where the server names none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of the login that is under way. Every text is safe to show."""

    port: int | None = None
    is_known: bool = False
    """Whether the authorization server knows this program."""
    is_registered: bool = False
    """Whether it was told just now."""
    url: str = field(default="", repr=False)
    """Where the user says yes: the whole address."""
    is_opening: bool = False
    is_opened: bool = False
    """Whether a browser was started with it."""
    no_browser: str = ""
    """Why none was."""
    is_code_asked: bool = False
    code: Code | None = field(default=None, repr=False)
    code_problem: MixdeskError | None = None
    seconds_left: float | None = None
    paste_problem: MixdeskError | None = None
    is_answered: bool = False
    """Whether somebody has said yes."""
    is_asking: bool = False
    """Whether Mixpanel is being asked who this is."""
    tried: tuple[tuple[Region, int], ...] = ()
    """Regions that were asked for a credential, and what each answered."""
    is_proven: bool = False
    """Whether Mixpanel has said who this is."""
    email: str = ""
    sees: int = 0
    """How many projects the account sees."""
    notes: tuple[str, ...] = ()
    """What is worth knowing besides."""
    projects: ProjectNeeded | None = None
    names: NameNeeded | None = None
    project: str = ""
    """What the user chose."""
    name: str = ""
    """What the user typed."""
    saved: Saved | None = None
    error: MixdeskError | None = None

    @property
    def found(self) -> Region | None:
        """The region that knows the credential, once one does."""
        return next((region for region, status in self.tried if status == OK), None)

    @property
    def is_saving(self) -> bool:
        """Whether all is known, and esc would come too late."""
        asked = self.projects is not None and not self.project
        unnamed = self.names is not None and not self.name
        return self.is_proven and not (asked or unnamed or self.saved or self.error)


def after(seen: Progress, event: Event) -> Progress:
    """Return the progress after an event."""
    for part in (_of_start, _of_browser, _of_code, _of_answer, _of_proof, _of_end):
        found = part(seen, event)
        if found is not None:
            return found
    return seen


def whole(url: str) -> str:
    """Return an address as one harmless line, not cut."""
    return clean(url, LONGEST_ADDRESS)


def _of_start(seen: Progress, event: Event) -> Progress | None:
    match event:
        case Listening(port):
            return replace(seen, port=port)
        case ClientReady(is_new):
            return replace(seen, is_known=True, is_registered=is_new)
        case UrlReady(url):
            return replace(seen, url=whole(url))
        case _:
            return None


def _of_browser(seen: Progress, event: Event) -> Progress | None:
    match event:
        case BrowserOpened():
            return replace(seen, is_opened=True, is_opening=False, no_browser="")
        case NoBrowser(reason):
            return replace(seen, is_opened=False, is_opening=False, no_browser=safe(reason))
        case _:
            return None


def _of_code(seen: Progress, event: Event) -> Progress | None:
    match event:
        case CodeReady(user_code, url, complete_url, _):
            code = Code(safe(user_code), whole(url), whole(complete_url or ""))
            return replace(seen, code=code, is_code_asked=True, code_problem=None)
        case CodeFailed(error):
            return replace(seen, code=None, is_code_asked=False, code_problem=error)
        case _:
            return None


def _of_answer(seen: Progress, event: Event) -> Progress | None:
    match event:
        case Waiting(seconds_left):
            return replace(seen, seconds_left=seconds_left)
        case PasteRefused(error):
            return replace(seen, paste_problem=error)
        case CodeReceived() | TokensReceived():
            return replace(seen, is_answered=True, paste_problem=None)
        case _:
            return None


def _of_proof(seen: Progress, event: Event) -> Progress | None:
    match event:
        case AskingMe():
            return replace(seen, is_asking=True)
        case RegionTried(region, status):
            return replace(seen, tried=(*seen.tried, (region, status)))
        case MeRead(user_email, projects):
            email = safe(user_email or "")
            return replace(seen, is_asking=False, is_proven=True, email=email, sees=projects)
        case OtherUser() | ProjectHidden() | ProjectIgnored():
            return replace(seen, notes=(*seen.notes, _note(event)))
        case _:
            return None


def _of_end(seen: Progress, event: Event) -> Progress | None:
    match event:
        case ProjectNeeded():
            return replace(seen, projects=event)
        case NameNeeded():
            return replace(seen, names=event, name="")
        case Saved():
            return replace(seen, saved=event)
        case Failed(error):
            return replace(seen, error=error)
        case _:
            return None


def _note(event: OtherUser | ProjectHidden | ProjectIgnored) -> str:
    match event:
        case OtherUser(before, now):
            return f"This account was {safe(before)} until now, and is {safe(now)} from now on."
        case ProjectHidden(project):
            return (
                f"MP_PROJECT_ID is {safe(project)}, which this login cannot see; it hides the "
                "project until you unset it."
            )
        case ProjectIgnored(_, kept):
            return f"The account keeps its project {safe(kept or '(none)')}."
