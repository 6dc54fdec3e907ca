"""One reading of ``config.toml``: checked, cached, and reused while the file is the same.

A snapshot is plain data, never changed. It is kept per file for the whole process, so that
whoever asks again pays for one ``stat``.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.records import AccountEntry, ActiveEntry, Problem, TargetEntry
from mixdesk.model.sealed import Sealed
from mixdesk.model.text import clean
from mixdesk.store import files
from mixdesk.store.files import CONFIG_LIMIT, Fingerprint, Place, file_time_ns
from mixdesk.store.scan import Piece, line_of, split
from mixdesk.store.schema import Checked, check
from mixdesk.store.sweep import sweep

PEER_LIMIT = 1 << 20
"""Past this size, in bytes, ``mixpanel_headless`` refuses the file."""

_KEPT = 8
_snapshots: dict[str, Snapshot] = {}


class ChangedMeanwhileError(StoreError):
    """Another program, which takes no lock, changed the file during the change."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} was changed by another program at the same moment; nothing was written.",
            code="STORE_LOCKED",
            path=path,
            hint="Try again.",
        )


class Snapshot(Sealed):
    """What ``config.toml`` said when it was read."""

    place: Place
    """The file itself, behind any links."""
    text: str
    fingerprint: Fingerprint | None
    """None when there is no file."""
    read_ns: int
    """When it was read, by the clock that dates files, in nanoseconds."""
    checked: Checked
    problems: tuple[Problem, ...]
    pieces: tuple[Piece, ...] | None = None
    """The text, cut into its tables, where a change has done that already."""

    @property
    def path(self) -> str:
        """Where the file is."""
        return self.place.path

    @property
    def data(self) -> Mapping[str, Any]:
        """All of it, as ``tomllib`` read it."""
        return MappingProxyType(dict(self.checked.data))

    @property
    def accounts(self) -> Mapping[str, AccountEntry]:
        """The sound accounts, by name."""
        return self.checked.accounts

    @property
    def targets(self) -> Mapping[str, TargetEntry]:
        """The sound targets, by name; their account may be gone."""
        return self.checked.targets

    @property
    def active(self) -> ActiveEntry:
        """The persisted choice; its account may be gone."""
        return self.checked.active

    @property
    def custom_header(self) -> tuple[str, str] | None:
        """``[settings].custom_header``: name and value."""
        return self.checked.custom_header

    def defined(self, kind: str) -> Mapping[str, Any]:
        """Every block of ``accounts`` or ``targets``, sound or broken, by name."""
        blocks = self.checked.data.get(kind, {})
        return blocks if isinstance(blocks, dict) else {}

    def problem_of(self, kind: str, name: str) -> Problem | None:
        """The first problem of one account or target."""
        return next((p for p in self.problems if p.section == (kind, name)), None)

    @property
    def is_settled(self) -> bool:
        """Whether the fingerprint alone tells that the file is still the same."""
        if self.fingerprint is None:
            return True
        return self.fingerprint.is_settled(self.read_ns)


def locate(path: Path) -> Place:
    """Follow links to the file that is read and written.

    A configuration kept by a dotfile manager stands behind a link; it is used at its real place,
    so the link survives a change.
    """
    real = os.path.realpath(path)
    return Place(real, os.path.dirname(real))


def fingerprint(path: Path) -> Fingerprint | None:
    """The state of the file now, without reading it; None when there is none."""
    try:
        return Fingerprint.of(os.stat(path))
    except OSError:
        return None


def read_snapshot(path: Path) -> Snapshot:
    """Read ``config.toml``, or reuse the last reading if the file is still the same.

    Args:
        path: The file or a link to it.

    Returns:
        What it says. A missing file says nothing and is fine.

    Raises:
        StoreError: ``STORE_CORRUPT`` with line and column when it is not TOML,
            ``STORE_UNSAFE_PATH`` or ``STORE_IO`` when it cannot be read.
    """
    key = str(path)
    known = _snapshots.get(key)
    if known is not None and known.is_settled and known.fingerprint == fingerprint(path):
        return known
    place = locate(path)
    if known is None:
        sweep(place)
    read_ns = file_time_ns()
    content, status = _read(place)
    if status is None:
        return remember(key, _empty(place, read_ns))
    now = Fingerprint.of(status)
    if known is not None and known.path == place.path and known.text.encode() == content:
        safety = tuple(_safety_problems(place.path, status))
        if safety == tuple(p for p in known.problems if p.kind == "safety"):
            return remember(key, known.replace(fingerprint=now, read_ns=read_ns))
    before = known.checked if known is not None and known.path == place.path else None
    text = decode(content, place.path)
    checked = check(parse(text, place.path), place.path, before)
    return remember(key, build(place, text, now, read_ns, checked, status))


def build(
    place: Place,
    text: str,
    now: Fingerprint,
    read_ns: int,
    checked: Checked,
    status: os.stat_result | None = None,
) -> Snapshot:
    """Make a snapshot of a checked text, with the lines of its problems."""
    problems = [*_safety_problems(place.path, status)] if status else []
    if now.size > PEER_LIMIT:
        problems.append(_too_large_for_peer(place.path))
    problems += with_lines(checked.problems, text)
    return Snapshot(place, text, now, read_ns, checked, tuple(problems))


