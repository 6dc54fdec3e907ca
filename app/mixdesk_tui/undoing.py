"""What was changed in this run and can be undone, in words. It is gone when the run ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mixdesk.model.records import Overview
from mixdesk.store.changes import Change, Chosen, LoginStored, table_of
from mixdesk_tui import themes
from mixdesk_tui.spans import safe

MOST = 50
"""Changes that are kept."""
HEAVIEST = 64 << 20
"""Bytes of memory that they may take all together, except for the newest."""

NOTHING = "There is nothing to undo in this run"

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


class Entry(NamedTuple):
    """A change, and what it is called: ``account ci removed``."""

    change: Change
    what: str

    @property
    def is_lost(self) -> bool:
        """Whether nothing of it can be undone: a server has replaced or ended tokens."""
        return self.change.lasting is not None and not self.change.edits("config")


class Undos(NamedTuple):
    """The changes that can be undone."""

    entries: tuple[Entry, ...] = ()

    @property
    def last(self) -> Entry | None:
        """The change that would be undone now."""
        return self.entries[-1] if self.entries else None

    def with_one(self, entry: Entry) -> Undos:
        """Return them with a new one; the oldest go where it gets too much."""
        kept = [entry]
        weight = entry.change.weight
        for each in reversed(self.entries[1 - MOST :]):
            weight += each.change.weight
            if weight > HEAVIEST:
                break
            kept.append(each)
        return Undos(tuple(reversed(kept)))

    def without(self, entry: Entry) -> Undos:
        """Return them without one."""
        return Undos(tuple(each for each in self.entries if each is not entry))


def entry_of(change: Change, what: str = "") -> Entry:
    """Return the entry of a change.

    Args:
        change: What was written.
        what: What it is called, where that is known better than the change tells.
    """
    return Entry(change, what or _done(change))


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
        if verb == "account.use" and change.came_from.account is not None:
            return f"{safe(change.came_from.account)} is active again"
        return _back_at(change.came_from, seen)
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


def theme_before(change: Change) -> str | None:
    """Return the theme that was preferred before a change of it; None where it was none."""
    edits = change.edits("preferences")
    if not edits:
        return None
    before, after = (_app(data).get("theme") for data in (edits[0].old, edits[-1].new))
    return None if before == after else str(before or "")


def _title(change: Change) -> tuple[str, list[str]]:
    """Return the verb and the names that say the most: the last of them."""
    if not change.activities:
        return "", []
    last = change.activities[-1]
    return last.verb, [safe(name) for name in last.names] or [""]


def _done(change: Change) -> str:
    verb, names = _title(change)
    if verb in _DONE:
        return _DONE[verb].format(*names, "", "")
    if isinstance(change.lasting, LoginStored):
        return _DONE["account.login"].format(safe(change.lasting.account))
    if theme_before(change) is not None:
        return "another theme"
    return "preferences"


def _has_added(change: Change, names: Sequence[str]) -> bool:
    edits = change.edits("config")
    old = table_of(edits[0].old, "accounts") if edits else {}
    return bool(names) and bool(edits) and names[0] not in old


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
        where += f" › {place.workspace}"
    return f"{where} is current again"


def _project(project: str, seen: Overview) -> str:
    """Return the name of a project where it is known, else its id."""
    known = {row.default_project: row.project_name for row in seen.accounts}
    known |= {row.project: row.project_name for row in seen.targets if row.project_name}
    return safe(known.get(project) or project)


def _preferences_undone(change: Change) -> str:
    theme = theme_before(change)
    if theme is not None:
        name = themes.by_preference(theme, no_color=False)
        return f"the theme is {themes.WORDS[name]} again" if theme else "the theme is as it was"
    edits = change.edits("preferences")
    if not edits:
        return "everything is as it was"
    before, after = (table_of(data, "targets").get("protected") for data in _ends(change))
    if before != after:
        return _protection(before, after)
    before, after = (table_of(data, "projects").get("favourites") for data in _ends(change))
    return "the favourites are as they were" if before != after else "the preferences are as before"


def _protection(before: Any, after: Any) -> str:
    old, new = (each if isinstance(each, list) else [] for each in (before, after))
    for name in (each for each in new if each not in old):
        return f"target {safe(str(name))} is not protected any more"
    for name in (each for each in old if each not in new):
        return f"target {safe(str(name))} is protected again"
    return "the protected targets are as they were"


def _ends(change: Change) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    edits = change.edits("preferences")
    return edits[0].old, edits[-1].new


def _app(preferences: Mapping[str, Any]) -> Mapping[str, Any]:
    return table_of(preferences, "app")
