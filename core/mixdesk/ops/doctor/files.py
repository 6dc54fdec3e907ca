"""Whether our files are this user's alone, as they must be to be used (contract: security)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from mixdesk.ops.doctor.finding import Found, Severity, found
from mixdesk.ops.doctor.keeping import Kept, everything
from mixdesk.ops.doctor.repairs import narrow
from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.storage import home_directory

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def check(scene: Scene) -> Iterator[Found]:
    """Look at every file and directory of ours, directories before what is in them."""
    count = 0
    is_sound = True
    for kept in everything(scene):
        for each in _judge(scene, kept):
            is_sound = False
            scene.spoiled.add(kept.place.path)
            yield each
        count += os.path.lexists(kept.place.path)
    if is_sound:
        yield found("files", "files_private", "ok", str(scene.ctx.storage.root), count=count)


def _judge(scene: Scene, kept: Kept) -> Iterator[Found]:
    path = kept.place.path
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode) and (kept.is_named or kept.kind == "config"):
            status = os.stat(path)
            path = os.path.realpath(path)
    except FileNotFoundError:
        return
    except OSError as error:
        yield found("files", "hidden_from_us", "error", path, reason=error.strerror or "")
        return
    if stat.S_ISLNK(status.st_mode):
        code = "linked_root" if path == str(scene.ctx.storage.root) else "link"
        yield found("files", code, "error", path, target=os.path.realpath(path))
    elif _is_of_another_kind(kept, status):
        yield found("files", "wrong_kind", "error", path, wanted=_wanted(kept))
    elif status.st_uid not in _owners(kept):
        yield found("files", "foreign_owner", "error", path, uid=status.st_uid)
    else:
        yield from _judge_own(scene, kept, path, status)


def _judge_own(scene: Scene, kept: Kept, path: str, status: os.stat_result) -> Iterator[Found]:
    """Look at what belongs to this user."""
    strict: Severity = "warning" if kept.kind == "config" else "error"
    if kept.kind != "directory" and status.st_nlink > 1:
        yield found("files", "second_name", strict, path)
    mode = status.st_mode
    if kept.kind == "directory":
        yield from _judge_directory(scene, kept, path, mode)
    elif mode & _OTHERS:
        can_fix = path == kept.place.path and status.st_nlink == 1 and _is_ours(status)
        repair = (lambda: narrow(kept.place)) if can_fix else None
        yield found("files", "open_to_others", strict, path, repair, mode=_octal(mode), want="600")
    if kept.kind != "directory" and status.st_size > kept.limit:
        yield found("files", "too_large", "error", path, limit=kept.limit)


def _judge_directory(scene: Scene, kept: Kept, path: str, mode: int) -> Iterator[Found]:
    """Look at who may change a directory of ours, or list it."""
    others = _OTHERS_WRITE if kept.is_shared else _OTHERS
    is_sticky_elsewhere = kept.is_shared and mode & stat.S_ISVTX
    if not mode & others or is_sticky_elsewhere:
        return
    can_fix = path == kept.place.path and not kept.is_shared and not _holds_home(scene, path)
    repair = (lambda: narrow(kept.place, is_directory=True)) if can_fix else None
    severity: Severity = "error" if mode & _OTHERS_WRITE else "warning"
    want = "go-w" if kept.is_shared else "700"
    yield found("files", "open_to_others", severity, path, repair, mode=_octal(mode), want=want)


def _is_of_another_kind(kept: Kept, status: os.stat_result) -> bool:
    if kept.kind == "directory":
        return not stat.S_ISDIR(status.st_mode)
    return not stat.S_ISREG(status.st_mode)


def _wanted(kept: Kept) -> str:
    return "directory" if kept.kind == "directory" else "regular file"


def _owners(kept: Kept) -> tuple[int, ...]:
    """Who may own it: root may provide a configuration and what stands above our directories."""
    own = os.geteuid()
    return (own, 0) if kept.kind == "config" or kept.is_shared else (own,)


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()


def _holds_home(scene: Scene, directory: str) -> bool:
    """Whether it is the home directory or above it: whoever keeps files there knows why."""
    home, real = os.path.realpath(home_directory(scene.environ)), os.path.realpath(directory)
    return os.path.commonpath([home, real]) == real


def _octal(mode: int) -> str:
    return f"{mode & 0o7777:04o}"
