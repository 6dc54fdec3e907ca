"""Everything the screens show, from one snapshot of the file, and what tells when it changed."""

from __future__ import annotations

import os
from collections.abc import Hashable

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import Overview
from mixdesk.ops.accounts import account_rows
from mixdesk.ops.context import Context
from mixdesk.ops.names import Names
from mixdesk.ops.session import recent_activity, view
from mixdesk.ops.targets import target_rows
from mixdesk.store.bridge import bridge_places


def read_overview(ctx: Context) -> Overview:
    """Read everything once.

    Args:
        ctx: Where the files are.

    Returns:
        What there is. An error is in it, not raised: where the file cannot be read there are no
        rows, where only the environment is wrong there is no session.
    """
    now = fingerprint(ctx)
    activity = recent_activity(ctx)
    path, at = str(ctx.config.path), ctx.clock.now()
    try:
        config = ctx.config.snapshot()
    except MixdeskError as error:
        return Overview(None, (), (), activity, (), now, path, at, error)
    names = Names(ctx, config)
    accounts = account_rows(ctx, config, names)
    targets = target_rows(ctx, config, names)
    try:
        session, failure = view(ctx, config, names), None
    except MixdeskError as error:
        session, failure = None, error
    return Overview(session, accounts, targets, activity, config.problems, now, path, at, failure)


def fingerprint(ctx: Context) -> Hashable:
    """What compares equal as long as nothing that is shown has changed on disk.

    Costs two ``stat`` calls per account: files in its directory are replaced by renames, which
    change the directory's own times, but its tokens may also be used or not for their mode.
    """
    root = ctx.storage.root
    paths = [ctx.storage.activity.path, ctx.storage.preferences.path, str(root)]
    paths += [place.path for place in bridge_places(ctx.environ, ctx.directory)]
    return (ctx.config.fingerprint(), *map(_state, paths), *_accounts(str(root / "accounts")))


def _accounts(directory: str) -> list[tuple[str, int, Hashable]]:
    try:
        with os.scandir(directory) as entries:
            found = [(entry.name, entry.stat().st_mtime_ns, entry.path) for entry in entries]
    except OSError:
        return []
    return [
        (name, at, _state(os.path.join(path, "tokens.json"))) for name, at, path in sorted(found)
    ]


def _state(path: str) -> Hashable:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode)
