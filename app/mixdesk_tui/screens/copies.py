"""What can be copied of an account or a target: facts, and the lines that a script would use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mixdesk.model.records import AccountRow, TargetRow
from mixdesk_tui.phrases import shell_word
from mixdesk_tui.spans import Line, Span, safe, shortened


class Copyable(NamedTuple):
    """Something that can be copied."""

    what: str
    """What it is, in a word or two."""
    text: str
    """The text itself, safe to show; of a secret what stands in its place."""
    is_line: bool = False
    """Whether it is a line for a shell."""
    is_secret: bool = False


def account_copies(row: AccountRow) -> tuple[Copyable, ...]:
    """Return what can be copied of an account, its name first."""
    name = shell_word(row.name)
    facts = (
        Copyable("name", safe(row.name)),
        Copyable("user", safe(row.user_email or row.username or "")),
        Copyable("project", safe(row.default_project or "")),
        Copyable("switch to it", f"mp account use {name}", is_line=True),
        Copyable("run as it", f"mp exec -a {name} -- COMMAND", is_line=True),
        Copyable("shell as it", f'eval "$(mp env -a {name} --names)"', is_line=True),
        *_token(row),
    )
    return tuple(each for each in facts if each.text)


def target_copies(row: TargetRow) -> tuple[Copyable, ...]:
    """Return what can be copied of a target, its name first."""
    name = shell_word(row.name)
    facts = (
        Copyable("name", safe(row.name)),
        Copyable("account", safe(row.account or "")),
        Copyable("project", safe(row.project or "")),
        Copyable("workspace", str(row.workspace or "")),
        Copyable("switch to it", f"mp target use {name}", is_line=True),
        Copyable("run there", f"mp exec -t {name} -- COMMAND", is_line=True),
        Copyable("shell there", f'eval "$(mp env -t {name} --names)"', is_line=True),
    )
    return tuple(each for each in facts if each.text)


def script_lines(copies: Sequence[Copyable], room: int) -> list[Line]:
    """Return the lines for a shell, under a title; a click copies one."""
    return [(Span(" the same from a script", "muted"),), *copy_lines(copies, room)]


def copy_lines(copies: Sequence[Copyable], room: int) -> list[Line]:
    """Return the lines for a shell; a click copies one."""
    lines: list[Line] = []
    for index, each in enumerate(copies):
        if each.is_line:
            text = shortened(each.text, room - 4, action=f"screen.copy_line({index})")
            lines.append((Span("   "), text._replace(tip=f"Copy: {each.text}")))
    return lines


def _token(row: AccountRow) -> tuple[Copyable, ...]:
    """The access token, where there may be one: it is got when it is asked for."""
    has_one = row.type == "oauth_token" or (row.type == "oauth_browser" and row.has_tokens)
    is_there = has_one and row.problem is None and row.token_env_set is not False
    return (Copyable("access token", "•••", is_secret=True),) if is_there else ()
