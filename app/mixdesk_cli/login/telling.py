"""The words for what happens in a login: the one place of the command line that has them."""

from __future__ import annotations

import sys
from collections.abc import Callable

from mixdesk.login.events import (
    AskingMe,
    BrowserOpened,
    ClientReady,
    CodeFailed,
    CodeReady,
    CodeReceived,
    Event,
    Listening,
    MeRead,
    NoBrowser,
    OtherUser,
    PasteRefused,
    ProjectHidden,
    ProjectIgnored,
    RegionTried,
    Saved,
    TokensReceived,
    UrlReady,
    Waiting,
)
from mixdesk_cli import words
from mixdesk_cli.call import Call
from mixdesk_cli.console import may_colour
from mixdesk_cli.login.qr import qr_lines
from mixdesk_cli.login.status import StatusLine
from mixdesk_cli.terminal import error_size

_PASTE = (
    "If that browser is on another machine, it ends on an address that it cannot open: paste it "
    "here, then Enter. It is not shown."
)
_REGION = {200: "yes", 0: "no answer"}
_ROOM = 8
"""Lines that stay on the screen beside a QR code."""


class Teller:
    """Says on stderr what whoever logs in has to know.

    Args:
        call: Where to say it.
        status: The line that counts down.
        can_paste: Whether an address can be pasted here.
    """

    def __init__(self, call: Call, status: StatusLine, *, can_paste: bool) -> None:
        self._call = call
        self._console = call.console
        self._status = status
        self._can_paste = can_paste
        self._url = ""
        self._parts: tuple[Callable[[Event], bool], ...] = (
            self._what_to_do,
            self._what_went_wrong,
            self._what_to_know,
            self._what_only_the_curious_want,
        )

    def tell(self, event: Event) -> None:
        """Say what an event means, if it means anything to a person."""
        match event:
            case Waiting(seconds_left):
                self._status.show(f"Waiting for your answer … {words.minutes(seconds_left)}")
            case CodeReceived():
                self._status.show("The answer is there …")
            case AskingMe():
                self._status.show("Asking Mixpanel what you can see …")
            case _:
                self._status.clear()
                any(part(event) for part in self._parts)
                sys.stderr.flush()

    def _what_to_do(self, event: Event) -> bool:
        match event:
            case UrlReady(url):
                self._url = url
                self._console.say("To log in, open this address in a browser:", url)
            case BrowserOpened():
                self._console.say("A browser is being opened with it.")
                self._explain_paste()
            case NoBrowser(reason):
                self._without_browser(reason)
            case CodeReady():
                self._code(event)
            case _:
                return False
        return True

    def _without_browser(self, reason: str) -> None:
        if self._console.quiet:
            self._console.insist(self._url)
        elif reason != _NOT_ASKED:
            self._console.say(f"No browser was opened here: {reason}.")
        self._explain_paste()

    def _explain_paste(self) -> None:
        if self._can_paste:
            self._can_paste = False  # once is enough
            self._console.say(_PASTE)

    def _code(self, event: CodeReady) -> None:
        left = max(1, round(event.seconds_left / 60))
        self._console.insist(
            f"On any device, within {left} min, open {event.url} and type this code: "
            f"{event.user_code}"
        )
        if self._status.is_shown:
            columns, rows = error_size()
            colour = may_colour(sys.stderr, self._call.environ)
            address = event.complete_url or event.url
            lines = qr_lines(address, columns, rows - _ROOM, colour=colour)
            sys.stderr.write("".join(f"{line}\n" for line in lines))
        self._explain_paste()

    def _what_went_wrong(self, event: Event) -> bool:
        match event:
            case CodeFailed(error) | PasteRefused(error):
                self._console.warn(error.summary, error.hint)
            case OtherUser(before, now):
                self._console.warn(f"This account was {before} until now; it is {now} from now on.")
            case ProjectHidden(project):
                self._console.warn(
                    f"MP_PROJECT_ID is {project}, which this login cannot see; it hides the "
                    "project that you choose.",
                    "unset MP_PROJECT_ID",
                )
            case ProjectIgnored(project, kept):
                self._console.warn(
                    f"Logging in again keeps the project {kept or '(none)'}.",
                    f"To work in {project}: mp project use {project}",
                )
            case _:
                return False
        return True

    def _what_to_know(self, event: Event) -> bool:
        match event:
            case RegionTried(region, status):
                self._console.say(f"{region}: {_REGION.get(status, f'no ({status})')}")
            case Saved():
                self._console.say(who(event.user_email, event.account, _project(event)))
            case _:
                return False
        return True

    def _what_only_the_curious_want(self, event: Event) -> bool:
        if not self._call.line.verbose:
            return False
        match event:
            case Listening(port):
                self._console.note(f"the browser's answer is awaited on port {port}.")
            case ClientReady(is_new):
                self._console.note(f"the client is {'registered' if is_new else 'known'}.")
            case TokensReceived(expires_at):
                self._console.note(f"the token ends at {words.iso(expires_at)}.")
            case MeRead(user_email, projects):
                self._console.note(f"{user_email or 'this login'} sees {projects} projects.")
            case _:
                return False
        return True


_NOT_ASKED = "not asked for"


def who(user_email: str | None, account: str, project: str | None) -> str:
    """Say who is now which account."""
    shown = f"{account} · {project}" if project else account
    return f"{user_email} is now {shown}" if user_email else f"You are now {shown}"


def _project(event: Saved) -> str | None:
    return event.project_name or event.project
