from __future__ import annotations

from pathlib import Path

import pytest

from .world import World


@pytest.fixture
def world(home: Path) -> World:
    """An empty home directory with the files of mixdesk in it, as they come."""
    return World(home)
