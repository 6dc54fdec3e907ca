"""Commands that ``mixpanel_headless``, which installs an ``mp`` too, has and mixdesk has not."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any, NoReturn

import click

from mixdesk_cli import process
from mixdesk_cli.call import Call

_GROUPS = frozenset(
    (
        *("alerts", "annotations", "behaviors", "business-context", "cohorts", "custom-events"),
        *("custom-properties", "dashboards", "drop-filters", "experiments", "flags", "help"),
        *("inspect", "lexicon", "lookup-tables", "metrics", "query", "replays", "reports"),
        *("schemas", "webhooks"),
    )
)
"""Those of its version 0.4."""

_PACKAGE = "mixpanel_headless"
_PROGRAM = f"""\
import sys
sys.argv[0] = "mp"
from {_PACKAGE}.cli.main import app
sys.exit(app())
"""


def find_command(name: str) -> click.Command | None:
    """Find what hands a command over; None when the other package has none of this name either."""
    if name == "help" and find_spec(_PACKAGE) is None:
        return None  # who asks for help wants to hear of ours
    return _PeerCommand(name) if name in _GROUPS else None


class _PeerCommand(click.Command):
    """A command whose words are not ours to read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = args
        return args

    def invoke(self, ctx: click.Context) -> Any:
        call = ctx.ensure_object(Call)
        call.check_line()
        if find_spec(_PACKAGE) is None:
            raise click.UsageError(
                f"{self.name!r} is a command of {_PACKAGE}, which is not installed beside mixdesk."
            )
        _become(call, [*_options(call), self.name or "", *ctx.args])


def _options(call: Call) -> list[str]:
    """The options of every verb, as they were typed before this one: the other ``mp`` has them."""
    line = call.line
    values = {"-a": line.account, "-p": line.project, "-w": line.workspace, "-t": line.target}
    flags = {"-q": call.console.quiet, "-v": line.verbose}
    given = [word for flag, value in values.items() if value is not None for word in (flag, value)]
    return [*map(str, given), *(flag for flag, is_set in flags.items() if is_set)]


def _become(call: Call, words: list[str]) -> NoReturn:
    """Let the other program take our place, as ``mp exec`` does."""
    sys.stdout.flush()
    sys.stderr.flush()
    process.leave_as_found()
    # -P: a file of the working directory shall not pass for the package.
    argv = [sys.executable, "-P", "-c", _PROGRAM, *words]
    os.execve(sys.executable, argv, dict(call.environ))
