"""What an option or argument may be, as click asks for it when a shell does.

Loaded with every verb, so all that it takes to answer is imported when there is a question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Items = list[CompletionItem[str]]
    Suggest = Callable[[click.Context, click.Parameter, str], Items]


def _named(kind: str) -> Suggest:
    def suggest(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        from mixdesk_cli.completion.names import fitting

        return fitting(kind, ctx, incomplete)

    return suggest


def _known_to_the_shell(kind: str, then: str) -> Suggest:
    def suggest(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        from click.shell_completion import CompletionItem

        is_first = not ctx.params.get(param.name or "")
        return [CompletionItem("", type=kind if is_first else then)]

    return suggest


accounts = _named("accounts")
targets = _named("targets")
switches = _named("switches")
"""What ``mp use`` takes."""
projects = _named("projects")
"""Projects of the session's account: names, or ids where a digit was typed."""
home_projects = _named("home projects")
"""Those that can be saved, for the account that they would be saved for."""
workspaces = _named("workspaces")
"""Workspaces of the session's project: names, or ids where a digit was typed."""
home_workspaces = _named("home workspaces")
"""Those of the saved project."""
files = _known_to_the_shell("file", "file")
commands = _known_to_the_shell("command", "file")
"""A command of the machine, then files for it."""

AXES: dict[str, Suggest] = {
    "account": accounts,
    "project": _named("project ids"),
    "workspace": _named("workspace ids"),
    "target": targets,
}
"""What the global options may be."""
