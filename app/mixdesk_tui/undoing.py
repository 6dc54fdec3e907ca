"""What was changed in this run and can be undone. It is gone when the run ends."""

from __future__ import annotations

from typing import NamedTuple

from mixdesk.store.changes import Change
from mixdesk_tui.undo_words import done

MOST = 50
"""Changes that are kept."""
HEAVIEST = 64 << 20
"""Bytes of memory that they may take all together, except for the newest."""

NOTHING = "There is nothing to undo in this run"


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
    return Entry(change, what or done(change))
