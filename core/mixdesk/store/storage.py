"""Where every file lives: the storage root and the names below it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mixdesk.exceptions import ConfigError
from mixdesk.store.files import Place


class Storage(NamedTuple):
    """The storage root: ``$MP_STORAGE_DIR``, else ``~/.mp``.

    Args:
        root: The directory.
        base: The directory above it that is trusted (the home directory for ``~/.mp``; a root
            that the user named is trusted itself).
    """

    root: Path
    base: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Storage:
        """Look the root up, as ``MP_STORAGE_DIR`` (old name ``MP_OAUTH_STORAGE_DIR``) says."""
        named = environ.get("MP_STORAGE_DIR") or environ.get("MP_OAUTH_STORAGE_DIR")
        if named:
            return cls.at(expand(named, environ))
        home = home_directory(environ)
        return cls(root=home / ".mp", base=home)

    @classmethod
    def at(cls, root: Path) -> Storage:
        """A storage root that the user has named himself."""
        return cls(root=root, base=root)

    def account(self, name: str, file: str) -> Place:
        """A file of an account: ``accounts/NAME/FILE``."""
        return self._place("accounts", name, file)

    def account_directory(self, name: str) -> Path:
        """``accounts/NAME``."""
        return self.root / "accounts" / name

    def region_client(self, region: str) -> Place:
        """``oauth/client_REGION.json``, the one client per region of ``mixpanel_headless``."""
        return self._place("oauth", f"client_{region}.json")

    def session(self, server: str, username: str, file: str) -> Place:
        """A file of a session elsewhere: ``sessions/SERVER/USERNAME/FILE``."""
        return self._place("sessions", server, username, file)

    @property
    def login(self) -> Place:
        """``login.json``: the login that is just being stored; gone when it is."""
        return self._place("login.json")

    @property
    def preferences(self) -> Place:
        """``ui.toml``."""
        return self._place("ui.toml")

    @property
    def activity(self) -> Place:
        """``activity.jsonl``."""
        return self._place("activity.jsonl")

    def _place(self, *parts: str) -> Place:
        return Place(os.path.join(self.root, *parts), str(self.base))


def default_config_path(environ: Mapping[str, str]) -> Path:
    """Where ``config.toml`` is: ``$MP_CONFIG_PATH``, else ``~/.mp/config.toml``.

    ``MP_STORAGE_DIR`` does not move it, because it does not move it for ``mixpanel_headless``.

    Returns:
        An absolute path, not yet resolved.
    """
    named = environ.get("MP_CONFIG_PATH")
    return expand(named, environ) if named else home_directory(environ) / ".mp" / "config.toml"


def expand(named: str, environ: Mapping[str, str]) -> Path:
    """Make a path that a variable names absolute; ``~`` is the home directory."""
    if named == "~" or named.startswith("~/"):
        return home_directory(environ) / named[2:]
    return Path(os.path.abspath(named))


def home_directory(environ: Mapping[str, str]) -> Path:
    """The home directory: ``$HOME``, else what the password database says.

    Raises:
        ConfigError: There is none.
    """
    home = environ.get("HOME") or os.path.expanduser("~")
    if not os.path.isabs(home):
        raise ConfigError(
            "No home directory is known.",
            hint="Set HOME, or name a place for the files: export MP_STORAGE_DIR=/path",
        )
    return Path(home)
