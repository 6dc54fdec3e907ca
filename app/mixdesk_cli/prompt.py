"""``mp prompt``: the line for a shell prompt. No click here; :mod:`.main` comes straight to it.

Everything that is not usual is left to the verb, which says what is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from mixdesk.clock import SystemClock
from mixdesk.exceptions import MixdeskError
from mixdesk.ops.prompt import PromptView, view_prompt
from mixdesk_cli import template, words
from mixdesk_cli.process import forget
from mixdesk_cli.selection import Line, Selection, select

TEMPLATE = "{account}{project: › }{warn: }"

SHELLS = ("bash", "zsh", "fish")

_MARK = "!"


class Request(NamedTuple):
    """What ``mp prompt`` is asked for."""

    parts: list[template.Part]
    """Its template."""
    shell: str | None = None
    colour: bool = False


def print_quickly(argv: list[str], environ: Mapping[str, str]) -> bool:
    """Print the line, if the words are the usual ones.

    Args:
        argv: The words after ``prompt``.
        environ: The environment; it is only read.

    Returns:
        Whether that was all. If not, nothing was printed, and the verb knows what to say.
    """
    request = _understand(argv)
    if request is None:
        return False
    try:
        text = line(request, select(Line(), environ), environ)
    except MixdeskError:
        return True  # a prompt is no place for errors: every other verb tells them
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        forget(sys.stdout)
    return True


def line(request: Request, selection: Selection, environ: Mapping[str, str]) -> str:
    """Make the line.

    Args:
        request: What is asked for.
        selection: Whom it is about.
        environ: The environment.

    Returns:
        The line with its line break, or nothing when there is nothing to say.

    Raises:
        MixdeskError: It cannot be told who you are.
    """
    now = SystemClock().now()
    view = view_prompt(
        environ,
        now,
        account=selection.account,
        project=selection.project,
        workspace=selection.workspace,
        target=selection.target,
    )
    if view is None:
        return ""
    values = {name: FIELDS[name](view, now) for _, name in request.parts if name}
    text = template.fill(request.parts, values, request.shell, colour=request.colour)
    return f"{text}\n" if text else ""


def _understand(argv: list[str]) -> Request | None:
    """Read the usual options; None for anything else."""
    text, shell, colour = TEMPLATE, None, False
    rest = iter(argv)
    for word in rest:
        name, is_one, value = word.partition("=")
        if name in ("--format", "--shell") and not is_one:
            value = next(rest, "")
        if word == "--color":
            colour = True
        elif name == "--format" and value:
            text = value
        elif name == "--shell" and value in SHELLS:
            shell = value
        else:
            return None
    try:
        return Request(template.parse(text, FIELDS), shell, colour)
    except ValueError:
        return None


def _project(view: PromptView, now: float) -> template.Value:
    return view.project_name or view.project_id, None


def _workspace(view: PromptView, now: float) -> template.Value:
    identifier = None if view.workspace_id is None else str(view.workspace_id)
    return view.workspace_name or identifier, None


def _left(view: PromptView, now: float) -> template.Value:
    if view.expires_at is None:
        return None, None
    if view.can_refresh and view.expires_at <= now:
        return "renews", "dim"
    text, style = words.token_left(view.expires_at, now)
    return text, style or "dim"


FIELDS: Mapping[str, Callable[[PromptView, float], template.Value]] = {
    "account": lambda view, now: (view.account, "bold"),
    "project": _project,
    "project_id": lambda view, now: (view.project_id, None),
    "workspace": _workspace,
    "region": lambda view, now: (view.region, "dim"),
    "target": lambda view, now: (view.target, "bold"),
    "left": _left,
    "warn": lambda view, now: (_MARK if view.needs_attention else None, "red"),
}
"""What a template can name: each makes its text, and the style that says how urgent it is."""
