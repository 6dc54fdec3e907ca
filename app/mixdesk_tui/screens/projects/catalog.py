"""An answer of Mixpanel as it is searched and drawn: worked out once, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mixdesk.model.records import ProjectList, ProjectRow
from mixdesk_tui import phrases
from mixdesk_tui.asking import Picked
from mixdesk_tui.finding import Names
from mixdesk_tui.spans import safe, width
from mixdesk_tui.widgets.columns import Column

COLUMNS = (
    Column("ORGANIZATION", least=12, most=20, keep=3),
    Column("NAME", least=22, most=64, keep=9),
    Column("ID", least=20, keep=5, right=True),
    Column("REGION", least=7, keep=8),
    Column("TIMEZONE", least=10, most=20, keep=2),
)

_TITLES = tuple(width(column.title) for column in COLUMNS)

FAVOURITES = "favourites"
RECENT = "recent"
CURRENT = "current"
MANY = 20
"""Above so many projects the one in use is among the first, too: it would be far down."""


class Catalog(NamedTuple):
    """What an account sees, and what the user likes of it."""

    listing: ProjectList | None = None
    rows: Sequence[ProjectRow] = ()
    names: Names = Names((), ())
    shortcuts: tuple[tuple[str, int], ...] = ()
    """Group and place of what comes before everything else: the one in use, where it would be far
    down, then favourites, then recent ones."""
    favourites: frozenset[str] = frozenset()
    natural: tuple[int, ...] = _TITLES
    """The widest text of each column."""
    places: Mapping[str, int] = MappingProxyType({})
    """Where each id is."""


def make_catalog(picked: Picked) -> Catalog:
    """Return the catalog of what was read."""
    # What this account cannot work with comes last, however its organization is called.
    rows = sorted(picked.listing.rows, key=lambda row: row.is_elsewhere)
    places = {row.project.id: place for place, row in enumerate(rows)}
    favourites = [(FAVOURITES, places[each]) for each in picked.favourites if each in places]
    liked = set(picked.favourites)
    recents = [
        (RECENT, places[each]) for each in picked.recents if each in places and each not in liked
    ]
    shortcuts = (*favourites, *recents)
    return Catalog(
        listing=picked.listing,
        rows=rows,
        names=Names((safe(row.project.name) for row in rows), places),
        shortcuts=(*_in_use(rows, shortcuts), *shortcuts),
        favourites=frozenset(liked),
        natural=_natural(rows, picked.listing.region),
        places=places,
    )


def _in_use(
    rows: Sequence[ProjectRow], shortcuts: Sequence[tuple[str, int]]
) -> tuple[tuple[str, int], ...]:
    """The project in use, unless it is at hand anyway."""
    places = [place for place, row in enumerate(rows) if row.is_current]
    if len(rows) <= MANY or not places or any(place == places[0] for _, place in shortcuts):
        return ()
    return ((CURRENT, places[0]),)


def region_words(row: ProjectRow, region: str) -> str:
    """Return where a project's data is, and that the account is elsewhere if it is."""
    there = safe(row.project.region or phrases.NOTHING)
    return f"{there}, not {region}" if row.is_elsewhere else there


def _natural(rows: Sequence[ProjectRow], region: str) -> tuple[int, ...]:
    texts: tuple[Callable[[ProjectRow], str], ...] = (
        lambda row: row.project.organization,
        lambda row: row.project.name,
        lambda row: row.project.id,
        lambda row: region_words(row, region),
        lambda row: row.project.timezone or "",
    )
    return tuple(
        max(width(column.title), *(width(text) for text in {safe(of(row)) for row in rows}), 0)
        for column, of in zip(COLUMNS, texts, strict=True)
    )
