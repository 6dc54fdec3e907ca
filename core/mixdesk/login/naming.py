"""What a new account is called when nobody says."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mixdesk.model.me import MeResponse

_LONGEST = 32
_OTHER = re.compile(r"[^a-z0-9]+")


def slugify(text: str | None) -> str:
    """Make a name for files and commands of any text.

    Args:
        text: Such as the name of an organization.

    Returns:
        At most 32 of ``a-z``, ``0-9`` and ``-``: accents folded, in lower case, everything else a
        dash, none at the ends. Empty when nothing is left.
    """
    folded = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode()
    return _OTHER.sub("-", folded.lower()).strip("-")[:_LONGEST].rstrip("-")


def default_account_name(me: MeResponse, existing: Collection[str]) -> str:
    """Choose a name for an account from what ``/me`` says.

    Args:
        me: The answer of ``/me``.
        existing: Names that are taken.

    Returns:
        The slug of the first organization's name, else ``org-ID``, else ``account``; when that is
        taken, with ``-2``, ``-3``, … after it.
    """
    organizations = {key: {"name": each.name} for key, each in me.organizations.items()}
    return free_name(name_of_organization({"organizations": organizations}), existing)


def name_of_organization(answer: Mapping[str, Any]) -> str:
    """The name that an answer of ``/me`` suggests, whether it is taken or not."""
    organizations = answer.get("organizations")
    if not isinstance(organizations, dict) or not organizations:
        return "account"
    key, first = next(iter(organizations.items()))
    name = first.get("name") if isinstance(first, dict) else None
    return slugify(name if isinstance(name, str) else None) or slugify(f"org-{key}")


def free_name(base: str, existing: Collection[str]) -> str:
    """The name, or when it is taken the name with the first free number after it."""
    if base not in existing:
        return base
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return next(name for name in numbered if name not in existing)
