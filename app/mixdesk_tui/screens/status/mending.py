"""From a problem to the place where it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk_tui.attention import Attention
from mixdesk_tui.dialogs.message import MessageDialog, variable_dialog
from mixdesk_tui.doing.logins import log_in

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp


def mend(desk: MixdeskApp, problem: Attention) -> None:
    """Go to the row that needs a repair, or say how to repair what has no row."""
    if problem.place == "environment":
        desk.push_screen(variable_dialog(problem.name))
    elif problem.place == "file":
        texts = ((problem.text, ""), (problem.hint, ""), (problem.name, "muted"))
        desk.push_screen(MessageDialog("! This needs a repair", *texts, tone="warning"))
    elif problem.place == "login":
        rows = (row for row in desk.world.overview.accounts if row.name == problem.name)
        log_in(desk, next(rows, None))
    else:
        mode = "accounts" if problem.place == "account" else "targets"
        desk.run_worker(_open(desk, mode, problem.name), exit_on_error=False)


async def _open(desk: MixdeskApp, mode: str, name: str) -> None:
    from mixdesk_tui.screens.list_screen import ListScreen

    await desk.switch_mode(mode)
    if name and isinstance(desk.screen, ListScreen):
        desk.screen.go_to(name)
