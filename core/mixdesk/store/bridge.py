"""The bridge: a JSON file that carries one account's credentials to another machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model import rules
from mixdesk.model.records import AccountEntry
from mixdesk.model.text import clean
from mixdesk.store.files import Place
from mixdesk.store.json_file import read_json
from mixdesk.store.schema import account_entry, account_problems, nearest, shown
from mixdesk.store.storage import expand, home_directory
from mixdesk.store.sweep import sweep
from mixdesk.store.tokens import TokenEntry, token_entry

VERSION = 2
_KEYS = ("version", "account", "tokens", "project", "workspace", "headers")
_IN_HOME = ".claude/mixpanel/auth.json"
_IN_DIRECTORY = "mixpanel_auth.json"


class BridgeEntry(NamedTuple):
    """What a bridge file says."""

    path: str
    account: AccountEntry
    tokens: TokenEntry | None = None
    project: str | None = None
    workspace: int | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    base: str = "/"
    """The directory above the file that is trusted to be what it says."""

    @property
    def place(self) -> Place:
        """The file."""
        return Place(self.path, self.base)


def find_bridge(environ: Mapping[str, str], directory: str | None) -> BridgeEntry | None:
    """Read the first bridge there is.

    Where there is none, this costs one ``lstat`` a place.

    Args:
        environ: ``MP_AUTH_FILE`` names one; otherwise ``~/.claude/mixpanel/auth.json``, then
            ``mixpanel_auth.json`` in ``directory`` are looked at.
        directory: The working directory; None for none.

    Returns:
        The bridge, or None when there is none.

    Raises:
        ConfigError: ``MP_AUTH_FILE`` names a file that is not there, or a bridge is not one.
        StoreError: A bridge is not safe to use.
    """
    if environ.get("MP_AUTH_FILE"):
        return _named_bridge(environ)
    places = _default_places(environ, directory)
    sweep(places[0])  # the directory is ours, unlike the one that somebody works in
    for place in places:
        if os.path.lexists(place.path):
            bridge = read_bridge(_absolute(place))
            if bridge is not None:
                return bridge
    return None


def bridge_places(environ: Mapping[str, str], directory: str | None) -> list[Place]:
    """Where a bridge is looked for, in order; see :func:`find_bridge`."""
    if named := environ.get("MP_AUTH_FILE"):
        return [_beside(str(expand(named, environ)))]
    places = []
    for place in _default_places(environ, directory):
        with suppress(FileNotFoundError):  # a working directory that has been removed
            places.append(_absolute(place))
    return places


def place_at(path: str, environ: Mapping[str, str]) -> Place:
    """The place of a bridge at a path that the user gives."""
    path = os.path.abspath(path)
    in_home = _default_places(environ, None)[0]
    return in_home if in_home.path == path else _beside(path)


def read_bridge(place: Place) -> BridgeEntry | None:
    """Read one bridge file.

    Returns:
        The bridge, or None when there is no file.

    Raises:
        StoreError: It is not safe to use or cannot be read.
        ConfigError: It is not a version 2 bridge.
    """
    sweep(place)
    try:
        fields = read_json(place)
    except StoreError as error:
        if error.code == "STORE_CORRUPT":
            raise _bad(place, "is not a JSON object") from None
        if error.details.get("reason") == "link" and error.path != place.path:
            raise _behind_link(place, error) from None
        raise
    return None if fields is None else _entry(place, fields)


def _named_bridge(environ: Mapping[str, str]) -> BridgeEntry:
    """The bridge that ``MP_AUTH_FILE`` names: it has to be there."""
    (place,) = bridge_places(environ, None)
    bridge = read_bridge(place)
    if bridge is not None:
        return bridge
    raise ConfigError(
        f"MP_AUTH_FILE names {clean(place.path)}, which is not there.",
        hint="Correct it, or take it away: unset MP_AUTH_FILE",
        details={"variable": "MP_AUTH_FILE", "path": place.path},
    )


def _default_places(environ: Mapping[str, str], directory: str | None) -> list[Place]:
    """Where a bridge is looked for when none is named; in ``directory`` as it is written."""
    home = environ.get("HOME", "")
    if not home.startswith("/"):
        home = str(home_directory(environ))
    places = [Place(os.path.join(home, _IN_HOME), home)]
    if directory is not None:
        places.append(Place(os.path.join(directory, _IN_DIRECTORY), directory))
    return places


def _absolute(place: Place) -> Place:
    if place.path.startswith("/"):
        return place
    return _beside(os.path.abspath(place.path))


def _entry(place: Place, fields: Mapping[str, Any]) -> BridgeEntry:
    for key in fields:
        if key not in _KEYS:
            meant = nearest(key, _KEYS)
            hint = f" (did you mean {meant!r}?)" if meant else ""
            raise _bad(place, f"has a key {clean(key, 64)!r} that means nothing here{hint}")
    version = fields.get("version")
    if version != VERSION or isinstance(version, bool):
        raise _bad(place, f"is version {shown(version)}; version {VERSION} is needed")
    account = _account(place, fields.get("account"))
    return BridgeEntry(
        path=place.path,
        account=account,
        tokens=_tokens(place, fields.get("tokens"), account),
        project=_checked(place, fields, "project", rules.is_project),
        workspace=_checked(place, fields, "workspace", rules.is_workspace),
        headers=_headers(place, fields.get("headers")),
        base=place.base,
    )


def _account(place: Place, fields: object) -> AccountEntry:
    if not isinstance(fields, dict) or not isinstance(fields.get("name"), str):
        raise _bad(place, "has no account with a name")
    block = {key: value for key, value in fields.items() if key != "name" and value is not None}
    problems = account_problems(fields["name"], block, place.path)
    if problems:
        raise _bad(place, f"has an account that cannot be used: {problems[0].summary[:-1]}")
    return account_entry(fields["name"], block)


def _tokens(place: Place, fields: object, account: AccountEntry) -> TokenEntry | None:
    if fields is None:
        if account.type == "oauth_browser":
            raise _bad(place, "carries a browser account without its tokens")
        return None
    if account.type != "oauth_browser":
        raise _bad(place, "carries tokens, which only a browser account has")
    entry = token_entry(fields) if isinstance(fields, dict) else None
    if entry is None:
        raise _bad(place, "carries tokens that are none")
    return entry


def _headers(place: Place, fields: object) -> Mapping[str, str]:
    if fields is None:
        return {}
    if isinstance(fields, dict) and all(
        rules.is_header_name(name) and rules.is_header_value(value)
        for name, value in fields.items()
    ):
        return fields
    raise _bad(place, "carries headers that cannot be sent")


def _checked(place: Place, fields: Mapping[str, Any], key: str, holds: Any) -> Any:
    value = fields.get(key)
    if value is None or holds(value):
        return value
    raise _bad(place, f"has a {key} that is none: {shown(value)}")


def _beside(path: str) -> Place:
    """A file that the user named, or that lies where he works: its directory is trusted."""
    return Place(path, path.rpartition("/")[0] or "/")


def _behind_link(place: Place, error: StoreError) -> StoreError:
    """The same error, with what helps here: the real file, named by the user, is trusted."""
    return StoreError(
        error.summary,
        code=error.code,
        path=error.path,
        hint=f"Name the real file instead: export MP_AUTH_FILE={os.path.realpath(place.path)}",
        details=error.details,
    )


def _bad(place: Place, what: str) -> ConfigError:
    return ConfigError(
        f"The bridge {place.path} {what}.",
        hint="Export it again on the machine it came from: mp account export-bridge",
        details={"path": place.path},
    )
