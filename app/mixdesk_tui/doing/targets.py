"""What users do to targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk.model.records import TargetRow
from mixdesk_tui.commands.frame import ShowTargets, Undo
from mixdesk_tui.commands.targets import RenameTarget
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.doing.projects import open_project
from mixdesk_tui.doing.telling import explain, go_to, hidden_by
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk.ops.saving import SavedPlace
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


def open_target(desk: MixdeskApp, row: TargetRow) -> None:
    """Show a target's project in the browser."""
    if row.problem is not None:
        explain(desk, row.problem)
    elif row.account is not None and row.project is not None:
        shown = row.project_name or f"Project {row.project}"
        open_project(desk, row.account, row.project, shown)


def rename_target(desk: MixdeskApp, row: TargetRow, typed: str | None = None) -> None:
    """Ask for another name and save that; its protection follows."""
    from mixdesk_tui.dialogs.rename_form import rename_form

    name = row.name

    def save(new_name: str | None) -> None:
        if new_name is not None and new_name != name:
            go_to(desk, new_name)
            desk.change(
                lambda: desk.services.rename_target(name, new_name),
                f"Target {safe(name)} is {new_name} now",
                again=lambda: rename_target(desk, row, new_name),
            )

    taken = [each.name for each in desk.world.overview.targets]
    follows = ["It stays protected."] if row.is_protected else []
    follows.append("Scripts and variables that name it have to be changed by hand.")
    desk.push_screen(rename_form("target", name, taken, *follows, typed=typed), save)


def remove_target(desk: MixdeskApp, row: TargetRow) -> None:
    """Ask, and remove a target; the name of a protected one has to be typed."""
    name = safe(row.name)

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.remove_target(row.name), f"Target {name} is gone")

    text = "Account and project stay as they are; only the saved name goes."
    back = f"{Undo.key_words()} brings it back until you leave mixdesk."
    if row.is_protected:
        desk.push_screen(TypeName(row.name, "remove it", (text, ""), (back, "muted")), go)
    else:
        desk.push_screen(Confirm(f"Remove target {name}?", (text, ""), (back, "muted")), go)


def protect_target(desk: MixdeskApp, row: TargetRow) -> None:
    """Protect a target; or leave it open again, once its name is typed."""
    name, protect = safe(row.name), not row.is_protected
    said = f"{name} is protected: using or removing it asks for its name"
    said = said if protect else f"{name} is not protected any more"

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.protect_target(row.name, protect), said)

    if protect:
        go(True)
    else:
        desk.push_screen(TypeName(row.name, "leave it open"), go)


def save_place(desk: MixdeskApp) -> None:
    """Save the session as a target at once, and say under which name."""

    def tell(saved: SavedPlace) -> None:
        go_to(desk, saved.name)
        name = safe(saved.name)
        if saved.is_new:
            where = (
                "" if desk.current_mode == "targets" else f"{ShowTargets.key_words()} shows it, "
            )
            renames = f"{RenameTarget.key_words()} gives it another name"
            desk.say(f"This place is saved as target {name}; {where}{renames}")
        else:
            desk.say(f"This place is saved already: it is target {name}")

    desk.change(desk.services.save_place, tell)
