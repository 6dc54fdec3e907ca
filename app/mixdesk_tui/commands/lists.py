"""What every list of named things offers, and what Accounts and Targets make of it."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings


class StartFilter(Command):
    """Narrow the list by typing."""

    section = "Moving"
    key = "slash"
    label = "filter"
    tip = "Show only names that match; esc shows all again"
    is_view = True
    is_urgent = True


class ClearFilter(Command):
    """All rows again."""

    section = "Moving"
    key = "escape"
    label = "show all"
    tip = "Clear the filter"
    is_view = True
    in_palette = False


class LeaveFilter(Command):
    """All rows again, from the filter itself."""

    section = "Moving"
    key = "escape"
    label = "show all"
    tip = "Leave the filter and show all rows"
    is_view = True
    in_palette = False
    scope = "screen."
    is_urgent = True


class KeepFilter(Command):
    """Back to the list, narrowed as it is."""

    section = "Moving"
    key = "enter"
    label = "to the list"
    tip = "Go to the list and keep the filter"
    is_view = True
    in_palette = False
    scope = "screen."
    is_urgent = True


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
    tip = "Change or rename the highlighted account"
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
    is_view = True
    in_palette = False


class Targets(Command):
    """Heading of the commands of Targets."""

    section = "Targets"
    label = ""
    tip = ""


class UseTarget(Targets):
    """Go there."""

    key = "enter"
    label = "use"
    tip = "Make the account, project and workspace of the highlighted target current"
    twin = "mp target use NAME"


class AddTarget(Targets):
    """Save where you are."""

    key = "a"
    label = "add"
    tip = "Save a target, filled in with where you are now"
    twin = "mp target add NAME"


class EditTarget(Targets):
    """Another name or place."""

    key = "e"
    label = "edit"
    tip = "Change or rename the highlighted target"
    twin = "mp target update NAME"


class RemoveTarget(Targets):
    """Away with it, after a question."""

    key = "d,delete"
    label = "remove"
    tip = "Remove the highlighted target, after a question"
    twin = "mp target remove NAME"


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
    StartFilter,
    ClearFilter,
)
TARGETS = bindings(UseTarget, AddTarget, EditTarget, RemoveTarget, StartFilter, ClearFilter)
FILTER = bindings(KeepFilter, LeaveFilter)
