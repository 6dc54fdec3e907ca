"""What the login dialog offers."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings
from mixdesk_tui.commands.dialogs import NextField, PreviousField


class Login(Command):
    """Heading of the commands of the login dialog."""

    section = "Login"
    label = ""
    tip = ""
    in_palette = False
    twin = "mp login"


class GoOn(Login):
    """Log in that way."""

    key = "enter"
    label = "log in"
    tip = "Log in in the marked way"


class NextWay(Login):
    """Another way."""

    key = "down,j"
    label = "way"
    tip = "The next way to log in"
    is_view = True


class PreviousWay(Login):
    """The way before."""

    key = "up,k"
    label = "way before"
    tip = "The way to log in before"
    is_view = True
    in_footer = False


class NextRegion(Login):
    """Elsewhere."""

    key = "right"
    label = "region"
    tip = "The next region"
    is_view = True


class PreviousRegion(Login):
    """The one before."""

    key = "left"
    label = "region before"
    tip = "The region before"
    is_view = True
    in_footer = False


class SubmitCredential(Login):
    """Is it accepted?"""

    key = "enter"
    label = "log in"
    tip = "Log in with what is typed"
    twin = "mp login --service-account"
    scope = "screen."


class CopyAddress(Login):
    """To a browser elsewhere."""

    key = "y"
    label = "copy address"
    tip = "Copy the whole address to log in at"


class OpenAgain(Login):
    """Perhaps it got lost."""

    key = "o"
    label = "open"
    tip = "Open the address in the browser, once more"


class ShowCode(Login):
    """For a phone."""

    key = "c"
    label = "code"
    tip = "Show a code to type on another device"
    twin = "mp login --device"


class CopyCodeAddress(Login):
    """The address that needs nothing typed."""

    key = "Y"
    label = "copy code's address"
    tip = "Copy the address of the code: it works in any browser, and nothing has to be pasted here"


class PasteAddress(Login):
    """From a browser elsewhere."""

    key = "p"
    label = "paste"
    tip = "Paste or type the address that a browser elsewhere ended on"


class HandInAddress(Login):
    """Is it the answer?"""

    key = "enter"
    label = "hand in"
    tip = "Hand in the address that is typed"
    scope = "screen."


class LeaveField(Login):
    """The keys work again."""

    key = "escape"
    label = "back"
    tip = "Leave the field"
    is_view = True
    scope = "screen."


class ChooseProject(Login):
    """This one."""

    key = "enter"
    label = "choose"
    tip = "Make the marked project the account's home"
    scope = "screen."


class NextProject(Login):
    """One line down."""

    key = "down"
    label = "next"
    tip = "The next project"
    is_view = True
    scope = "screen."


class PreviousProject(Login):
    """One line up."""

    key = "up"
    label = "previous"
    tip = "The project before"
    is_view = True
    scope = "screen."
    in_footer = False


class NextProjects(Login):
    """A page down."""

    key = "pagedown"
    label = "page"
    tip = "A page of projects down"
    is_view = True
    scope = "screen."
    in_footer = False


class PreviousProjects(Login):
    """A page up."""

    key = "pageup"
    label = "page before"
    tip = "A page of projects up"
    is_view = True
    scope = "screen."
    in_footer = False


class TakeName(Login):
    """So be it."""

    key = "enter"
    label = "save"
    tip = "Save the account under this name"
    scope = "screen."


class TryAgain(Login):
    """Another try."""

    key = "enter"
    label = "try again"
    tip = "Try once more"


class BackToWays(Login):
    """Rather another way."""

    key = "escape"
    label = "back"
    tip = "Back to the ways to log in"
    is_view = True
    at_right = True


class CancelLogin(Login):
    """Nothing happens."""

    key = "escape"
    label = "cancel"
    tip = "Cancel the login; nothing is changed"
    is_view = True
    at_right = True


class CloseLogin(Login):
    """It is over."""

    key = "enter,escape"
    label = "close"
    tip = "Close the dialog"
    is_view = True
    at_right = True


class GiveUp(Login):
    """It is over, and did not work."""

    key = "escape"
    label = "close"
    tip = "Close the dialog; nothing is changed"
    is_view = True
    at_right = True


LOGIN = bindings(
    GoOn,
    NextWay,
    PreviousWay,
    NextRegion,
    PreviousRegion,
    TryAgain,
    CloseLogin,
    OpenAgain,
    CopyAddress,
    CopyCodeAddress,
    ShowCode,
    PasteAddress,
    BackToWays,
    GiveUp,
    CancelLogin,
    NextField,
    PreviousField,
)
SUBMITTING = bindings(SubmitCredential)
PASTING = bindings(HandInAddress, LeaveField)
PICKING = bindings(ChooseProject, NextProject, PreviousProject, NextProjects, PreviousProjects)
NAMING = bindings(TakeName)
