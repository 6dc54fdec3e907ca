"""Whose ``mp`` the shell finds first: another package installs one, too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mixdesk.ops.doctor.finding import Found, Severity, found
from mixdesk.ops.doctor.scene import Scene

Owner = Literal["mixdesk", "mixpanel_headless", "unknown"]

_HEAD = 4096
"""A script of a package says within this many bytes what it imports."""

_MARKS: tuple[tuple[bytes, Owner], ...] = (
    (b"mixdesk_cli", "mixdesk"),
    (b"mixpanel_headless", "mixpanel_headless"),
)


class Program(NamedTuple):
    """A program on ``PATH``."""

    path: str
    owner: Owner


def check(scene: Scene) -> Iterator[Found]:
    """Look for ``mp`` and ``mixdesk`` along ``PATH``; nothing is run."""
    path = scene.environ.get("PATH", "")
    programs = list(_along(path, "mp"))
    ours = next(_ours(_along(path, "mixdesk")), None)
    first = programs[0] if programs else None
    if first is not None and first.owner == "mixdesk":
        yield found("programs", "mp_is_ours", "ok", first.path)
    elif first is None:
        severity: Severity = "note" if ours else "warning"
        yield found("programs", "mp_missing", severity, "PATH", directory=_installed_in())
    else:
        yield _other(first, next(_ours(programs), None), ours)
    if ours is None:
        yield found("programs", "mixdesk_missing", "note", "PATH", directory=_installed_in())


def _other(first: Program, hidden: Program | None, ours: Program | None) -> Found:
    """Another's ``mp`` comes first: no harm as long as ours has a name of its own."""
    return found(
        "programs",
        "mp_is_anothers",
        "note" if ours else "warning",
        first.path,
        owner=first.owner,
        directory=os.path.dirname(hidden.path) if hidden else _installed_in(),
        instead="mixdesk" if ours else None,
    )


def _installed_in() -> str | None:
    """Where ours are, on ``PATH`` or not: beside the Python that runs this."""
    directory = os.path.dirname(sys.executable)
    return directory if os.path.isfile(os.path.join(directory, "mixdesk")) else None


def _ours(programs: Iterator[Program] | list[Program]) -> Iterator[Program]:
    return (each for each in programs if each.owner == "mixdesk")


def _along(path: str, name: str) -> Iterator[Program]:
    """The programs of a name, in the order in which a shell would take them."""
    for directory in dict.fromkeys(path.split(os.pathsep)):
        candidate = os.path.join(directory or ".", name)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            yield Program(candidate, _owner(candidate))


def _owner(program: str) -> Owner:
    """Whose a program is, by what its script imports."""
    try:
        with open(program, "rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return "unknown"
    return next((owner for mark, owner in _MARKS if mark in head), "unknown")
