"""Names and ids from disk. Nobody is asked, and whatever is wrong with a file is told by the verbs:
here it means that there is nothing to suggest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import ProjectEntry, WorkspaceEntry
from mixdesk.model.text import clean
from mixdesk.ops.viewer import Viewer, known, saved_viewer
from mixdesk_cli import looking
from mixdesk_cli.call import Call
from mixdesk_cli.words import KINDS_LONG


class Suggestion(NamedTuple):
    """A value and what it is. Both are clean: a shell shows them as they are."""

    value: str
    about: str = ""


def fitting(kind: str, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """What begins as it was typed.

    Args:
        kind: One of the kinds below.
        ctx: Of the line, as far as it goes.
        incomplete: What was typed.
    """
    call = ctx.find_object(Call)
    begun = incomplete.casefold()
    with suppress(MixdeskError, click.ClickException):
        return [
            CompletionItem(value, help=about)
            for value, about in (_KINDS[kind](call, incomplete) if call is not None else ())
            # One that begins with a dash would be an option.
            if value.casefold().startswith(begun) and not value.startswith("-")
        ]
    return []


def _accounts(call: Call, incomplete: str) -> Iterator[Suggestion]:
    config = call.context.config.snapshot()
    for name in _showable(config.defined("accounts")):
        entry = config.accounts.get(name)
        about = f"{KINDS_LONG[entry.type]} · {entry.region}" if entry else "broken"
        yield Suggestion(name, f"account, {about}")


def _targets(call: Call, incomplete: str) -> Iterator[Suggestion]:
    config = call.context.config.snapshot()
    for name in _showable(config.defined("targets")):
        entry = config.targets.get(name)
        about = f"{clean(entry.account)} › {entry.project}" if entry else "broken"
        yield Suggestion(name, f"target, {about}")


def _switches(call: Call, incomplete: str) -> Iterable[Suggestion]:
    """Targets, accounts, and which of the two is meant, where that was begun or is needed."""
    targets, accounts = [*_targets(call, "")], [*_accounts(call, "")]
    kind, colon, _ = incomplete.partition(":")
    if colon and kind in ("target", "account"):
        return _qualified(kind, targets if kind == "target" else accounts)
    taken = {each.value for each in targets}
    twins = [each for each in accounts if each.value in taken]
    others = [each for each in accounts if each.value not in taken]
    return [*targets, *others, *_qualified("account", twins)]


def _projects(call: Call, incomplete: str) -> Iterable[Suggestion]:
    return _named(_projects_of(call, looking.viewer(call)[0]), incomplete)


def _home_projects(call: Call, incomplete: str) -> Iterable[Suggestion]:
    viewer = saved_viewer(call.context, call.line.account)
    region = viewer.entry.region
    rows = [row for row in _projects_of(call, viewer) if row.region in (None, region)]
    return _named(rows, incomplete)


def _project_ids(call: Call, incomplete: str) -> Iterable[Suggestion]:
    return map(_by_id, _projects_of(call, looking.viewer(call)[0]))


def _workspaces(call: Call, incomplete: str) -> Iterable[Suggestion]:
    viewer, resolution = looking.viewer(call)
    return _named(_workspaces_of(call, viewer, resolution.project.value), incomplete)


def _home_workspaces(call: Call, incomplete: str) -> Iterable[Suggestion]:
    viewer = saved_viewer(call.context)
    return _named(_workspaces_of(call, viewer, viewer.entry.default_project), incomplete)


def _workspace_ids(call: Call, incomplete: str) -> Iterable[Suggestion]:
    viewer, resolution = looking.viewer(call)
    return map(_by_id, _workspaces_of(call, viewer, resolution.project.value))


def _named(
    rows: list[ProjectEntry] | list[WorkspaceEntry], incomplete: str
) -> Iterator[Suggestion]:
    """By name; by id where a digit was typed, or where a name that several have says nothing."""
    by_id = incomplete[:1].isdigit()
    count = Counter(row.name for row in rows)
    for row in rows:
        yield _by_id(row) if by_id or count[row.name] > 1 else Suggestion(row.name, _about(row))


def _by_id(row: ProjectEntry | WorkspaceEntry) -> Suggestion:
    return Suggestion(str(row.id), " · ".join(part for part in (row.name, _where(row)) if part))


def _about(row: ProjectEntry | WorkspaceEntry) -> str:
    return " · ".join(part for part in (str(row.id), _where(row)) if part)


def _where(row: ProjectEntry | WorkspaceEntry) -> str:
    return row.organization if isinstance(row, ProjectEntry) else ""


def _projects_of(call: Call, viewer: Viewer) -> list[ProjectEntry]:
    return [*known(call.context, viewer).projects.values()]


def _workspaces_of(call: Call, viewer: Viewer, project: str | None) -> list[WorkspaceEntry]:
    found = known(call.context, viewer).workspaces.values()
    return [each for each in found if each.project == project]


def _qualified(kind: str, found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    return (Suggestion(f"{kind}:{each.value}", each.about) for each in found)


def _showable(names: Iterable[str]) -> list[str]:
    """The names, sorted, that a terminal can show as they are: it obeys nothing in them."""
    return sorted(name for name in names if name == clean(name))


_KINDS: Mapping[str, Callable[[Call, str], Iterable[Suggestion]]] = {
    "accounts": _accounts,
    "targets": _targets,
    "switches": _switches,
    "projects": _projects,
    "home projects": _home_projects,
    "project ids": _project_ids,
    "workspaces": _workspaces,
    "home workspaces": _home_workspaces,
    "workspace ids": _workspace_ids,
}
