"""What ``mp exec`` and ``mp env`` have in common: their options, and whom they are about."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from mixdesk.ops.handing import Handed, hand_over
from mixdesk.ops.wishes import Wish
from mixdesk_cli.call import Call
from mixdesk_cli.protected import make_sure
from mixdesk_cli.views import problem

AXIS_HELPS = {
    "account": "The account to be; the environment has no say then.",
    "project": "The project, whatever MP_PROJECT_ID says.",
    "workspace": "The workspace, whatever MP_WORKSPACE_ID says.",
    "target": "A saved target to be; the environment has no say then.",
}

_SECONDS = {"h": 3600, "m": 60, "s": 1}
_LENGTH = re.compile(r"(?:[0-9]{1,6}[hms])+")

Command = TypeVar("Command", bound=Callable[..., Any])


def _in_seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    if not _LENGTH.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no length of time such as 15m, 90s or 1h30m.")
    parts = re.findall(r"([0-9]+)([hms])", value)
    return float(sum(int(count) * _SECONDS[unit] for count, unit in parts))


def handing_options(command: Command) -> Command:
    """Give a verb ``--min-left`` and ``--yes``."""
    min_left = click.option(
        "--min-left",
        callback=_in_seconds,
        metavar="LENGTH",
        help="Renew a token that ends within LENGTH (15m, 90s, 1h), or refuse.",
    )
    yes = click.option("-y", "--yes", is_flag=True, help="Do not ask, protected or not.")
    return min_left(yes(command))


def wish(call: Call) -> Wish:
    """Whom the line asks for, else ``MP_ACCOUNT`` or ``MP_TARGET``."""
    selection = call.selection()
    insists = call.line.account is not None or call.line.target is not None
    return Wish(*selection[:4], insists=insists)


def confirm(call: Call, *, yes: bool) -> None:
    """Ask before a protected target is used.

    A target that ``MP_TARGET`` names was confirmed by whoever set that.
    """
    if call.line.target is not None:
        make_sure(call, call.line.target, yes=yes)


def obtain(call: Call, *, min_left: float | None, yes: bool) -> Handed:
    """Get what is handed over, and say on stderr what deserves attention."""
    confirm(call, yes=yes)
    handed = hand_over(call.context, wish(call), min_left=min_left or 0.0)
    problem.warn(call.console, handed.problems)
    if min_left and handed.type == "oauth_token" and handed.expires_at is None:
        call.console.warn(
            f"Nobody knows when the token of account {handed.account} ends: "
            "--min-left cannot be kept."
        )
    if call.line.verbose:
        more = f", workspace {handed.workspace}" if handed.workspace else ""
        call.console.note(f"account {handed.account}, project {handed.project}{more}")
    return handed
