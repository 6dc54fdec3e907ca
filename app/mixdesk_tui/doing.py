"""What users do to accounts, targets, projects: ask what must be asked, then change the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import (
    AccountRow,
    Problem,
    ProjectList,
    ProjectRow,
    TargetRow,
    WorkspaceEntry,
)
from mixdesk.model.rules import REGIONS
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.message import MessageDialog
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.spans import safe
from mixdesk_tui.watching import Refused

if TYPE_CHECKING:
    from mixdesk.ops.login import LoggedOut
    from mixdesk_tui.app import MixdeskApp
    from mixdesk_tui.dialogs.login.state import Way
    from mixdesk_tui.drafts import AccountDraft, TargetDraft

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


def log_in(desk: MixdeskApp, row: AccountRow | None = None, way: Way | None = None) -> None:
    """Open the login dialog.

    Args:
        desk: The app.
        row: The account that logs in again; None for a new one.
        way: How, where that is settled; None asks.
    """
    from mixdesk_tui.dialogs.login.screen import LoginDialog
    from mixdesk_tui.dialogs.login.state import first_state
    from mixdesk_tui.screens.list_screen import ListScreen

    if row is not None and row.problem is not None:
        explain(desk, row.problem)
        return
    session = desk.world.overview.session
    home = session.region if session is not None and session.region else "us"

    def go_to(name: str | None) -> None:
        below = desk.screen_stack[0]
        if name is not None and isinstance(below, ListScreen):
            below.go_to(name)

    desk.push_screen(LoginDialog(first_state(row, way, home)), go_to)


def log_out(desk: MixdeskApp, row: AccountRow) -> None:
    """Ask, end the login of an account, and say whether its server was told."""
    name = safe(row.name)

    def tell(done: LoggedOut) -> None:
        if done.error is None:
            desk.say(f"{name} is logged out, here and at Mixpanel")
        else:
            desk.push_screen(_half_way_out(name, done.error))

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.log_out(row.name), tell)

    texts = (
        ("Mixpanel is told, and the tokens go from this machine.", ""),
        ("The account stays in the list; l logs in again.", "muted"),
    )
    desk.push_screen(Confirm(f"Log out {name}?", *texts), go)


def _half_way_out(name: str, error: MixdeskError) -> MessageDialog:
    """What to say when the tokens are gone here, and the server does not know."""
    return MessageDialog(
        f"! {name} is logged out on this machine only",
        ("Its tokens are gone from here, but Mixpanel could not be told:", ""),
        (error.summary, ""),
        (error.hint or "", "muted"),
        ("What was issued to it stays good there until it ends by itself.", "muted"),
        tone="warning",
    )


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
    desk.change(lambda: desk.services.use_project(listing.account, project.id, number), said)


def set_favourite(desk: MixdeskApp, row: ProjectRow, *, is_favourite: bool) -> None:
    """Put a project among the favourites, or take it away."""
    project = row.project
    now = "is a favourite now" if is_favourite else "is no favourite any more"
    said = f"{safe(project.name)} {now}"
    desk.change(lambda: desk.services.set_favourite(project.id, is_favourite), said)


def open_project(desk: MixdeskApp, listing: ProjectList, row: ProjectRow) -> None:
    """Show a project in the browser, or its address where there is none."""
    if not desk.can_look_around:
        desk.say("The demo's projects are made up: there is no page of them")
        return
    desk.run_worker(_open_project(desk, listing, row), group="open", exit_on_error=False)


async def _open_project(desk: MixdeskApp, listing: ProjectList, row: ProjectRow) -> None:
    project = row.project
    region = next((each for each in REGIONS if each == project.region), listing.region)
    try:
        opened = await desk.services.open_project(project.id, region)
    except MixdeskError as error:
        desk.post_message(Refused(error, None))
        return
    if not opened.why_not:
        desk.say(f"{safe(project.name)} is opened in your browser")
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
    desk.push_screen(
        MessageDialog(
            f"! {row.project.name} is in another region",
            (f"Its data is in {there}; {account} works in {listing.region}.", ""),
            (f"Nothing is changed. Calls of {account} would not find it.", ""),
            (f"Use an account of region {there} first: 2 shows the accounts.", "muted"),
            tone="warning",
        )
    )


def explain(desk: MixdeskApp, problem: Problem) -> None:
    """Say what is wrong in the file, where, and what to do."""
    desk.push_screen(
        MessageDialog(
            "! This needs a repair",
            (problem.summary, ""),
            (problem.hint, ""),
            (problem.place, "muted"),
            tone="warning",
        )
    )


def hidden_by(desk: MixdeskApp, *axes: str) -> str:
    """Say what in the environment comes before what is saved now; empty when nothing does."""
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
    return f"but {', '.join(dict.fromkeys(found))} in your shell hides it" if found else ""
