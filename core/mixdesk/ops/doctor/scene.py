"""What the checks look at, each part read once and only when it is asked for.

Looking changes nothing: what a killed process left stays where it is until it has been seen.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property

from mixdesk.clock import Clock, SystemClock
from mixdesk.exceptions import ConfigError, MixdeskError, StoreError
from mixdesk.model.records import AccountEntry, Resolution
from mixdesk.ops.context import Context
from mixdesk.resolve.environment import read_environment
from mixdesk.resolve.resolver import resolve
from mixdesk.store import sweep
from mixdesk.store.bridge import BridgeEntry, bridge_places, find_bridge
from mixdesk.store.config import ConfigManager
from mixdesk.store.files import ME_LIMIT, Place, read_file
from mixdesk.store.json_file import read_json
from mixdesk.store.me_cache import make_index
from mixdesk.store.me_index import MeIndex, decode
from mixdesk.store.snapshot import Snapshot, locate
from mixdesk.store.storage import Storage, home_directory

CHECKED = ("MP_REGION", "MP_PROJECT_ID", "MP_WORKSPACE_ID")
"""The variables whose values follow a rule of their own."""


def context_for_looking(environ: Mapping[str, str], clock: Clock | None = None) -> Context:
    """Make the context of a look: unlike any other, it completes no interrupted login.

    Args:
        environ: The environment.
        clock: Another clock than this machine's.

    Raises:
        ConfigError: No home directory is known.
    """
    clock = clock or SystemClock()
    storage = Storage.from_environment(environ)
    config = ConfigManager(environ=environ, storage=storage, clock=clock)
    return Context(config, storage, environ, clock, ".")


class Scene:
    """One look at the machine.

    Args:
        ctx: Where the files are, the environment, the time.
    """

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.spoiled: set[str] = set()
        """Files and directories that cannot be trusted as they are: named once is enough."""
        self._indexes: dict[str, MeIndex] = {}
        self.usual_config = home_directory(ctx.environ) / ".mp" / "config.toml"
        """Where ``config.toml`` is unless a variable moves it."""
        configs = (ctx.config.path, self.usual_config)
        directories = [os.path.dirname(locate(path).path) for path in configs]
        directories += [os.path.dirname(place.path) for place in self.bridge_places]
        # Whoever reads these files removes what killed writers left there. Here it is seen first.
        for directory in directories:
            sweep.leave(directory)

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment as it is."""
        return self.ctx.environ

    @cached_property
    def sound_environ(self) -> Mapping[str, str]:
        """The environment without values that no variable can have."""
        bad = {name for name in CHECKED if self.problem_of(name) is not None}
        return {name: value for name, value in self.environ.items() if name not in bad}

    def problem_of(self, variable: str) -> ConfigError | None:
        """Why the value of a variable is none; None when it is one."""
        try:
            read_environment({variable: self.environ.get(variable, "")})
        except ConfigError as error:
            return error
        return None

    @cached_property
    def _reading(self) -> Snapshot | StoreError:
        try:
            return self.ctx.config.snapshot()
        except StoreError as error:
            return error

    @property
    def config(self) -> Snapshot | None:
        """What ``config.toml`` says; None when it cannot be read."""
        return self._reading if isinstance(self._reading, Snapshot) else None

    @property
    def config_error(self) -> StoreError | None:
        """Why ``config.toml`` cannot be read."""
        return self._reading if isinstance(self._reading, StoreError) else None

    @cached_property
    def _carried(self) -> BridgeEntry | MixdeskError | None:
        try:
            return find_bridge(self.environ, self.ctx.directory)
        except MixdeskError as error:
            return error

    @property
    def bridge(self) -> BridgeEntry | None:
        """The bridge that is in use, if there is one that can be read."""
        return self._carried if isinstance(self._carried, BridgeEntry) else None

    @property
    def bridge_error(self) -> MixdeskError | None:
        """Why the bridge cannot be read."""
        return self._carried if isinstance(self._carried, MixdeskError) else None

    @cached_property
    def bridge_places(self) -> list[Place]:
        """Where a bridge is looked for, in order."""
        return bridge_places(self.environ, self.ctx.directory)

    @cached_property
    def named(self) -> Mapping[str, str]:
        """What ``MP_ACCOUNT`` or ``MP_TARGET`` choose, where that is something and sound."""
        account, target = self.environ.get("MP_ACCOUNT"), self.environ.get("MP_TARGET")
        if self.config is None or (account and target):
            return {}
        if account and account in self.config.accounts:
            return {"account": account}
        saved = self.config.targets.get(target or "")
        return {"target": saved.name} if saved and saved.account in self.config.accounts else {}

    @cached_property
    def resolution(self) -> Resolution | None:
        """Who the user is, from all that is sound; None without a ``config.toml`` to read."""
        if self.config is None:
            return None
        account, target = self.named.get("account"), self.named.get("target")
        return resolve(self.sound_environ, self.config, self.bridge, account=account, target=target)

    @property
    def current(self) -> AccountEntry | None:
        """The account of the file that is in use, if it is one of the file."""
        resolution = self.resolution
        if resolution is None or resolution.account.source in ("env", "bridge"):
            return None
        return resolution.entry

    def index(self, account: str | None) -> MeIndex:
        """What was last seen of an account's projects and workspaces. Nothing is made anew."""
        if account is None or self.config is None or account not in self.config.accounts:
            return MeIndex()
        if account not in self._indexes:
            self._indexes[account] = self._read_index(account)
        return self._indexes[account]

    def _read_index(self, account: str) -> MeIndex:
        me = self.ctx.storage.account(account, "me.json")
        try:
            known = decode(read_file(me.sibling("me.index.json"), ME_LIMIT) or b"")
            return known[1] if known else make_index(read_json(me, ME_LIMIT) or {})
        except StoreError:
            return MeIndex()
