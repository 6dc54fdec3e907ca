"""What Status offers beside the frame's commands."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings
from mixdesk_tui.commands.frame import SavePlace


class Status(Command):
    """Heading of the commands of Status."""

    section = "Status"
    label = ""
    tip = ""


class MendAttention(Status):
    """Go where the marked problem is mended."""

    key = "enter"
    label = "mend"
    tip = "Go where the marked problem is mended"
    is_view = True


class ChangeLine(Status):
    """Who, where: each is chosen somewhere."""

    key = "enter"
    label = "change"
    tip = "Go where the marked line is chosen"
    is_view = True


class CopyValue(Status):
    """For a script, a message, a search."""

    key = "y"
    label = "copy"
    tip = "Copy the marked line: an id, a name, a place"
    is_view = True


class LogIn(Status):
    """The usual way to begin, and to go on when a token has ended."""

    key = "l"
    label = "log in"
    tip = "Log in with your browser; with the account you are, when there is one"
    twin = "mp login"


class AddServiceAccount(Status):
    """The first account of an empty machine, for scripts."""

    key = "s"
    label = "service account"
    tip = "Add a service account: for scripts and CI"
    twin = "mp login --service-account"


class AddBearerAccount(Status):
    """The first account of an empty machine, from a variable."""

    key = "b"
    label = "bearer token"
    tip = "Add an account that takes a bearer token from an environment variable"
    twin = "mp login --token-env VARIABLE"


class LookAround(Status):
    """Without an account."""

    key = "d"
    label = "demo"
    tip = "Look around on made-up accounts first; nothing of yours is touched"
    twin = "mp demo"


# On an empty machine s adds an account: there is no place to save yet.
STATUS = bindings(
    MendAttention,
    ChangeLine,
    CopyValue,
    LogIn,
    AddServiceAccount,
    AddBearerAccount,
    LookAround,
    SavePlace,
)
