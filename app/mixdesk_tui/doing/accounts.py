"""What users do to accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mixdesk.model.records import AccountRow
from mixdesk_tui.doing.logins import end_login
from mixdesk_tui.doing.projects import open_project
from mixdesk_tui.doing.telling import explain, go_to, hidden_by
from mixdesk_tui.phrases import listed
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp
    from mixdesk_tui.drafts import AccountDraft


def use_account(desk: MixdeskApp, name: str) -> None:
    """Switch to an account, or say why that cannot be."""
    row = next((row for row in desk.world.overview.accounts if row.name == name), None)
    if row is not None and row.problem is not None:
        explain(desk, row.problem)
        return
    hidden = hidden_by(desk, "account")
    said = f"{safe(name)} is active now" if not hidden else f"{safe(name)} is saved, {hidden}"
    desk.change(lambda: desk.services.use_account(name), said)


def add_account(desk: MixdeskApp, draft: AccountDraft | None = None) -> None:
    """Ask for an account and save it; a refusal brings the form back as it was."""
    from mixdesk_tui.dialogs.account_form import account_form

    def save(made: AccountDraft | None) -> None:
        if made is not None:
            desk.change(
                lambda: desk.services.add_account(made),
                f"Account {made.name} is added",
                again=lambda: add_account(desk, made),
            )

    desk.push_screen(account_form(desk.world.overview, draft=draft), save)


def edit_account(desk: MixdeskApp, row: AccountRow, draft: AccountDraft | None = None) -> None:
    """Ask what an account shall become and save that."""
    from mixdesk_tui.dialogs.account_form import account_form

    if row.problem is not None:
        explain(desk, row.problem)
        return

    def save(made: AccountDraft | None) -> None:
        if made is not None:
            desk.change(
                lambda: desk.services.update_account(row.name, made),
                f"Account {made.name} is saved",
                again=lambda: edit_account(desk, row, made),
            )

    desk.push_screen(account_form(desk.world.overview, row=row, draft=draft), save)


def open_account(desk: MixdeskApp, row: AccountRow) -> None:
    """Show an account's home project in the browser."""
    if row.problem is not None:
        explain(desk, row.problem)
    elif row.default_project is None:
        desk.say(f"{safe(row.name)} has no home project to open", warning=True)
    else:
        shown = row.project_name or f"Project {row.default_project}"
        open_project(desk, row.name, row.default_project, shown)


def rename_account(desk: MixdeskApp, row: AccountRow, typed: str | None = None) -> None:
    """Ask for another name and save that; what refers to the account follows."""
    from mixdesk_tui.dialogs.rename_form import rename_form

    name = row.name

    def save(new_name: str | None) -> None:
        if new_name is not None and new_name != name:
            go_to(desk, new_name)
            desk.change(
                lambda: desk.services.rename_account(name, new_name),
                f"Account {safe(name)} is {new_name} now",
                again=lambda: rename_account(desk, row, new_name),
            )

    taken = [each.name for each in desk.world.overview.accounts]
    desk.push_screen(rename_form("account", name, taken, *_followers(row), typed=typed), save)


def _followers(row: AccountRow) -> Iterator[str]:
    """What changes together with an account's name, and what does not."""
    if row.is_active:
        yield "It stays the active account, with its credentials and files."
    else:
        yield "Its credentials and files go with it."
    if row.targets:
        one = len(row.targets) == 1
        yield f"{'Its target follows' if one else 'Its targets follow'}: {listed(row.targets)}"
    yield "Scripts and variables that name it have to be changed by hand."


def remove_account(desk: MixdeskApp, row: AccountRow) -> None:
    """Ask, with all that would be lost or broken, and remove it."""
    from mixdesk_tui.dialogs.removal import Losses, Removal, RemovalDialog

    targets = desk.world.overview.targets
    losses = Losses(row, frozenset(each.name for each in targets if each.is_protected))

    def go(chosen: Removal | None) -> None:
        if chosen is not None:
            names = losses.open_targets if chosen.with_targets else ()
            remove = partial(_remove, desk, row, names)
            if chosen.log_out:
                end_login(desk, row, remove)
            else:
                remove()

    desk.push_screen(RemovalDialog(losses), go)


def _remove(desk: MixdeskApp, row: AccountRow, targets: Sequence[str]) -> None:
    """Remove an account with these of its targets."""
    one = len(targets) == 1
    also = f", and {'target' if one else 'targets'} {listed(targets, 3)}" if targets else ""
    said = f"Account {safe(row.name)} is gone{also}"
    desk.change(lambda: desk.services.remove_account(row.name, targets), said)
