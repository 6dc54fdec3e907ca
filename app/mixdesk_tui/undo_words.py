"""What changes are called, and what is so again when they are undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mixdesk.model.records import Overview
from mixdesk.store.changes import Change, Chosen, LoginStored, table_of
from mixdesk_tui import themes
from mixdesk_tui.spans import safe

_DONE: Mapping[str, str] = {
    "account.add": "account {0} added",
    "account.login": "login of {0}",
    "account.logout": "logout of {0}",
    "account.remove": "account {0} removed",
    "account.rename": "account {0} renamed to {1}",
    "account.update": "account {0} changed",
    "account.use": "switch to {0}",
    "session.clear": "no workspace",
    "session.use": "switch of project",
    "target.add": "target {0} added",
    "target.remove": "target {0} removed",
    "target.rename": "target {0} renamed to {1}",
    "target.update": "target {0} changed",
    "target.use": "switch to target {0}",
}
"""What a change is called, by its verb in the activity log."""

_UNDONE: Mapping[str, str] = {
    "account.add": "account {0} is gone again",
    "account.login": "account {0} is gone again",
    "account.remove": "account {0} is back",
    "account.rename": "account {1} is {0} again",
    "account.update": "account {0} is as it was",
    "target.add": "target {0} is gone again",
    "target.remove": "target {0} is back",
    "target.rename": "target {1} is {0} again",
    "target.update": "target {0} is as it was",
}
"""What is so again; switches say where they lead back to."""


def done(change: Change) -> str:
    """Return what a change is called: ``account ci removed``."""
    verb, names = _title(change)
    if verb in _DONE:
        return _DONE[verb].format(*names, "", "")
    if isinstance(change.lasting, LoginStored):
        return _DONE["account.login"].format(safe(change.lasting.account))
    if app_before(change, "theme") is not None:
        return "another theme"
    if (mouse := app_before(change, "mouse")) is not None:
        return "the mouse taken back" if mouse[0] is False else "the mouse given away"
    now, before = _protected(change)
    name = next(iter({*now} ^ {*before}), "")
    return f"target {name} {'protected' if name in now else 'left open'}" if name else "preferences"


def undone(change: Change, seen: Overview) -> str:
    """Return what is so again after an undo.

    Args:
        change: What was undone.
        seen: What is known of projects and targets.
    """
    verb, names = _title(change)
    lasting = change.lasting
    if isinstance(lasting, LoginStored):
        stays = f"the new login of {safe(lasting.account)} stays"
        return f"{_back_at(change.came_from, seen)}; {stays}" if change.came_from else stays
    if verb in _UNDONE and not (verb == "account.login" and not _has_added(change, names)):
        return _UNDONE[verb].format(*names, "", "")
    if change.came_from is not None:
        return _back_from(verb, change.came_from, seen)
    if verb == "account.login":
        return f"{names[0]} has its old credentials again"
    return _preferences_undone(change)


def name_again(change: Change) -> tuple[str, str] | None:
    """Return the kind and the name of what is there again after an undo, by that name."""
    for activity in change.activities:
        kind, _, verb = activity.verb.partition(".")
        if verb in ("remove", "rename") and activity.names:
            return kind, activity.names[0]
    return None


def app_before(change: Change, key: str) -> tuple[object] | None:
    """Return what a preference of the app was before a change of it; None where it was none."""
    before, after = (table_of(data, "app").get(key) for data in _ends(change))
    return None if before == after else (before,)


def _title(change: Change) -> tuple[str, list[str]]:
    """Return the verb and the names that say the most."""
    activity = change.activity
    if activity is None:
        return "", []
    return activity.verb, [safe(name) for name in activity.names] or [""]


def _has_added(change: Change, names: Sequence[str]) -> bool:
    edits = change.edits("config")
    old = table_of(edits[0].old, "accounts") if edits else {}
    return bool(names) and bool(edits) and names[0] not in old


def _back_from(verb: str, place: Chosen, seen: Overview) -> str:
    """Return where a switch leads back to, in words of its own kind."""
    if verb == "account.use" and place.account is not None:
        return f"{safe(place.account)} is active again"
    if verb == "session.use" and place.project is not None:
        shown = _project(place.project, seen)
        shown += f" › {_workspace(place.workspace, seen)}" if place.workspace is not None else ""
        return f"{shown} is current again"
    return _back_at(place, seen)


def _back_at(place: Chosen | None, seen: Overview) -> str:
    """Return where a switch leads back to: a target's name, or the parts."""
    if place is None or place.account is None:
        return "nobody is active again"
    for row in seen.targets:
        if Chosen(row.account, row.project, row.workspace) == place:
            return f"target {safe(row.name)} is current again"
    where = safe(place.account)
    if place.project is not None:
        where += f" › {_project(place.project, seen)}"
    if place.workspace is not None:
        where += f" › {_workspace(place.workspace, seen)}"
    return f"{where} is current again"


def _project(project: str, seen: Overview) -> str:
    """Return the name of a project where it is known, else its id."""
    known = {row.default_project: row.project_name for row in seen.accounts}
    known |= {row.project: row.project_name for row in seen.targets if row.project_name}
    return safe(known.get(project) or project)


def _workspace(workspace: int, seen: Overview) -> str:
    """Return the name of a workspace that is current, else its id."""
    session = seen.session
    if session is None or session.resolution.workspace.value != workspace:
        return str(workspace)
    return safe(session.workspace_name or str(workspace))


def _preferences_undone(change: Change) -> str:
    if (theme := app_before(change, "theme")) is not None:
        known = themes.WORDS.get(themes.by_preference(str(theme[0] or ""), no_color=False))
        return f"the theme is {known} again" if theme[0] and known else "the theme is as it was"
    if (mouse := app_before(change, "mouse")) is not None:
        return f"the mouse is {'the terminal' if mouse[0] is False else 'mixdesk'}'s again"
    now, before = _protected(change)
    for name in {*now} ^ {*before}:
        return f"target {name} is {'not protected any more' if name in now else 'protected again'}"
    old, new = (table_of(data, "projects").get("favourites") for data in _ends(change))
    return "the favourites are as they were" if old != new else "everything is as it was"


def _protected(change: Change) -> tuple[list[str], list[str]]:
    """Return the protected targets after a change and before it."""
    found = (table_of(data, "targets").get("protected") for data in _ends(change))
    before, after = (
        [safe(str(n)) for n in each] if isinstance(each, list) else [] for each in found
    )
    return after, before


def _ends(change: Change) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the preferences before a change and after it."""
    edits = change.edits("preferences")
    return (edits[0].old, edits[-1].new) if edits else ({}, {})
