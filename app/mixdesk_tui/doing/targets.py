"""What users do to targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk.model.records import TargetRow
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.doing.telling import explain, hidden_by
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp
    from mixdesk_tui.drafts import TargetDraft


def use_target(desk: MixdeskApp, name: str) -> None:
    """Switch to a target, after its name is typed where it is protected."""
    row = next((row for row in desk.world.overview.targets if row.name == name), None)
    if row is not None and row.problem is not None:
        explain(desk, row.problem)
        return
    hidden = hidden_by(desk, "account", "project", "workspace")
    said = f"Target {safe(name)} is current now"
    said = f"Target {safe(name)} is saved as current, {hidden}" if hidden else said

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.use_target(name), said)

    if row is not None and row.is_protected:
        desk.push_screen(TypeName(name), go)
    else:
        go(True)


def add_target(desk: MixdeskApp, draft: TargetDraft | None = None) -> None:
    """Ask for a target, filled in with where the user is, and save it."""
    from mixdesk_tui.dialogs.target_form import target_form

    def save(made: TargetDraft | None) -> None:
        if made is not None:
            desk.change(
                lambda: desk.services.add_target(made),
                f"Target {safe(made.name)} is added",
                again=lambda: add_target(desk, made),
            )

    desk.push_screen(target_form(desk.world.overview, draft=draft), save)


def edit_target(desk: MixdeskApp, row: TargetRow, draft: TargetDraft | None = None) -> None:
    """Ask what a target shall become and save that; broken ones are repaired so."""
    from mixdesk_tui.dialogs.target_form import target_form

    if row.problem is not None and row.problem.kind == "schema":
        explain(desk, row.problem)
        return

    def save(made: TargetDraft | None) -> None:
        if made is not None:
            desk.change(
                lambda: desk.services.update_target(row.name, made),
                f"Target {safe(made.name)} is saved",
                again=lambda: edit_target(desk, row, made),
            )

    desk.push_screen(target_form(desk.world.overview, row=row, draft=draft), save)


def remove_target(desk: MixdeskApp, row: TargetRow) -> None:
    """Ask, and remove a target."""
    name = safe(row.name)

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.remove_target(row.name), f"Target {name} is gone")

    text = "Account and project stay as they are; only the saved name goes."
    desk.push_screen(Confirm(f"Remove target {name}?", (text, "")), go)
