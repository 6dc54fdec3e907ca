"""Names for ids, from the ``/me`` indexes of the accounts: no network, no models."""

from __future__ import annotations

import os

from mixdesk.model.records import WorkspaceEntry
from mixdesk.ops.context import Context
from mixdesk.store.me_cache import read_index
from mixdesk.store.me_index import MeIndex
from mixdesk.store.snapshot import Snapshot

_NOTHING = MeIndex()


class Names:
    """The indexes of the accounts, each read once.

    Args:
        ctx: Where the files are.
        config: The accounts there are.
    """

    def __init__(self, ctx: Context, config: Snapshot) -> None:
        self._storage = ctx.storage
        self._config = config
        self._with_files = _names_in(ctx.storage.root / "accounts")
        self._indexes: dict[str, MeIndex] = {}
        if any(name.startswith(".") and name.endswith(".tmp") for name in self._with_files):
            _tidy_up(ctx)

    def has_files(self, account: str) -> bool:
        """Whether an account has a directory: where there is none, nothing need be opened."""
        return account.casefold() in self._with_files

    def index(self, account: str | None) -> MeIndex:
        """The index of one account; an empty one for an account that is not in the file."""
        if account is None or account not in self._config.accounts:
            return _NOTHING
        if account not in self._indexes:
            if not self.has_files(account):
                return _NOTHING
            self._indexes[account] = read_index(self._storage.account(account, "me.json"))
        return self._indexes[account]

    def project(self, account: str | None, project: str | None) -> str | None:
        """The name of a project as this account sees it."""
        entry = self.index(account).projects.get(project or "")
        return entry.name if entry else None

    def workspace(self, account: str | None, workspace: int | None) -> WorkspaceEntry | None:
        """What is known of a workspace."""
        return self.index(account).workspaces.get(workspace or 0)


def _tidy_up(ctx: Context) -> None:
    """Remove what a run left that was killed while it brought an account back."""
    from mixdesk.store.account_files import remove_unfinished
    from mixdesk.store.locks import locked_now

    with locked_now(ctx.storage.login) as held:
        if held:
            remove_unfinished(ctx.storage.root / "accounts")


def _names_in(directory: os.PathLike[str]) -> frozenset[str]:
    """What lies in a directory, as a file system that ignores case would find it."""
    try:
        return frozenset(name.casefold() for name in os.listdir(directory))
    except OSError:
        return frozenset()
