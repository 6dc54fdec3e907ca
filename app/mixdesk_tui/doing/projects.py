"""What users do to projects."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import ProjectList, ProjectRow, WorkspaceEntry
from mixdesk_tui.commands.frame import ShowAccounts
from mixdesk_tui.dialogs.message import MessageDialog
from mixdesk_tui.doing.telling import hidden_by
from mixdesk_tui.spans import safe
from mixdesk_tui.watching import Refused

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp

LISTED = 5
"""Accounts that are named at the most."""


def use_project(
    desk: MixdeskApp, listing: ProjectList, row: ProjectRow, workspace: WorkspaceEntry | None
) -> None:
    """Choose a project, with a workspace or none, or say why this account cannot."""
    if row.is_elsewhere:
        _explain_elsewhere(desk, listing, row)
        return
    project = row.project
    shown = safe(project.name)
    if workspace is not None:
        shown += f" › {safe(workspace.name)}"
    axes = ("account", "project", "workspace") if workspace else ("account", "project")
    hidden = hidden_by(desk, *axes)
    said = f"{shown} is current now" if not hidden else f"{shown} is saved, {hidden}"
    number = workspace.id if workspace is not None else None
    desk.change(
        lambda: desk.services.use_project(listing.account, project.id, number),
        said,
        what=f"switch to {shown}",
    )


def set_favourite(desk: MixdeskApp, row: ProjectRow, *, is_favourite: bool) -> None:
    """Put a project among the favourites, or take it away."""
    project = row.project
    now = "is a favourite now" if is_favourite else "is no favourite any more"
    name = safe(project.name)
    what = f"{'' if is_favourite else 'no '}favourite {name}"
    desk.change(
        lambda: desk.services.set_favourite(project.id, is_favourite), f"{name} {now}", what=what
    )


def open_project(desk: MixdeskApp, account: str, project: str, shown: str) -> None:
    """Show a project in the browser, or its address where there is none.

    Args:
        desk: The app.
        account: Whose project it is: it says in which region to look.
        project: Its id.
        shown: What it is called, at the beginning of a sentence.
    """
    if not desk.can_look_around:
        desk.say("The demo's projects are made up: there is no page of them")
        return
    desk.work("open", _open, desk, account, project, shown)


async def _open(desk: MixdeskApp, account: str, project: str, shown: str) -> None:
    try:
        opened = await desk.services.open_project(account, project)
    except MixdeskError as error:
        desk.post_message(Refused(error, None))
        return
    if not opened.why_not:
        desk.say(f"{safe(shown)} is opened in your browser")
        return
    desk.push_screen(
        MessageDialog(
            "! No browser was opened",
            (f"Here it cannot be: {opened.why_not}. This is the address:", ""),
            (opened.url, "strong"),
            tone="warning",
        )
    )


def _explain_elsewhere(desk: MixdeskApp, listing: ProjectList, row: ProjectRow) -> None:
    there = safe(row.project.region or "")
    account = safe(listing.account)
    shows = ShowAccounts.key_words()
    desk.push_screen(
        MessageDialog(
            f"! {row.project.name} is in another region",
            (f"Its data is in {there}; {account} works in {listing.region}.", ""),
            (f"Nothing is changed. Calls of {account} would not find it.", ""),
            (_who_else(desk, there, shows), "muted"),
            tone="warning",
        )
    )


def _who_else(desk: MixdeskApp, region: str, shows: str) -> str:
    """Say which accounts work in a region, and which key shows them."""
    rows = (row for row in desk.world.overview.accounts if row.region == region)
    names = [safe(row.name) for row in islice(rows, LISTED)]
    if not names:
        return f"No account of yours works in {region} yet: {shows} shows them, and adds one."
    return f"Use an account of region {region} first ({shows} shows them): {', '.join(names)}"
