"""Tidying up after writers that were killed: their unfinished files may hold secrets."""

from __future__ import annotations

import os

from mixdesk.store.files import Place, names_with_leftovers, remove_leftovers

_swept: set[str] = set()


def leave(directory: str) -> None:
    """Do not tidy a directory in this process: somebody wants to see what lies there."""
    _swept.add(directory)


def sweep(place: Place) -> None:
    """Remove what killed writers left in the directory of a file, once in a process.

    A writer that is at work holds the lock of its file and is left alone.
    """
    directory = os.path.dirname(place.path)
    if directory in _swept:
        return
    _swept.add(directory)
    for name in names_with_leftovers(directory):
        from mixdesk.store.locks import locked_now  # only now: threads are not needed to read

        written = place.sibling(name)
        with locked_now(written) as held:
            if held:
                remove_leftovers(written)
