"""What an option or argument may be: names and ids from disk, as click asks for them.

Loaded with every verb, so it imports what it needs when a shell asks. Whatever is wrong with a
file is told by the verbs; here it means that there is nothing to suggest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mixdesk.exceptions import MixdeskError
from mixdesk.model.text import clean
from mixdesk_cli.call import Call

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from mixdesk.model.records import ProjectEntry, WorkspaceEntry
    from mixdesk.ops.viewer import Viewer


class Suggestion(NamedTuple):
    """A value and what it is."""

    value: str
    about: str = ""


Items = list["CompletionItem[str]"]


def accounts(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Names of accounts."""
    with suppress(MixdeskError):
        return _fitting(_accounts(_call(ctx)), incomplete)
    return []


def targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Names of targets."""
    with suppress(MixdeskError):
        return _fitting(_targets(_call(ctx)), incomplete)
    return []


def switches(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """What ``mp use`` takes: targets, accounts, and which of the two is meant."""
    call = _call(ctx)
    with suppress(MixdeskError):
        there = {"target": [*_targets(call)], "account": [*_accounts(call)]}
        kind, found, _ = incomplete.partition(":")
        if found and kind in there:
            return _fitting(_qualified(kind, there[kind]), incomplete)
        targets = {each.value for each in there["target"]}
        twins = [each for each in there["account"] if each.value in targets]
        others = [each for each in there["account"] if each.value not in targets]
        return _fitting([*there["target"], *others, *_qualified("account", twins)], incomplete)
    return []


def projects(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Projects that the session's account sees: names, or ids where a digit was typed."""
    from mixdesk_cli.looking import viewer

    call = _call(ctx)
    with suppress(MixdeskError, click.ClickException):
        return _fitting(_projects(call, viewer(call)[0], incomplete), incomplete)
    return []


def home_projects(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Those of them that can be saved, for the account that they would be saved for."""
    from mixdesk.ops.viewer import saved_viewer

    call = _call(ctx)
    with suppress(MixdeskError):
        viewer = saved_viewer(call.context, call.line.account)
        region = viewer.entry.region
        return _fitting(_projects(call, viewer, incomplete, region), incomplete)
    return []


def project_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Ids of projects that the session's account sees."""
    from mixdesk_cli.looking import viewer

    call = _call(ctx)
    with suppress(MixdeskError, click.ClickException):
        return _fitting(map(_by_id, _project_rows(call, viewer(call)[0])), incomplete)
    return []


def workspaces(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Workspaces of the session's project: names, or ids where a digit was typed."""
    from mixdesk_cli.looking import viewer

    call = _call(ctx)
    with suppress(MixdeskError, click.ClickException):
        found, resolution = viewer(call)
        project = resolution.project.value
        return _fitting(_workspaces(call, found, project, incomplete), incomplete)
    return []


def home_workspaces(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The same for the project that is saved, whatever the environment says."""
    from mixdesk.ops.viewer import saved_viewer

    call = _call(ctx)
    with suppress(MixdeskError):
        found = saved_viewer(call.context)
        project = found.entry.default_project
        return _fitting(_workspaces(call, found, project, incomplete), incomplete)
    return []


def workspace_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Ids of the workspaces of the session's project."""
    from mixdesk_cli.looking import viewer

    call = _call(ctx)
    with suppress(MixdeskError, click.ClickException):
        found, resolution = viewer(call)
        rows = _workspace_rows(call, found, resolution.project.value)
        return _fitting((Suggestion(str(each.id), each.name) for each in rows), incomplete)
    return []


def commands(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """A command of the machine, then files: the shell knows them."""
    from click.shell_completion import CompletionItem

    is_first = not ctx.params.get(param.name or "")
    return [CompletionItem("", type="command" if is_first else "file")]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Files of the machine: the shell knows them."""
    from click.shell_completion import CompletionItem

    return [CompletionItem("", type="file")]


AXES: dict[str, Any] = {
    "account": accounts,
    "project": project_ids,
    "workspace": workspace_ids,
    "target": targets,
}
"""What the global options may be."""


def _call(ctx: click.Context) -> Call:
    return ctx.find_object(Call) or Call({})


def _accounts(call: Call) -> Iterator[Suggestion]:
    from mixdesk_cli.words import KINDS_LONG

    config = call.context.config.snapshot()
    for name in _showable(config.defined("accounts")):
        entry = config.accounts.get(name)
        about = f"{KINDS_LONG[entry.type]} · {entry.region}" if entry else "broken"
        yield Suggestion(name, f"account, {about}")


def _targets(call: Call) -> Iterator[Suggestion]:
    config = call.context.config.snapshot()
    for name in _showable(config.defined("targets")):
        entry = config.targets.get(name)
        about = f"{clean(entry.account)} › {entry.project}" if entry else "broken"
        yield Suggestion(name, f"target, {about}")


def _showable(names: Iterable[str]) -> list[str]:
    """The names, sorted, that a terminal can show as they are: it obeys nothing in them."""
    return sorted(name for name in names if name == clean(name))


def _qualified(kind: str, found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    return (Suggestion(f"{kind}:{each.value}", each.about) for each in found)


def _projects(
    call: Call, viewer: Viewer, incomplete: str, region: str | None = None
) -> Iterator[Suggestion]:
    """Projects by name, or by id where a digit was typed; of one region, if it is given."""
    from collections import Counter

    rows = _project_rows(call, viewer)
    if region is not None:
        rows = [row for row in rows if row.region in (None, region)]
    if incomplete[:1].isdigit():
        yield from map(_by_id, rows)
        return
    count = Counter(row.name for row in rows)
    for row in rows:
        # A name of several says nothing; there the ids are offered.
        if count[row.name] == 1:
            yield Suggestion(row.name, " · ".join(filter(None, (row.id, row.organization))))
        else:
            yield _by_id(row)


def _by_id(row: ProjectEntry) -> Suggestion:
    return Suggestion(row.id, " · ".join(filter(None, (row.name, row.organization))))


def _project_rows(call: Call, viewer: Viewer) -> list[ProjectEntry]:
    from mixdesk.ops.viewer import known

    return list(known(call.context, viewer).projects.values())


def _workspaces(
    call: Call, viewer: Viewer, project: str | None, incomplete: str
) -> Iterator[Suggestion]:
    by_id = incomplete[:1].isdigit()
    for row in _workspace_rows(call, viewer, project):
        names = (str(row.id), row.name) if by_id else (row.name, str(row.id))
        yield Suggestion(*names)


def _workspace_rows(call: Call, viewer: Viewer, project: str | None) -> list[WorkspaceEntry]:
    from mixdesk.ops.viewer import known

    found = known(call.context, viewer).workspaces.values()
    return [each for each in found if each.project == project]


def _fitting(suggestions: Iterable[Suggestion], incomplete: str) -> Items:
    """Those that begin as what was typed. All of them are clean: not much time is left for it."""
    from click.shell_completion import CompletionItem

    begun = incomplete.casefold()
    return [
        CompletionItem(value, help=about)
        for value, about in suggestions
        # One that begins with a dash would be an option.
        if value.casefold().startswith(begun) and not value.startswith("-")
    ]
