"""The query endpoints. Their numbers are made up, always the same for the same question.

Every answer names the account, project and workspace it was made for, so that a test sees when
it got somebody else's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mixdesk.sandbox.call import Call, RefusedError
from mixdesk.sandbox.data import workspaces_of
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.wire import Answer, json_answer

_EVENTS = (
    "$session_start",
    "$session_end",
    "$mp_web_page_view",
    "Sign Up",
    "Log In",
    "Log Out",
    "Search",
    "Product Viewed",
    "Added to Cart",
    "Removed from Cart",
    "Checkout Started",
    "Coupon Applied",
    "Payment Failed",
    "Order Completed",
    "Order Refunded",
    "Invite Sent",
    "Review Written",
    "Newsletter Opened",
    "Plan Upgraded",
    "Plan Cancelled",
)
_SEGMENTS = ("Chrome", "Safari", "Firefox", "$undefined")
_MOST_EVENTS = 5000
_MOST_STEPS = 10_000

_STEPS: dict[str, tuple[timedelta, str]] = {
    "minute": (timedelta(minutes=1), "%Y-%m-%d %H:%M:%S"),
    "hour": (timedelta(hours=1), "%Y-%m-%d %H:%M:%S"),
    "day": (timedelta(days=1), "%Y-%m-%d"),
    "week": (timedelta(days=7), "%Y-%m-%d"),
    "month": (timedelta(days=31), "%Y-%m-%d"),
}
"""Unit, how far it is to the next one at most, and how a point is written."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """For whom an answer is made."""

    identity: Identity
    project: str
    workspace: str

    @property
    def mark(self) -> str:
        """One line that says so."""
        where = f" workspace {self.workspace}" if self.workspace else ""
        return f"Seen by {self.identity.name} in project {self.project}{where}"

    @property
    def facts(self) -> dict[str, str | None]:
        """The same for programs."""
        return {
            "account": self.identity.name,
            "region": self.identity.region,
            "project_id": self.project,
            "workspace_id": self.workspace or None,
        }


def event_names(call: Call) -> Answer:
    """``GET /api/query/events/names``: a list; the first name is made for the asker."""
    scope = _scope(call)
    _period(call, required=False)
    limit = _number(call, "limit", _MOST_EVENTS)
    ordered = sorted(_EVENTS, key=lambda name: _count(scope.project, name))
    names = [scope.mark, *ordered[: 8 + _count(scope.project) % 12]]
    return json_answer(names[: min(limit, _MOST_EVENTS)])


def segmentation(call: Call) -> Answer:
    """``GET /api/query/segmentation``: counts by day or other unit, in all or by segment."""
    scope = _scope(call)
    event = call.request.param("event")
    if not event:
        raise RefusedError(400, "Missing required parameter: event")
    series = _series(call)
    names = _SEGMENTS if call.request.param("on") else (event,)
    where = call.request.param("where")
    values = {
        name: {point: _count(scope.project, event, name, where, point) for point in series}
        for name in names
    }
    data = {"series": series, "values": values}
    return json_answer({"data": data, "legend_size": len(names), "sandbox": scope.facts})


def _scope(call: Call) -> _Scope:
    identity = call.identity()
    project = call.request.param("project_id")
    if not project:
        raise RefusedError(400, "Missing required parameter: project_id")
    name = call.world.project(identity, project)
    workspace = call.request.param("workspace_id")
    known = {str(each["id"]) for each in workspaces_of(project, name)}
    if workspace and workspace not in known:
        raise RefusedError(403, f"Workspace {workspace} does not belong to project {project}")
    return _Scope(identity, project, workspace)


def _series(call: Call) -> list[str]:
    unit = call.request.param("unit", "day")
    if unit not in _STEPS:
        raise RefusedError(400, f"Invalid unit: {unit}")
    start, end = _period(call, required=True)
    step, pattern = _STEPS[unit]
    point, last = _begin(start, unit), end + timedelta(days=1)
    if (last - point) / step > _MOST_STEPS:
        raise RefusedError(400, "The date range is too long for this unit")
    series = []
    while point < last:
        series.append(point.strftime(pattern))
        point = _begin(point + step, unit)
    return series


def _begin(point: datetime, unit: str) -> datetime:
    """The start of the week or month that a point lies in; of a shorter unit, the point."""
    if unit == "week":
        return point - timedelta(days=point.weekday())
    return point.replace(day=1) if unit == "month" else point


def _period(call: Call, *, required: bool) -> tuple[datetime, datetime]:
    today = datetime.fromtimestamp(call.world.now(), UTC).strftime("%Y-%m-%d")
    default = "" if required else today
    start = _day(call, "from_date", default)
    end = _day(call, "to_date", default)
    if end < start:
        raise RefusedError(400, "to_date is before from_date")
    return start, end


def _day(call: Call, name: str, default: str) -> datetime:
    text = call.request.param(name, default)
    if not text:
        raise RefusedError(400, f"Missing required parameter: {name}")
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise RefusedError(400, f"{name}: invalid date, expected YYYY-MM-DD") from None
    if day.year < 2000:
        raise RefusedError(400, f"{name}: invalid date, bad year")
    return day


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.param(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RefusedError(400, f"{name} must be an integer")
    return int(text)


def _count(*about: str) -> int:
    """A number between 0 and 9,999 that follows from what it is about."""
    digest = hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") % 10_000
