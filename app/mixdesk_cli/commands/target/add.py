"""``mp target add``."""

from __future__ import annotations

import click

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.records import SessionView
from mixdesk.ops import session, targets
from mixdesk_cli.call import Call, Selection, pass_call
from mixdesk_cli.verb import Verb


@click.command(
    "add",
    cls=Verb,
    axes=("account", "project", "workspace", "target"),
    axis_helps={
        "account": "Its account; else the one you are now.",
        "project": "Its project; else the one that goes with the account.",
        "workspace": "Its workspace; else the current one, if that was chosen.",
        "target": "Copy this target instead.",
    },
    examples=(
        "mp target add ecom                            (who you are now)",
        "mp target add ecom -a team -p 3018488 -w 3448414",
    ),
)
@click.argument("name")
@pass_call
def command(call: Call, name: str) -> None:
    """Save account, project and workspace under a name."""
    selection = call.selection()
    account, project, workspace = _values(call, selection)
    targets.add_target(call.context, name, account=account, project=project, workspace=workspace)
    more = f" › workspace {workspace}" if workspace else ""
    call.console.say(f"Target {name} is saved: account {account} › project {project}{more}")


def _values(call: Call, selection: Selection) -> tuple[str, str, int | None]:
    """What to save: the line first, then the session it leads to."""
    if selection.account and selection.project:
        # Said in full: whatever else is set up here has no part in it.
        return selection.account, selection.project, selection.workspace
    view = session.view_session(
        call.context,
        account=selection.account,
        project=selection.project,
        workspace=selection.workspace,
        target=selection.target,
    )
    account = selection.account or _needed(view, "account", "-a")
    project = selection.project or _needed(view, "project", "-p")
    changed = bool(selection.account or selection.project)
    current = None if changed else view.resolution.workspace.value
    return account, project, selection.workspace or current


def _needed(view: SessionView, name: str, flag: str) -> str:
    value: str | None = getattr(view.resolution, name).value
    if value is None:
        raise InvalidArgumentError(
            f"A target has a {name}, and there is no current one.",
            violation=f"{name}_missing",
            hint=f"Say which: {flag}",
        )
    return value
