"""One change of ``config.toml``: lock, read, check, change, check the whole, write, release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mixdesk.model.records import Section
from mixdesk.store import recording, switches
from mixdesk.store import snapshot as snapshots
from mixdesk.store.document import Document
from mixdesk.store.files import CONFIG_LIMIT, file_time_ns, write_file
from mixdesk.store.locks import CONFIG_WAIT, locked
from mixdesk.store.schema import Checked, check
from mixdesk.store.snapshot import ChangedMeanwhileError, Snapshot, problem_error

if TYPE_CHECKING:
    from mixdesk.store.changes import Recorder


class Transaction:
    """A change under way. What it does to ``document`` is written when the body ends.

    Args:
        before: The file as it is.
    """

    def __init__(self, before: Snapshot) -> None:
        self.before = before
        self.document = Document(before.text, before.checked.data, before.path, before.pieces)
        self.moved: dict[Section, Section] = {}
        """Sections under a new name: the problems that they had go with them."""
        self.may_orphan = False
        """Whether targets may be left without their account."""
        self.accepted: frozenset[tuple[str, str, Section, str | None]] = frozenset()
        """Problems that may come back, by their identity."""
        self.wrote = False
        """Whether the file was written: a change to what is there already is none."""


@contextmanager
def transaction(path: Path, *, wait: float = CONFIG_WAIT) -> Iterator[Transaction]:
    """Change ``config.toml``; a body that raises writes nothing.

    Args:
        path: The file or a link to it.
        wait: Longest wait for the lock, in seconds.

    Yields:
        The transaction, whose ``document`` the body edits.

    Raises:
        StoreError: The file cannot be locked, read or written, is not TOML, or was changed by a
            program that takes no lock (:class:`ChangedMeanwhileError`).
        ConfigError: The change would break the file.
    """
    place = snapshots.locate(path)
    with locked(place, wait=wait):
        before = snapshots.read_snapshot(path)
        if before.place != place:  # a link that was set anew meanwhile
            raise ChangedMeanwhileError(place.path)
        change = Transaction(before)
        yield change
        text, data = change.document.finish()
        if text == before.text:
            return
        checked = check(data, place.path, before.checked)
        _refuse_new_problems(before.checked, checked, change)
        began_ns = file_time_ns()  # from then on, another program may have changed it again
        fingerprint = write_file(
            place,
            text.encode(),
            limit=CONFIG_LIMIT,
            before_rename=lambda: _refuse_changed(path, before),
        )
        after = snapshots.build(place, text, fingerprint, began_ns, checked)
        snapshots.remember(str(path), after.replace(pieces=change.document.pieces))
        change.wrote = True
        switches.note(place, before.checked, checked, change.moved)
        if (listener := recording.listener()) is not None:
            _tell(listener, change, text, checked)


def _tell(listener: Recorder, change: Transaction, text: str, checked: Checked) -> None:
    from mixdesk.store.changes import Edited

    before = change.before
    problems = frozenset(problem.identity for problem in before.checked.problems)
    old, new = before.checked.data, checked.data
    moved = dict(change.moved)
    listener.add(Edited("config", before.place, before.text, text, old, new, moved, problems))


def _refuse_changed(path: Path, before: Snapshot) -> None:
    if snapshots.fingerprint(path) != before.fingerprint:
        raise ChangedMeanwhileError(before.path)


def _refuse_new_problems(before: Checked, after: Checked, change: Transaction) -> None:
    """Raise for the first problem that the change would add."""
    known = {
        problem._replace(section=change.moved.get(problem.section, problem.section)).identity
        for problem in before.problems
    } | change.accepted
    added = [
        problem
        for problem in after.problems
        if problem.identity not in known | change.accepted
        and not (change.may_orphan and problem.kind == "reference")
    ]
    if not added:
        return
    raise problem_error(added[0])
