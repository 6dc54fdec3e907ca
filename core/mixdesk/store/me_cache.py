"""``me.json``, the last ``/me`` answer of an account, and ``me.index.json``, what lists need of it.

The answer can be tens of megabytes, the index is small. The index names the ``me.json`` it was
made from, so one that ``mixpanel_headless`` has refreshed meanwhile is indexed anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from mixdesk.exceptions import StoreError
from mixdesk.model.records import ProjectEntry, WorkspaceEntry
from mixdesk.model.rules import is_project
from mixdesk.model.text import clean
from mixdesk.store.files import ME_LIMIT, Place, read_file, remove_file, write_file
from mixdesk.store.json_file import number, read_json, write_json
from mixdesk.store.me_index import MeIndex, decode, encode
from mixdesk.store.sweep import sweep

FRESH_SECONDS = 24 * 60 * 60
"""How long an answer counts as fresh."""

_HEAVY = ("member_list", "unified_member_list")
_WAIT = 10.0
_VERSION = 3
_ID_DIGITS = 20
"""More digits than this has no number in a database."""


def read_index(me: Place) -> MeIndex:
    """Read the index of an account's ``me.json``, making it anew if that has changed.

    Args:
        me: The ``me.json``.

    Returns:
        The index; an empty one when ``/me`` was never asked or the cache cannot be used.
    """
    source = _source(me)
    if source is None:
        return MeIndex()
    sweep(me)
    try:
        stored = decode(read_file(_index(me), ME_LIMIT) or b"")
    except StoreError:
        stored = None
    if stored is not None and stored[0] == source:
        return stored[1]
    try:
        answer = read_json(me, ME_LIMIT)
        return _store_index(me, answer, source) if answer is not None else MeIndex()
    except StoreError:
        return MeIndex()


def is_fresh(cached_at: object, now: float) -> bool:
    """Whether an answer counts as fresh.

    Args:
        cached_at: When it was asked, in seconds since the epoch.
        now: The time, likewise; an answer from the future is not trusted.
    """
    asked = number(cached_at)
    return asked is not None and 0 <= now - asked < FRESH_SECONDS


def read_me(me: Place) -> dict[str, Any] | None:
    """Read the whole cached answer.

    Returns:
        The answer with ``cached_at``; None when there is none or it is corrupt, in which case it
        is dropped.

    Raises:
        StoreError: The file is not safe to use or cannot be read.
    """
    source = _source(me)
    try:
        return read_json(me, ME_LIMIT)
    except StoreError as error:
        if error.code != "STORE_CORRUPT":
            raise
        _drop(me, source)
        return None


def _drop(me: Place, source: list[int] | None) -> None:
    """Remove a corrupt answer, unless another process has already put a new one there."""
    from mixdesk.store.locks import locked_now  # threads: only for those who write

    with locked_now(me) as held:
        if held and _source(me) == source:
            remove_file(me)


def write_me(me: Place, answer: Mapping[str, Any], now: float) -> None:
    """Store an answer of ``/me`` and its index.

    Args:
        me: The ``me.json``.
        answer: The answer's results; not changed.
        now: When it was asked, in seconds since the epoch.

    Raises:
        StoreError: The file cannot be locked or written; the old one is kept.
    """
    from mixdesk.store.locks import locked  # threads: only for those who write

    kept = {**_without_heavy(answer), "cached_at": now}
    with locked(me, wait=_WAIT):
        write_json(me, kept, ME_LIMIT)
        source = _source(me)
    _store_index(me, kept, source)


def make_index(answer: Mapping[str, Any]) -> MeIndex:
    """Take from an answer what lists need; whatever has another shape is left out."""
    organizations = {
        key: clean(str(org.get("name") or key)) for key, org in _items(answer.get("organizations"))
    }
    projects = {
        key: ProjectEntry(
            id=key,
            name=clean(str(project.get("name") or key)),
            organization=organizations.get(str(project.get("organization_id")), ""),
            region=_region(project.get("domain")),
            timezone=_optional(project.get("timezone")),
        )
        for key, project in _items(answer.get("projects"))
        if is_project(key)
    }
    workspaces = {
        int(key): workspace_entry(int(key), workspace)
        for key, workspace in _items(answer.get("workspaces"))
        if key.isdecimal() and key.isascii() and len(key) < _ID_DIGITS
    }
    user_id = answer.get("user_id")
    return MeIndex(
        user_id=user_id if isinstance(user_id, int) else None,
        user_email=_optional(answer.get("user_email")),
        user_name=_optional(answer.get("user_name")),
        cached_at=number(answer.get("cached_at")),
        projects=projects,
        workspaces=workspaces,
    )


def workspace_entry(key: int, fields: Mapping[str, Any]) -> WorkspaceEntry:
    """Make the record of a workspace as an answer describes it; its name is made clean."""
    project = str(fields.get("project_id", ""))
    return WorkspaceEntry(
        id=key,
        name=clean(str(fields.get("name") or key)),
        project=project if is_project(project) else "",
        is_global=bool(fields.get("is_global")),
        is_default=bool(fields.get("is_default")),
        is_visible=fields.get("is_visible") is not False,
    )


def _store_index(me: Place, answer: Mapping[str, Any], source: list[int] | None) -> MeIndex:
    """Make and keep the index; that it cannot be kept is no reason not to have it.

    ``source`` is from before ``answer`` was read: if another answer came between, the index is
    made anew, and never taken for that one's.
    """
    from mixdesk.store.locks import locked_now  # threads: only for those who write

    index = make_index(answer)
    place = _index(me)
    with locked_now(place) as held:
        if held:
            try:
                write_file(place, encode(index, source), limit=ME_LIMIT)
            except StoreError:
                return index
    return index


def _index(me: Place) -> Place:
    return me.sibling("me.index.json")


def _source(me: Place) -> list[int] | None:
    """What tells one ``me.json`` from another."""
    try:
        status = os.stat(me.path, follow_symlinks=False)
    except OSError:
        return None
    return [_VERSION, status.st_ino, status.st_size, status.st_mtime_ns]


def _items(mapping: object) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(mapping, dict):
        return []
    return [(str(key), value) for key, value in mapping.items() if isinstance(value, dict)]


def _optional(value: object) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


def _region(domain: object) -> str | None:
    """The region that a project's domain stands for."""
    if not isinstance(domain, str):
        return None
    first = domain.split(".")[0]
    return first if first in ("eu", "in") else "us" if domain.endswith("mixpanel.com") else None


def _without_heavy(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the member lists of workspaces out: they can be tens of megabytes."""
    kept = dict(answer)
    if isinstance(workspaces := kept.get("workspaces"), dict):
        kept["workspaces"] = {
            key: {k: v for k, v in value.items() if k not in _HEAVY}
            if isinstance(value, dict)
            else value
            for key, value in workspaces.items()
        }
    return kept
