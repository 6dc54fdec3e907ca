"""How many examples a property is tried on: few by default, all of them in CI."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., None])

FULL = os.environ.get("MIXDESK_HYPOTHESIS") == "full"
"""Whether every promised example is tried (``.ci/run`` asks for it)."""

SHARE = 8
"""Without it, one in so many."""


def examples(count: int) -> Callable[[Test], Test]:
    """Try a property on ``count`` examples in CI, on a share of them otherwise."""
    return settings(
        max_examples=count if FULL else max(count // SHARE, 20),
        derandomize="CI" in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
