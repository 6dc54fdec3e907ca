"""What users do to accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk.model.records import AccountRow
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.doing.telling import explain, hidden_by
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp
    from mixdesk_tui.drafts import AccountDraft


LISTED = 12
"""Targets that a question lists before it says how many more there are."""


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


def remove_account(desk: MixdeskApp, row: AccountRow) -> None:
    """Ask, with the targets that would lose their account, and remove it."""
    name = safe(row.name)
    texts = [("Its credentials on this machine go with it.", "")]
    if row.is_active:
        texts.append(("It is the active account: nobody is active afterwards.", "warning"))
    if row.targets:
        shown = ", ".join(safe(target) for target in row.targets[:LISTED])
        more = len(row.targets) - LISTED
        shown += f" and {more} more" if more > 0 else ""
        noun = "Target that refers" if len(row.targets) == 1 else "Targets that refer"
        texts.append((f"{noun} to it and would be broken: {shown}", "warning"))

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.remove_account(row.name), f"Account {name} is gone")

    desk.push_screen(Confirm(f"Remove account {name}?", *texts), go)
