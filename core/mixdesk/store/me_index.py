"""``me.index.json``: what lists need of a ``/me`` answer, one project and one workspace a line.

It is one JSON object, but nobody reads it whole to name a few ids: a row is found by its line and
decoded alone. With ten thousand projects that is a hundredth of the work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from mixdesk.model.records import ProjectEntry, WorkspaceEntry

Key = TypeVar("Key", str, int)
Entry = TypeVar("Entry")

_PROJECTS = b',"projects":['
_WORKSPACES = b'],"workspaces":['
_END = b"]}\n"


class MeIndex(NamedTuple):
    """What lists, the picker and the first frame need of ``/me``; all names are clean."""

    user_id: int | None = None
    user_email: str | None = None
    user_name: str | None = None
    cached_at: float | None = None
    """When ``/me`` was asked, in seconds since the epoch."""
    projects: Mapping[str, ProjectEntry] = MappingProxyType({})
    workspaces: Mapping[int, WorkspaceEntry] = MappingProxyType({})


class Rows(Mapping[Key, Entry], Generic[Key, Entry]):
    """Entries by id, each decoded when it is asked for.

    Args:
        lines: A JSON array's rows, each on a line of its own and beginning with its id.
        make: Makes the entry of a row.
    """

    def __init__(self, lines: bytes, make: Callable[..., Entry]) -> None:
        self._lines = lines
        self._make = make
        self._all: dict[Any, Entry] | None = None

    def __getitem__(self, key: Key) -> Entry:
        if self._all is not None:
            return self._all[key]
        start = self._lines.find(b"\n[" + json.dumps(key).encode() + b",")
        if start < 0:
            raise KeyError(key)
        end = self._lines.find(b"\n", start + 1)
        try:
            return self._make(*json.loads(self._lines[start:end].rstrip(b",")))
        except (ValueError, TypeError):
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[Key]:
        return iter(self._everything())

    def __len__(self) -> int:
        return len(self._everything())

    def _everything(self) -> dict[Any, Entry]:
        if self._all is None:
            try:
                rows = json.loads(b"[" + self._lines + b"]")
                self._all = {row[0]: self._make(*row) for row in rows}
            except (ValueError, TypeError, IndexError):
                self._all = {}
        return self._all


def encode(index: MeIndex, source: object) -> bytes:
    """The bytes of an index file.

    Args:
        index: What it holds.
        source: What tells the ``me.json`` that it was made from.
    """
    head = json.dumps({"source": source, **index._asdict(), "projects": 0, "workspaces": 0})
    head = head[: head.index(', "projects"')]
    projects = _lines(list(project) for project in index.projects.values())
    workspaces = _lines(list(workspace) for workspace in index.workspaces.values())
    return head.encode() + _PROJECTS + projects + _WORKSPACES + workspaces + _END


def decode(content: bytes) -> tuple[object, MeIndex] | None:
    """Read an index file.

    Returns:
        What it was made from, and what it holds; None when it is no index.
    """
    head, _, rest = content.partition(_PROJECTS)
    projects, found, workspaces = rest.partition(_WORKSPACES)
    if not found or not workspaces.endswith(_END):
        return None
    try:
        fields = json.loads(head + b"}")
        source = fields.pop("source")
        index = MeIndex(
            **fields,
            projects=Rows(projects, ProjectEntry),
            workspaces=Rows(workspaces.removesuffix(_END), WorkspaceEntry),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return source, index


def _lines(rows: Iterator[list[Any]]) -> bytes:
    joined = ",\n".join(json.dumps(row) for row in rows)
    return f"\n{joined}\n".encode() if joined else b""
