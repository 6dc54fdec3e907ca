"""``mp exec``: a command that finds an account in its environment."""

from __future__ import annotations

import os
import shutil
import sys

import click

from mixdesk.ops.handing import environment_with
from mixdesk_cli import handing, process
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.errors import CANNOT_RUN, NO_SUCH_COMMAND
from mixdesk_cli.verb import HELP_OPTIONS, Verb


@click.command(
    "exec",
    cls=Verb,
    axes=("account", "project", "workspace", "target"),
    axis_helps=handing.AXIS_HELPS,
    # What follows the command is the command's.
    context_settings={**HELP_OPTIONS, "allow_interspersed_args": False},
    examples=(
        "mp exec -t ecom -- python report.py",
        "mp exec -a team --min-left 15m -- ./nightly.sh --all",
    ),
)
@click.argument(
    "words",
    nargs=-1,
    required=True,
    type=click.UNPROCESSED,
    metavar="CMD...",
    shell_complete=suggest.commands,
)
@handing.handing_options
@pass_call
def command(call: Call, words: tuple[str, ...], min_left: float | None, yes: bool) -> int:
    """Run a command with the credentials of an account in its environment.

    It takes the place of mp: no shell stands between, and its exit code is the exit code. What
    the line says beats the environment; other MP_* variables that say who you are do not reach
    the command. mp itself fails with 125, 126 when the command cannot be run, 127 when there is
    none.
    """
    if not words[0]:
        raise click.UsageError("The name of the command is empty.")
    handed = handing.obtain(call, min_left=min_left, yes=yes)
    # Not call.environ: --no-color is about what mp itself says.
    environ = environment_with(call.given, handed.variables())
    sys.stdout.flush()
    sys.stderr.flush()
    process.leave_as_found()
    try:
        os.execvpe(words[0], words, environ)
    except OSError as error:
        return _tell(call, words[0], error, environ)


def _tell(call: Call, name: str, error: OSError, environ: dict[str, str]) -> int:
    """Say why the command did not start; the exit code is the one that shells give."""
    searched = "/" not in name
    is_missing = isinstance(error, FileNotFoundError) or (
        searched and isinstance(error, NotADirectoryError)
    )
    if is_missing and not shutil.which(name, path=environ.get("PATH")):
        call.console.error(f"There is no command {name!r}.")
        return NO_SUCH_COMMAND
    reason = "the interpreter it names is not there" if is_missing else error.strerror
    call.console.error(f"{name!r} cannot be run: {reason or type(error).__name__}.")
    return CANNOT_RUN
