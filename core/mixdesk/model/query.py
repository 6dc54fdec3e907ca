"""What queries answer."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class SegmentationResult(BaseModel):
    """How often an event happened, over time, in all or by segment."""

    model_config = ConfigDict(frozen=True)

    event: str
    """The event that was asked about."""

    from_date: str
    """First day, ``YYYY-MM-DD``, in the project's time zone."""

    to_date: str
    """Last day, ``YYYY-MM-DD``."""

    unit: str = "day"
    """How long each point of the series is: ``day``, ``week`` or ``month``."""

    segment_property: str | None = None
    """The property that it was segmented by; None when it was not."""

    total: int = 0
    """The sum of all counts."""

    series: dict[str, dict[str, int]] = {}
    """Counts by date, by segment; without a property the one segment is the event itself."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields, ready for JSON."""
        return self.model_dump()
