"""``mp account export-bridge`` and ``mp account remove-bridge``."""

from __future__ import annotations

import os
import shlex

import click

from mixdesk.ops import bridge, targets
from mixdesk.ops.bridge import BridgeExport
from mixdesk.store.bridge import bridge_places
from mixdesk_cli import words
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.render import Record, show
from mixdesk_cli.report import report_option, upright
from mixdesk_cli.verb import Verb


@click.command(
    "export-bridge",
    cls=Verb,
    axes=("account", "project", "workspace", "target"),
    axis_helps={
        "account": "The account; the active one without.",
        "project": "A project to pin.",
        "workspace": "A workspace to pin.",
        "target": "Account, project and workspace of a target.",
    },
    examples=(
        "mp account export-bridge --to ~/bridge.json --access-only",
        "mp account export-bridge --to /mnt/other/auth.json -a acme-corp -p 3713224 --move-grant",
    ),
)
@click.option(
    "--to",
    required=True,
    metavar="PATH",
    shell_complete=suggest.files,
    help="The file to write.",
)
@click.option("--access-only", is_flag=True, help="Leave the refresh token out.")
@click.option("--move-grant", is_flag=True, help="Take the refresh token from this machine.")
@click.option(
    "--force", is_flag=True, help="Write into a git work tree, or over a file that is no bridge."
)
@report_option
@pass_call
def export_bridge(
    call: Call, to: str, access_only: bool, move_grant: bool, force: bool, format_: str | None
) -> None:
    """Write an account with its credentials to a file that another machine can use.

    Whoever has the file is that account: carry it as you would carry a password.
    """
    account, project, workspace = _chosen(call)
    export = bridge.export_bridge(
        call.context,
        to=to,
        account=account,
        project=project,
        workspace=workspace,
        access_only=access_only,
        move_grant=move_grant,
        force=force,
    )
    _tell(call, export)
    if format_ is not None:
        show(upright(_record(export)), format_, call.environ)


@click.command(
    "remove-bridge",
    cls=Verb,
    examples=("mp account remove-bridge", "mp account remove-bridge --at ~/bridge.json"),
)
@click.option(
    "--at",
    metavar="PATH",
    shell_complete=suggest.files,
    help="The file; the one that is used here without.",
)
@report_option
@pass_call
def remove_bridge(call: Call, at: str | None, format_: str | None) -> None:
    """Remove a bridge file. One that is not there is removed already."""
    path = os.path.abspath(at) if at is not None else _used_here(call)
    removed = bridge.remove_bridge(call.context, at=at)
    if removed:
        call.console.say(f"The bridge {path} is removed.")
    else:
        call.console.say(f"There is no bridge at {path}." if at else "No bridge is used here.")
    if format_ is not None:
        show(upright({"path": path, "removed": removed}), format_, call.environ)


def _chosen(call: Call) -> tuple[str | None, str | None, int | None]:
    selection = call.selection()
    if selection.target is None:
        return selection.account, selection.project, selection.workspace
    row = targets.get_target(call.context, selection.target)
    return row.account, row.project, row.workspace


def _used_here(call: Call) -> str | None:
    places = bridge_places(call.environ, call.context.directory)
    return next((each.path for each in places if os.path.lexists(each.path)), None)


def _record(export: BridgeExport) -> Record:
    return {
        "path": export.path,
        "account": export.account,
        "expires_at": words.iso(export.expires_at),
        "carries_grant": export.carries_grant,
        "moved": export.moved,
        "token_env": export.token_env,
        "used_here": export.is_used_here,
    }


def _tell(call: Call, export: BridgeExport) -> None:
    say, path = call.console, shlex.quote(export.path)
    say.say(
        f"Account {export.account} is in {export.path}.",
        "On the machine that is to use it: export MP_AUTH_FILE=PATH",
    )
    if export.token_env is not None:
        say.note(f"the value of {export.token_env} is inside.")
    if export.expires_at is not None and not export.carries_grant:
        left, _ = words.token_life(export.expires_at, call.context.clock.now())
        say.note(f"it does not renew there: {left}, until {words.iso(export.expires_at)}.")
    if export.moved:
        say.note(
            "this machine has given its refresh token up: when its access token ends, log in "
            f"again: mp account login {export.account}"
        )
    elif export.carries_grant:
        say.warn(
            "The refresh token is in two places now. Mixpanel replaces it at each use, so the "
            "machine that renews first ends the other's login.",
            "--access-only leaves it out; --move-grant takes it from this machine.",
        )
    if export.is_used_here:
        say.warn(
            "This machine looks for a bridge there, and prefers it to its active account.",
            f"mp account remove-bridge --at {path}",
        )
