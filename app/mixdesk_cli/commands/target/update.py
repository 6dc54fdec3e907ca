"""``mp target update`` and ``mp target rename``."""

from __future__ import annotations

import click

from mixdesk.ops import targets
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.protected import make_sure
from mixdesk_cli.verb import Verb


@click.command(
    "update",
    cls=Verb,
    axes=("account", "project", "workspace"),
    axis_helps={
        "account": "Another account.",
        "project": "Another project.",
        "workspace": "Another workspace.",
    },
    examples=(
        "mp target update ecom -p 3018489 --no-workspace",
        "mp target update prod --protect",
    ),
)
@click.argument("name", shell_complete=suggest.targets)
@click.option("--no-workspace", is_flag=True, help="Leave the workspace open.")
@click.option(
    "--protect/--no-protect",
    default=None,
    help="Ask for its name before it is used or removed, or not any more.",
)
@click.option("-y", "--yes", is_flag=True, help="Take the protection away without asking.")
@pass_call
def update(call: Call, name: str, no_workspace: bool, protect: bool | None, yes: bool) -> None:
    """Change a target. What is not given stays."""
    line = call.line
    if no_workspace and line.workspace is not None:
        raise click.UsageError("--no-workspace is instead of -w, not beside.")
    moves = bool(no_workspace or line.account or line.project or line.workspace)
    if not moves and protect is None:
        raise click.UsageError("Nothing to change was given.")
    if protect is False:
        make_sure(call, name, yes=yes)
    if moves:
        _move(call, name, no_workspace)
    if protect is not None:
        targets.protect_target(call.context, name, protect=protect)
    call.console.say(f"Target {name} is {_WORDS[None if moves else protect]}.")


_WORDS = {None: "changed", True: "protected", False: "not protected"}


def _move(call: Call, name: str, no_workspace: bool) -> None:
    line = call.line
    targets.update_target(
        call.context,
        name,
        account=line.account,
        project=line.project,
        workspace=line.workspace,
        clear_workspace=no_workspace,
    )


@click.command("rename", cls=Verb, examples=("mp target rename ecom shop",))
@click.argument("name", shell_complete=suggest.targets)
@click.argument("new_name")
@pass_call
def rename(call: Call, name: str, new_name: str) -> None:
    """Give a target another name."""
    targets.rename_target(call.context, name, new_name)
    call.console.say(f"Target {name} is now {new_name}.")
