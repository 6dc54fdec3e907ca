"""From a line of Status to the place where what it says is chosen or mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk_tui.attention import Goal
from mixdesk_tui.dialogs.how_to import bridge_dialog, file_dialog, variable_dialog
from mixdesk_tui.screens.status.state import Spot

if TYPE_CHECKING:
    from mixdesk.model.records import AccountRow, TargetRow
    from mixdesk_tui.app import MixdeskApp

HEADERS = "These headers go with every request; they are set in this file, under [settings]."


def follow(desk: MixdeskApp, spot: Spot) -> None:
    """Go where a line leads: to a row, to its form, or to a dialog that says how."""
    goal = spot.goal
    match goal.place:
        case "environment":
            desk.push_screen(variable_dialog(goal.name, desk.services.shell))
        case "file":
            desk.push_screen(file_dialog(spot.text or HEADERS, spot.hint, goal.name))
        case "bridge":
            desk.push_screen(bridge_dialog(goal.name))
        case "login":
            _log_in(desk, goal)
        case _:
            desk.work("mend", _open, desk, goal)


def _log_in(desk: MixdeskApp, goal: Goal) -> None:
    from mixdesk_tui.doing.logins import log_in

    log_in(desk, _account(desk, goal.name))


async def _open(desk: MixdeskApp, goal: Goal) -> None:
    """Show another screen, at the line that is meant."""
    if goal.place in ("projects", "workspaces"):
        await desk.switch_mode("projects")
        if goal.place == "workspaces":
            _show_workspaces(desk)
        return
    is_target = goal.place.startswith("target")
    await desk.switch_mode("targets" if is_target else "accounts")
    if goal.name:
        _go_to(desk, goal.name)
    if goal.place == "target form" and (row := _target(desk, goal.name)) is not None:
        from mixdesk_tui.doing.targets import edit_target

        edit_target(desk, row)


def _show_workspaces(desk: MixdeskApp) -> None:
    from mixdesk_tui.screens.projects.screen import ProjectsScreen

    if isinstance(desk.screen, ProjectsScreen):
        desk.screen.show_workspaces()


def _go_to(desk: MixdeskApp, name: str) -> None:
    from mixdesk_tui.screens.list_screen import ListScreen

    if isinstance(desk.screen, ListScreen):
        desk.screen.go_to(name)


def _account(desk: MixdeskApp, name: str) -> AccountRow | None:
    return next((row for row in desk.world.overview.accounts if row.name == name), None)


def _target(desk: MixdeskApp, name: str) -> TargetRow | None:
    return next((row for row in desk.world.overview.targets if row.name == name), None)
