"""Which files and directories are mixdesk's, from the storage root down."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.files import CONFIG_LIMIT, FILE_LIMIT, ME_LIMIT, Place
from mixdesk.store.snapshot import locate

_IN_ACCOUNT = {
    "client.json": FILE_LIMIT,
    "me.index.json": ME_LIMIT,
    "me.json": ME_LIMIT,
    "status.json": FILE_LIMIT,
    "tokens.json": FILE_LIMIT,
}
_IN_ROOT = ("activity.jsonl", "activity.jsonl.1", "login.json", "ui.toml")
_IN_OAUTH = re.compile(r"(?:client|tokens)_[a-z]+\.json")


class Kept(NamedTuple):
    """A file or directory that is ours; it need not be there."""

    place: Place
    kind: Literal["config", "directory", "file"]
    limit: int = FILE_LIMIT
    """Largest size that is read, in bytes."""
    is_named: bool = False
    """Whether the user has named it himself: then it may be a link."""
    is_shared: bool = False
    """Whether others keep files there too: then it is not ours to close."""


def everything(scene: Scene) -> Iterator[Kept]:
    """All that is ours, a directory before what is in it; nothing is looked for behind a link."""
    yield from _root(scene)
    yield from _config(scene)
    yield from _bridge(scene)


def is_directory(path: str, *, follow: bool = False) -> bool:
    """Whether there is a directory at a path, not a link to one unless that may be."""
    return os.path.isdir(path) and (follow or not os.path.islink(path))


def names_in(directory: str) -> list[str]:
    """What lies in a directory; nothing where it cannot be read."""
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _root(scene: Scene) -> Iterator[Kept]:
    root, base = str(scene.ctx.storage.root), str(scene.ctx.storage.base)
    is_named = root == base
    above = os.path.dirname(root) if is_named else base
    yield Kept(Place(root, above), "directory", is_named=is_named)
    if not is_directory(root, follow=is_named):
        return
    for name in _IN_ROOT:
        yield Kept(Place(os.path.join(root, name), base), "file", limit=ME_LIMIT)
    yield from _directory(os.path.join(root, "oauth"), base)
    accounts = os.path.join(root, "accounts")
    yield Kept(Place(accounts, base), "directory")
    if is_directory(accounts):
        for name in names_in(accounts):
            path = os.path.join(accounts, name)
            if os.path.isdir(path):
                yield from _directory(path, base, _IN_ACCOUNT)


def _directory(path: str, base: str, limits: Mapping[str, int] | None = None) -> Iterator[Kept]:
    """A directory and its files: those that have a limit, or the clients of the regions."""
    yield Kept(Place(path, base), "directory")
    if not is_directory(path):
        return
    for name in names_in(path):
        if limits is None and _IN_OAUTH.fullmatch(name):
            yield Kept(Place(os.path.join(path, name), base), "file")
        elif limits is not None and name in limits:
            yield Kept(Place(os.path.join(path, name), base), "file", limits[name])


def _config(scene: Scene) -> Iterator[Kept]:
    """``config.toml``, and its directory where that is not the storage root."""
    path = os.path.abspath(scene.ctx.config.path)
    real = locate(scene.ctx.config.path).path
    directory = os.path.dirname(real)
    is_default = not scene.environ.get("MP_CONFIG_PATH") and real == path
    if directory != os.path.realpath(scene.ctx.storage.root):
        above = Place(directory, os.path.dirname(directory))
        yield Kept(above, "directory", is_named=True, is_shared=not is_default)
    yield Kept(Place(path, os.path.dirname(path)), "config", CONFIG_LIMIT)
    yield Kept(Place(real + ".previous", directory), "file")


def _bridge(scene: Scene) -> Iterator[Kept]:
    """The bridge that is in use, and the directories between it and what is trusted."""
    for place in scene.bridge_places:
        if not os.path.lexists(place.path):
            continue
        directory = os.path.dirname(place.path)
        above = os.path.dirname(directory)
        if directory != place.base and above != place.base:
            yield Kept(Place(above, place.base), "directory", is_shared=True)
        if directory != place.base:
            yield Kept(Place(directory, place.base), "directory")
        yield Kept(place, "file")
        return
