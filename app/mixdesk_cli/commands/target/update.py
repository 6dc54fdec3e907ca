"""``mp target update`` and ``mp target rename``."""

from __future__ import annotations

import click

from mixdesk.ops import targets
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
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
    examples=("mp target update ecom -p 3018489 --no-workspace",),
)
@click.argument("name", shell_complete=suggest.targets)
@click.option("--no-workspace", is_flag=True, help="Leave the workspace open.")
@pass_call
def update(call: Call, name: str, no_workspace: bool) -> None:
    """Change a target. What is not given stays."""
    line = call.line
    if no_workspace and line.workspace is not None:
        raise click.UsageError("--no-workspace is instead of -w, not beside.")
    if not (no_workspace or line.account or line.project or line.workspace):
        raise click.UsageError("Nothing to change was given.")
    targets.update_target(
        call.context,
        name,
        account=line.account,
        project=line.project,
        workspace=line.workspace,
        clear_workspace=no_workspace,
    )
    call.console.say(f"Target {name} is changed.")


@click.command("rename", cls=Verb, examples=("mp target rename ecom shop",))
@click.argument("name", shell_complete=suggest.targets)
@click.argument("new_name")
@pass_call
def rename(call: Call, name: str, new_name: str) -> None:
    """Give a target another name."""
    targets.rename_target(call.context, name, new_name)
    call.console.say(f"Target {name} is now {new_name}.")
