"""Which addresses are Mixpanel's API in a region: credentials are sent nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

import httpx

from mixdesk.api.auth import origin
from mixdesk.api.regions import Family, base_url
from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.rules import Region
from mixdesk.model.text import clean

_MARKS: Mapping[Family, str] = {"app": "/api/app", "export": "/api/2.0", "query": "/api/query"}


def address_of(path: str, region: Region, environ: Mapping[str, str]) -> str:
    """The whole address of a path such as ``/api/app/me``; a whole one is checked.

    Args:
        path: A path, or a whole address below ``/api/`` at one of the region's hosts.
        region: Where the account's data lives.
        environ: May move the API elsewhere.

    Returns:
        The address.

    Raises:
        InvalidArgumentError: It is neither.
        ConfigError: The environment names no usable address.
    """
    bases = {family: base_url(family, region, environ) for family in _MARKS}
    url = _parsed(_whole(path, bases))
    roots = [bases[family].removesuffix(mark) + "/api/" for family, mark in _MARKS.items()]
    is_ours = url is not None and any(_is_below(url, httpx.URL(root)) for root in roots)
    if url is None or not is_ours or _leads_up(path):
        raise _foreign(path)
    return str(url)


def _whole(path: str, bases: Mapping[Family, str]) -> str:
    """A path with its family's address before it; anything else as it is."""
    for family, mark in _MARKS.items():
        if path == mark or path.startswith(mark + "/"):
            return bases[family] + path[len(mark) :]
    return path


def _parsed(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        return None


def _is_below(url: httpx.URL, root: httpx.URL) -> bool:
    """Whether an address lies below a root; beside it, others may share the origin."""
    is_there = origin(url) == origin(root) and url.raw_path.startswith(root.raw_path)
    return is_there and not url.userinfo


def _leads_up(path: str) -> bool:
    """Whether somebody on the way may take a part of a path for a way up."""
    read = unquote(_without_query(path))
    return "\\" in read or any(part in (".", "..") for part in read.split("/"))


def _foreign(path: str) -> InvalidArgumentError:
    shown = re.sub("//[^/]*@", "//", _without_query(path))
    return InvalidArgumentError(
        f"{clean(shown, 80)!r} is no address of Mixpanel's API in this region, so "
        "no credential is sent there.",
        violation="address",
        hint="Give a path such as /api/app/me or /api/query/events/names.",
    )


def _without_query(path: str) -> str:
    return re.split("[?#]", path, maxsplit=1)[0]
