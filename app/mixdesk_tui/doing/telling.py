"""What is said before and after: what is broken, and what hides a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk.model.records import Problem
from mixdesk_tui.dialogs.how_to import file_dialog
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp


def explain(desk: MixdeskApp, problem: Problem) -> None:
    """Say what is wrong in the file, where, and what to do."""
    desk.push_screen(file_dialog(safe(problem.summary), safe(problem.hint), safe(problem.place)))


def hidden_by(desk: MixdeskApp, *axes: str) -> str:
    """Say what comes before what is saved now: a variable or a bridge; empty when nothing."""
    session = desk.world.overview.session
    if session is None:
        return ""
    resolution = session.resolution
    by_name = {
        "account": resolution.account,
        "project": resolution.project,
        "workspace": resolution.workspace,
    }
    found = [safe(by_name[axis].origin) for axis in axes if by_name[axis].source == "env"]
    if found:
        return f"but {', '.join(dict.fromkeys(found))} in your shell hides it"
    is_bridged = any(by_name[axis].source == "bridge" for axis in axes)
    return f"but the bridge {safe(session.bridge_path or '')} hides it" if is_bridged else ""


def go_to(desk: MixdeskApp, name: str) -> None:
    """Highlight a name on the list that is seen, as soon as it is there."""
    from mixdesk_tui.screens.list_screen import ListScreen

    below = desk.screen_stack[0]
    if isinstance(below, ListScreen):
        below.go_to(name)