def remember(key: str, snapshot: Snapshot) -> Snapshot:
    """Keep a snapshot for the next reader."""
    while len(_snapshots) >= _KEPT and key not in _snapshots:
        _snapshots.pop(next(iter(_snapshots)), None)
    _snapshots[key] = snapshot
    return snapshot


def with_lines(problems: list[Problem], text: str) -> list[Problem]:
    """Add the line of each problem, in the order of the file."""
    if not problems:
        return []
    pieces = split(text)
    placed = [p._replace(line=line_of(pieces, p.section, p.key)) for p in problems]
    return sorted(placed, key=lambda problem: problem.line or 0)


def problem_error(problem: Problem) -> ConfigError:
    """Make the error of a problem that stands in the way of what was asked."""
    return ConfigError(
        problem.summary,
        hint=problem.hint,
        details={
            "rule": problem.code,
            "section": list(problem.section),
            "key": problem.key,
            "path": problem.path,
            "line": problem.line,
            "suggestion": problem.suggestion,
        },
    )


def decode(content: bytes, path: str) -> str:
    """Decode a file, or say where it stops being text.

    Raises:
        StoreError: ``STORE_CORRUPT``.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _not_toml(path, "a byte that is not UTF-8", line, None) from None
    if text.startswith("\ufeff"):
        raise _not_toml(path, "a byte-order mark; save it as UTF-8 without one", 1, 1)
    return text


def parse(text: str, path: str) -> dict[str, Any]:
    """Read TOML, or say where it stops being TOML.

    Raises:
        StoreError: ``STORE_CORRUPT``.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _undecodable(path, text, str(error)) from None
    except RecursionError:
        raise _not_toml(path, "brackets nested too deeply", None, None) from None
    except ValueError:  # a number of thousands of digits
        raise _not_toml(path, "a number that is too large", None, None) from None


def _empty(place: Place, read_ns: int) -> Snapshot:
    return Snapshot(place, "", None, read_ns, Checked({}), ())


def _read(place: Place) -> tuple[bytes, os.stat_result | None]:
    """Read the user's own configuration: checked on the descriptor, but forgiving of modes."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        descriptor = os.open(place.path, flags)
    except FileNotFoundError:
        return b"", None
    except OSError as error:
        raise files.reading_failed(place.path, error) from None
    try:
        status = os.fstat(descriptor)
        _refuse_foreign(place.path, status)
        size = status.st_size
        return files.read_descriptor(descriptor, size, CONFIG_LIMIT, place.path), status
    except OSError as error:
        raise files.reading_failed(place.path, error) from None
    finally:
        files.close(descriptor)


def _refuse_foreign(path: str, status: os.stat_result) -> None:
    """Root may provide a configuration (some dotfile managers do); another user may not."""
    if not stat.S_ISREG(status.st_mode):
        raise files.unsafe(path, "is not a regular file", "kind")
    if status.st_uid not in (os.geteuid(), 0):
        raise files.unsafe(path, f"belongs to another user (uid {status.st_uid})", "owner")
    if status.st_size > CONFIG_LIMIT:
        raise files.unsafe(path, f"is larger than {CONFIG_LIMIT:,} bytes", "size")


def _safety_problems(path: str, status: os.stat_result) -> list[Problem]:
    problems = []
    if status.st_mode & 0o077:
        problems.append(
            _file_problem(
                "safety",
                "mode",
                f"Others may read or change the file (mode {status.st_mode & 0o777:04o}), "
                "and mixpanel_headless refuses it.",
                f"Make it yours alone: chmod 600 {path}",
                path,
            )
        )
    if status.st_nlink > 1:
        problems.append(
            _file_problem(
                "safety",
                "hard_link",
                "The file has a second name, which the next change will leave behind.",
                "If both names are wanted, make one of them a symbolic link.",
                path,
            )
        )
    return problems


def _too_large_for_peer(path: str) -> Problem:
    return _file_problem(
        "size",
        "over_peer_limit",
        "The file is larger than 1 MiB; mixpanel_headless will refuse to read it.",
        "Remove accounts or targets that are no longer needed.",
        path,
    )


def _file_problem(kind: Any, code: str, summary: str, hint: str, path: str) -> Problem:
    return Problem(
        kind=kind, code=code, section=(), key=None, summary=summary, hint=hint, path=path
    )


def _undecodable(path: str, text: str, message: str) -> StoreError:
    """Turn ``tomllib``'s words, which end in the place, into ours."""
    what, _, place = message.partition(" (at ")
    if place.startswith("line"):
        line, column = (int(number) for number in re.findall(r"\d+", place))
    else:
        line, column = text.count("\n") + 1, None
    return _not_toml(path, what[:1].lower() + what[1:80], line, column)


def _not_toml(path: str, what: str, line: int | None, column: int | None) -> StoreError:
    place = f"{path}:{line}" if line else path
    if line and column:
        place += f":{column}"
    return StoreError(
        f"{place} is not TOML: {clean(what)}.",
        code="STORE_CORRUPT",
        path=path,
        hint="Mend that line in an editor; until then nothing is written.",
        details={"line": line, "column": column},
    )
