"""What killed processes and removed accounts left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from mixdesk.exceptions import StoreError
from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.keeping import is_directory, names_in
from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.files import Place, close, names_with_leftovers, remove_leftovers
from mixdesk.store.locks import locked_now
from mixdesk.store.snapshot import locate, read_snapshot

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def check(scene: Scene) -> Iterator[Found]:
    """Look for unfinished files, an interrupted login, and directories without an account."""
    left = [*_interrupted_login(scene), *_unfinished(scene)]
    yield from left
    forgotten = list(_orphans(scene))
    yield from forgotten
    if not left and not forgotten:
        yield found("leftovers", "nothing_left", "ok", str(scene.ctx.storage.root))


def _unfinished(scene: Scene) -> Iterator[Found]:
    """Files that writers were killed over; a writer at work holds a lock and is left alone."""
    for place in dict.fromkeys((*_in_our_directories(scene), *_elsewhere(scene))):
        if not _is_at_work(place):
            repair = partial(_remove_unfinished, place)
            yield found("leftovers", "unfinished_file", "warning", place.path, repair)


def _in_our_directories(scene: Scene) -> Iterator[Place]:
    """What was being written in the storage root."""
    root, base = str(scene.ctx.storage.root), str(scene.ctx.storage.base)
    accounts = os.path.join(root, "accounts")
    below = [os.path.join(accounts, name) for name in names_in(accounts)]
    for directory in (root, os.path.join(root, "oauth"), *below):
        for name in sorted(names_with_leftovers(directory)):
            yield Place(os.path.join(directory, name), base)


def _elsewhere(scene: Scene) -> Iterator[Place]:
    """The files that are kept where others keep theirs: only what is ours is looked for there."""
    config = locate(scene.ctx.config.path)
    if os.path.dirname(config.path) == str(scene.ctx.storage.root):
        config = config._replace(base=str(scene.ctx.storage.base))
    for place in (config, *scene.bridge_places):
        if place.name in names_with_leftovers(os.path.dirname(place.path)):
            yield place


def _guarded(place: Place) -> list[Place]:
    """The files whose locks there are, and under which a file is written."""
    # A login stores client and tokens under the lock of its tokens.
    names = (place.name, "tokens.json") if place.name == "client.json" else (place.name,)
    places = [place.sibling(name) for name in names]
    return [each for each in places if os.path.lexists(each.path + ".lock")]


def _is_at_work(place: Place) -> bool:
    """Whether a writer of a file holds its lock; the lock is not touched."""
    return any(_is_locked(each.path + ".lock") for each in _guarded(place))


def _is_locked(path: str) -> bool:
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a disk without locks: that is told where disks are looked at
    finally:
        close(descriptor)
    return False


def _remove_unfinished(place: Place) -> bool:
    with ExitStack() as locks:
        if not all(locks.enter_context(locked_now(each)) for each in _guarded(place)):
            return False
        remove_leftovers(place)
    return place.name not in names_with_leftovers(os.path.dirname(place.path))


def _interrupted_login(scene: Scene) -> Iterator[Found]:
    """The note of a login that was killed while it was stored; one under way is left alone."""
    place = scene.ctx.storage.login
    if not os.path.lexists(place.path):
        return
    if not _is_at_work(place):
        repair = partial(_finish_login, scene)
        account = _noted_account(scene)
        yield found(
            "leftovers", "interrupted_login", "warning", place.path, repair, account=account
        )


def _finish_login(scene: Scene) -> bool:
    from mixdesk.login.recovery import recover  # only now: it takes what writing takes

    recover(scene.ctx.config, scene.ctx.storage)
    return not os.path.lexists(scene.ctx.storage.login.path)


def _noted_account(scene: Scene) -> str | None:
    if not os.path.lexists(scene.ctx.storage.login.path):
        return None
    from mixdesk.login.note import read_note  # only now: nothing else needs what it takes

    try:
        note = read_note(scene.ctx.storage)
    except StoreError:
        return None
    return note.account if note is not None else None


def _orphans(scene: Scene) -> Iterator[Found]:
    """Directories of accounts that are in no ``config.toml``."""
    known = _known_accounts(scene)
    directory = scene.ctx.storage.root / "accounts"
    if known is None or not is_directory(str(directory)):
        return
    for name in names_in(str(directory)):
        path = directory / name
        if name in known or not is_directory(str(path)) or _is_one_of(path, known):
            continue
        left = names_in(str(path))
        if not left:
            yield found("leftovers", "empty_directory", "note", str(path), partial(_remove, path))
        elif "tokens.json" in left:
            yield found("leftovers", "forgotten_login", "warning", str(path))
        else:
            yield found("leftovers", "forgotten_directory", "note", str(path))


def _known_accounts(scene: Scene) -> set[str] | None:
    """The accounts of the file, of the usual file beside it, and of a login under way.

    ``MP_CONFIG_PATH`` moves the file and not the directories: both files share those. None when
    it cannot be told.
    """
    if scene.config is None:
        return None
    known = set(scene.config.defined("accounts"))
    try:
        known |= set(read_snapshot(scene.usual_config).defined("accounts"))
    except StoreError:
        return None
    noted = _noted_account(scene)
    return known | {noted} if noted else known


def _is_one_of(path: Path, known: set[str]) -> bool:
    """Whether a file system that ignores case means an account by this name."""
    alike = [path.with_name(name) for name in known if name.casefold() == path.name.casefold()]
    return any(other.exists() and other.samefile(path) for other in alike)


def _remove(directory: Path) -> bool:
    directory.rmdir()
    return True
