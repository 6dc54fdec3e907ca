"""What Accounts offers."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings


class Accounts(Command):
    """Heading of the commands of Accounts."""

    section = "Accounts"
    label = ""
    tip = ""


class UseAccount(Accounts):
    """Switch."""

    key = "enter"
    label = "use"
    tip = "Make the highlighted account the active one"
    twin = "mp account use NAME"


class AddAccount(Accounts):
    """A new one."""

    key = "a"
    label = "add"
    tip = "Add an account"
    twin = "mp account add NAME --type TYPE --region REGION"


class EditAccount(Accounts):
    """Another name, region, project or credential."""

    key = "e"
    label = "edit"
    tip = "Change the highlighted account"
    twin = "mp account update NAME"


class RemoveAccount(Accounts):
    """Away with it, after a question."""

    key = "d,delete"
    label = "remove"
    tip = "Remove the highlighted account, after a question"
    twin = "mp account remove NAME"


class LogIn(Accounts):
    """Once more, or at last."""

    key = "l"
    label = "log in"
    tip = "Log in again with the highlighted account"
    twin = "mp account login NAME"


class LogOut(Accounts):
    """Enough of it."""

    key = "L"
    label = "log out"
    tip = "Log the highlighted account out, after a question"
    twin = "mp account logout NAME"


class NewLogin(Accounts):
    """A new one, that works from the beginning."""

    key = "n"
    label = "new login"
    tip = "Add an account by logging in"
    twin = "mp login"


class TestAccount(Accounts):
    """Are its credentials accepted?"""

    key = "t"
    label = "test"
    tip = "Ask Mixpanel whether the highlighted account's credentials are accepted"
    twin = "mp account test NAME"


class TestAllAccounts(Accounts):
    """Are everybody's?"""

    key = "T"
    label = "test all"
    tip = "Test all accounts, side by side"
    twin = "mp account test --all"


class CancelTests(Accounts):
    """Enough."""

    key = "escape"
    label = "cancel"
    tip = "Stop testing"
    at_right = True
    is_view = True
    in_palette = False


class RenameAccount(Accounts):
    """Called otherwise."""

    key = "R"
    label = "rename"
    tip = "Give the highlighted account another name; its targets follow"
    twin = "mp account rename NAME NEW_NAME"


class CopyAccount(Accounts):
    """To be pasted elsewhere."""

    key = "y"
    label = "copy"
    tip = "Copy the highlighted account's name, project, commands or access token"
    is_view = True


class InspectAccount(Accounts):
    """All that is known of it."""

    key = "i"
    label = "details"
    tip = "Show all that is known of the highlighted account"
    is_view = True
    twin = "mp account show NAME"


class OpenAccount(Accounts):
    """With one's own eyes."""

    key = "o"
    label = "open"
    tip = "Open the highlighted account's project in the browser"
    twin = "mp open -a NAME"


class ExportBridge(Accounts):
    """To be somebody on another machine."""

    key = "b"
    label = "bridge"
    tip = "Write the highlighted account to a bridge file for another machine"
    twin = "mp account export-bridge -a NAME --to PATH"


class RemoveBridge(Accounts):
    """Not that somebody any more."""

    key = "B"
    label = "remove bridge"
    tip = "Remove the bridge file that is used here, after a question"
    twin = "mp account remove-bridge"


ACCOUNTS = bindings(
    CancelTests,
    UseAccount,
    AddAccount,
    EditAccount,
    RemoveAccount,
    LogIn,
    LogOut,
    NewLogin,
    TestAccount,
    TestAllAccounts,
    RenameAccount,
    CopyAccount,
    InspectAccount,
    OpenAccount,
    ExportBridge,
    RemoveBridge,
)
