"""Fixtures of the store's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A storage root that is not there yet."""
    return Storage.at(tmp_path / "mp")


@pytest.fixture
def config(storage: Storage) -> ConfigManager:
    """The config of that root; nothing is written yet."""
    return ConfigManager(storage.root / "config.toml", storage=storage)
