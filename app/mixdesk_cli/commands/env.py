"""``mp env``: what makes a shell be an account, for the shell to evaluate."""

from __future__ import annotations

import sys

import click

from mixdesk.ops.handing import assignments, name_only
from mixdesk_cli import handing
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.shells import SHELLS, script, shell_of
from mixdesk_cli.verb import Verb


@click.command(
    "env",
    cls=Verb,
    axes=("account", "project", "workspace", "target"),
    axis_helps=handing.AXIS_HELPS,
    examples=(
        'eval "$(mp env -t ecom)"                    (bash, zsh)',
        "mp env -t ecom --shell fish | source        (fish)",
        "mp env -t ecom --shell powershell | Invoke-Expression",
        'eval "$(mp env -t ecom --names)"            (no secrets: a switch for this shell)',
    ),
)
@click.option(
    "--shell", type=click.Choice(SHELLS), help="Who evaluates it; else what $SHELL names, or bash."
)
@click.option(
    "--names",
    is_flag=True,
    help="Set MP_TARGET or MP_ACCOUNT alone: a switch for this shell, without secrets.",
)
@handing.handing_options
@pass_call
def command(call: Call, shell: str | None, names: bool, min_left: float | None, yes: bool) -> None:
    """Print what sets a shell up to be an account, and nobody else.

    What the line says beats the environment. Variables that say who you are and are not set are
    unset.
    """
    variables = _names(call, min_left, yes) if names else _all(call, min_left, yes)
    text = script(assignments(variables), shell or shell_of(call.environ))
    if sys.stdout.isatty() and not names:
        call.console.warn("A secret is shown on this terminal; it was to be evaluated by a shell.")
    sys.stdout.write(text)


def _all(call: Call, min_left: float | None, yes: bool) -> dict[str, str]:
    return handing.obtain(call, min_left=min_left, yes=yes).variables()


def _names(call: Call, min_left: float | None, yes: bool) -> dict[str, str]:
    if min_left is not None:
        raise click.UsageError("--names sets no token, so --min-left has nothing to look at.")
    if call.line.project is not None or call.line.workspace is not None:
        raise click.UsageError(
            "--names names an account or a target. For a project of its own save a target: "
            "mp target add NAME -a ACCOUNT -p ID"
        )
    handing.confirm(call, yes=yes)
    return name_only(call.context, handing.wish(call))
