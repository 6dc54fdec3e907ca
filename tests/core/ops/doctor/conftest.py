from __future__ import annotations

import pytest

from tests.core.ops.world import World

from .patient import Patient


@pytest.fixture
def patient(world: World) -> Patient:
    """A machine on which nothing is wrong."""
    return Patient(world)
