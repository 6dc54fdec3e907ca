"""Looking for something by its id or its name: in what is known first, then in what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Generic, NamedTuple, TypeVar

from mixdesk.exceptions import APIError, InvalidArgumentError, MixdeskError, OAuthError
from mixdesk.model.rules import is_project
from mixdesk.model.text import clean

_SHOWN = 8

Row = TypeVar("Row")


class About(NamedTuple):
    """What a row is known by."""

    id: str
    name: str
    where: str = ""
    """What tells it from others of its name."""


class Found(NamedTuple, Generic[Row]):
    """What was found."""

    id: str
    row: Row | None
    """What is known of it; None when the account could not be asked what it sees."""
    doubt: MixdeskError | None = None
    """Why it could not be asked."""


class Missing(NamedTuple):
    """That nothing was found."""

    help: str
    """Lines for whoever looked: names that are near, and whether what is known is old."""


def search(
    look: Callable[[bool], tuple[Sequence[Row], bool]],
    about: Callable[[Row], About],
    wanted: str,
    *,
    refresh: bool,
    trust: bool,
) -> Found[Row] | Missing:
    """Look for what is wanted in what is known; if that is not fresh, in what is asked now.

    Args:
        look: Returns what there is and whether it is fresh; told whether to ask in any case.
        about: Describes a row.
        wanted: An id or a name.
        refresh: Ask in any case.
        trust: Whether an id is taken as it is when nobody can be asked.

    Raises:
        InvalidArgumentError: ``ambiguous_name``: several have the name; the hint lists them.
        OAuthError: Nothing is known, and the account has no token to ask with.
        APIError: Nothing is known, and asking failed.
        StoreError: The cache is not safe to use.
    """
    rows: Sequence[Row] | None = None
    row, doubt = None, None
    try:
        rows, is_fresh = look(refresh)
        row = _pick(rows, about, wanted)
        if row is None and not is_fresh:
            rows, _ = look(True)
            row = _pick(rows, about, wanted)
    except (OAuthError, APIError) as error:
        doubt = error
    if row is not None:
        return Found(about(row).id, row)
    if doubt is None:
        return Missing(_near(wanted, (about(each).name for each in rows or ())))
    if trust and is_project(wanted):
        return Found(wanted, None, doubt)
    if rows is None:
        raise doubt
    near = _near(wanted, (about(each).name for each in rows))
    return Missing(f"{near}What it saw last is not fresh, and asking failed: {doubt.summary}\n")


def called(wanted: str) -> str:
    """What was looked for, as an error names it: an id, or ``called 'name'``."""
    return wanted if is_project(wanted) and len(wanted) <= 64 else f"called {clean(wanted, 64)!r}"


def _pick(rows: Sequence[Row], about: Callable[[Row], About], wanted: str) -> Row | None:
    """The row that is meant, if there is one."""
    described = [about(row) for row in rows]
    ids = _matching({each.id: each.name for each in described}, wanted)
    if len(ids) > 1:
        raise _ambiguous(wanted, [each for each in described if each.id in ids])
    return next((row for row, each in zip(rows, described, strict=True) if each.id in ids), None)


def _matching(names: Mapping[str, str], wanted: str) -> list[str]:
    """The ids that are meant: the one given, else those of the name, else but for the case."""
    if wanted in names:
        return [wanted]
    name = clean(wanted)
    if not name:  # what has nothing to show for a name is only found by its id
        return []
    exact = [key for key, known in names.items() if known == name]
    folded = name.casefold()
    return exact or [key for key, known in names.items() if known.casefold() == folded]


def _ambiguous(wanted: str, found: Sequence[About]) -> InvalidArgumentError:
    shown = [f"{each.id} ({each.where})" if each.where else each.id for each in found[:_SHOWN]]
    more = ", …" if len(found) > _SHOWN else ""
    return InvalidArgumentError(
        f"There are {len(found)} called {clean(wanted, 64)!r}.",
        violation="ambiguous_name",
        hint=f"Say which, by its id: {', '.join(shown)}{more}",
        details={"ids": [each.id for each in found]},
    )


def _near(wanted: str, names: Iterable[str]) -> str:
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(wanted.casefold(), folded, n=3)
    return f"Did you mean {' or '.join(repr(folded[each]) for each in near)}?\n" if near else ""
