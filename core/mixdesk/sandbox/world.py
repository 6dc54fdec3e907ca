"""The projects of one sandbox: those of ``data.py``, or any number of them, tame or hostile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mixdesk.sandbox.data import (
    FIRST_GENERATED,
    FIRST_HOSTILE,
    ORGANIZATIONS,
    Organization,
)
from mixdesk.sandbox.names import (
    HOSTILE_NAMES,
    HOSTILE_ORGANIZATION,
    generated_name,
    hostile_name,
)

HOSTILE_ORGANIZATION_ID = 400
"""The organization that a hostile sandbox has besides."""

_HOSTILE_EVERY = 25


def organizations(projects: int | None = None, *, hostile: bool = False) -> list[Organization]:
    """The organizations of a sandbox, with their projects.

    The same arguments give the same names and ids, everywhere and always.

    Args:
        projects: How many projects there are in all; those of ``data.py`` by default.
        hostile: Whether there is an organization full of names that mean harm, and some such
            names among the projects beyond those of ``data.py``.
    """
    there_are = [*ORGANIZATIONS, _hostile_organization()] if hostile else list(ORGANIZATIONS)
    if projects is None:
        return there_are
    sizes = _sizes([len(each.projects) for each in there_are], projects)
    return [
        _resized(each, size, FIRST_GENERATED * (place + 1), hostile)
        for place, (each, size) in enumerate(zip(there_are, sizes, strict=True))
    ]


def _hostile_organization() -> Organization:
    projects = tuple((str(FIRST_HOSTILE + i), name) for i, name in enumerate(HOSTILE_NAMES))
    return Organization(HOSTILE_ORGANIZATION_ID, HOSTILE_ORGANIZATION, "us", "US/Pacific", projects)


def _sizes(own: Sequence[int], wanted: int) -> list[int]:
    """Share out what is wanted: evenly what is more than there are, else each its part."""
    total = sum(own)
    if wanted >= total:
        each, rest = divmod(wanted - total, len(own))
        return [size + each + (place < rest) for place, size in enumerate(own)]
    parts = [size * wanted // total for size in own]
    rest = wanted - sum(parts)
    return [part + (place < rest) for place, part in enumerate(parts)]


def _resized(organization: Organization, size: int, first: int, hostile: bool) -> Organization:
    own = organization.projects
    more = tuple(
        (str(first + index), _name(first + index, hostile)) for index in range(size - len(own))
    )
    return replace(organization, projects=(own + more)[:size])


def _name(number: int, hostile: bool) -> str:
    index, lane = number % FIRST_GENERATED, number // FIRST_GENERATED
    if hostile and index % _HOSTILE_EVERY == 0:
        return hostile_name(index // _HOSTILE_EVERY)
    # The lanes of the organizations interleave, so that no two share a name.
    return generated_name(4 * index + lane - 1)
