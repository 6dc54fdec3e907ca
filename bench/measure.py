"""Statistics, in one place: what is compared is measured in turns, in one run."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` (0 to 1) of all are not above."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)) - 1, 0)]


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes, by the wall clock."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turns(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Measure several things in turns, so that what slows the machine slows them all.

    One round before is not counted: it fills caches and compiles modules.
    """
    results: list[list[float]] = [[] for _ in measures]
    for number in range(rounds + 1):
        for result, measure in zip(results, measures, strict=True):
            value = measure()
            if number:
                result.append(value)
    return results
