"""Events and segmentation: what is asked, for whom, and what comes of the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import mixdesk as mp
from mixdesk.sandbox.faults import Fault

from .desk import NOW, Desk, seen_by

NAMES = "/api/query/events/names"
SEGMENTATION = "/api/query/segmentation"
TODAY = datetime.fromtimestamp(NOW, UTC).date()
APRIL: dict[str, Any] = {"from_date": "2026-04-01", "to_date": "2026-04-10"}


def query(desk: Desk) -> dict[str, str]:
    """The query of the last request."""
    return {key: value for key, (value,) in desk.server.requests[-1].query.items()}


class TestEvents:
    def test_are_sorted_names(self, desk: Desk) -> None:
        events = desk.open().use(project="3713224").events()
        assert events == sorted(events)
        assert {"Sign Up", "$session_start"} & {*events}
        assert seen_by(events) == "Seen by team in project 3713224"

    def test_are_asked_for_as_far_back_as_can_be(self, desk: Desk) -> None:
        desk.open().use(project="3713224").events()
        assert query(desk) == {
            "project_id": "3713224",
            "type": "general",
            "limit": "5000",
            "from_date": "2000-01-01",
            "to_date": f"{TODAY}",
        }

    def test_can_be_limited_and_of_a_period(self, desk: Desk) -> None:
        ws = desk.open()
        assert len(ws.events(limit=3, **APRIL)) == 3
        assert query(desk) | {"limit": "3", **APRIL} == query(desk)
        ws.events(to_date="2026-04-10")
        assert query(desk)["from_date"] == "2000-01-01"

    @pytest.mark.parametrize(
        "said",
        ["Date range exceeds 90 days into the past", "exceeds 90 days", "x exceeds 90 days."],
    )
    def test_of_a_project_that_keeps_less_are_asked_for_once_more(
        self, desk: Desk, said: str
    ) -> None:
        desk.server.faults.add(NAMES, Fault(status=403, message=said, times=1))
        assert seen_by(desk.open().events())
        first, second = desk.server.requests.to(NAMES)
        assert first.query["from_date"] == ("2000-01-01",)
        assert second.query["from_date"] == (f"{TODAY - timedelta(days=90)}",)
        assert {**second.query, "from_date": ()} == {**first.query, "from_date": ()}
        assert desk.clock.slept == []

    def test_are_asked_for_no_third_time(self, desk: Desk) -> None:
        desk.server.faults.add(NAMES, Fault(status=403, message="Date range exceeds 90 days"))
        with pytest.raises(mp.AuthenticationError, match="90 days"):
            desk.open().events()
        assert len(desk.server.requests) == 2

    def test_of_a_period_of_ones_own_are_asked_for_once(self, desk: Desk) -> None:
        desk.server.faults.add(NAMES, Fault(status=403, message="Date range exceeds 90 days"))
        with pytest.raises(mp.AuthenticationError, match="90 days"):
            desk.open().events(from_date="2020-01-01")
        assert len(desk.server.requests) == 1

    @pytest.mark.parametrize(
        ("status", "said", "kind"),
        [
            (403, "You do not have access", mp.AuthenticationError),
            (400, "Date range exceeds 90 days", mp.QueryError),
            (401, "Date range exceeds 90 days", mp.AuthenticationError),
        ],
    )
    def test_that_are_refused_otherwise_are_refused(
        self, desk: Desk, status: int, said: str, kind: type[mp.APIError]
    ) -> None:
        desk.server.faults.add(NAMES, Fault(status=status, message=said))
        with pytest.raises(kind) as caught:
            desk.open().events()
        assert caught.value.status_code == status
        assert len(desk.server.requests) == 1

    @pytest.mark.parametrize("period", [{"from_date": "1999-01-01"}, {"to_date": "soon"}], ids=str)
    def test_of_a_period_that_is_none_are_refused(self, desk: Desk, period: dict[str, str]) -> None:
        with pytest.raises(mp.QueryError) as caught:
            desk.open().events(**period)  # type: ignore[arg-type]
        assert caught.value.status_code == 400


class TestSegmentation:
    def test_has_every_field(self, desk: Desk) -> None:
        result = desk.open().use(project="3713224").segmentation("Sign Up", **APRIL)
        assert isinstance(result, mp.SegmentationResult)
        assert (result.event, result.from_date, result.to_date) == ("Sign Up", *APRIL.values())
        assert (result.unit, result.segment_property) == ("day", None)
        assert [*result.series] == ["Sign Up"]
        assert [*result.series["Sign Up"]] == [f"2026-04-{day:02}" for day in range(1, 11)]
        assert result.total == sum(result.series["Sign Up"].values()) > 0
        assert result.to_dict() == result.model_dump()
        assert query(desk) == {
            "project_id": "3713224",
            "type": "general",
            "event": "Sign Up",
            "unit": "day",
            **APRIL,
        }

    def test_is_split_by_a_property(self, desk: Desk) -> None:
        on = 'properties["$browser"]'
        where = 'properties["a"] == "b & c"'
        result = desk.open().segmentation("Sign Up", on=on, unit="week", where=where, **APRIL)
        assert len(result.series) == 4
        assert (result.segment_property, result.unit) == (on, "week")
        assert result.total == sum(sum(counts.values()) for counts in result.series.values())
        assert query(desk) | {"on": on, "where": where, "unit": "week"} == query(desk)

    def test_of_a_name_that_a_server_gave_asks_for_just_that_name(self, desk: Desk) -> None:
        name = 'Ev&ent="ü"\n\u202e'
        assert desk.open().segmentation(name, **APRIL).event == name
        assert query(desk)["event"] == name

    def test_that_is_refused_says_what_the_server_says(self, desk: Desk) -> None:
        with pytest.raises(mp.QueryError, match="to_date is before from_date"):
            desk.open().segmentation("Sign Up", from_date="2026-04-02", to_date="2026-04-01")
        with pytest.raises(mp.QueryError, match="event"):
            desk.open().segmentation("", **APRIL)

    def test_is_frozen(self, desk: Desk) -> None:
        result = desk.open().segmentation("Sign Up", **APRIL)
        with pytest.raises(ValueError, match="frozen"):
            result.total = 5


@pytest.mark.parametrize("verb", ["events", "segmentation"])
class TestThePinnedWorkspace:
    def ask(self, ws: mp.Workspace, verb: str) -> None:
        if verb == "events":
            ws.events()
        else:
            ws.segmentation("Sign Up", **APRIL)

    def test_is_sent_along(self, desk: Desk, verb: str) -> None:
        self.ask(desk.open(), verb)
        assert query(desk)["workspace_id"] == "3448413"
        self.ask(desk.open(target="ecom"), verb)
        assert query(desk)["workspace_id"] == "3448424"
        assert query(desk)["project_id"] == "3018488"

    def test_is_not_sent_where_none_is_pinned(self, desk: Desk, verb: str) -> None:
        ws = desk.open(target="ecom").use(project="3018488")
        ws.resolve_workspace()
        self.ask(ws, verb)
        assert "workspace_id" not in query(desk)

    def test_of_another_project_is_refused_by_the_server(self, desk: Desk, verb: str) -> None:
        with pytest.raises(mp.AuthenticationError, match="does not belong"):
            self.ask(desk.open().use(project="3713230", workspace=3448413), verb)


@pytest.mark.parametrize("verb", ["events", "segmentation"])
class TestTheAccount:
    def test_of_another_region_asks_there(self, desk: Desk, verb: str) -> None:
        ws = desk.open()
        for name, region in (("personal", "eu"), ("inline", "in"), ("team", "us")):
            TestThePinnedWorkspace().ask(ws.use(account=name), verb)
            asked = desk.server.requests[-1]
            assert (asked.account, asked.region) == (name, region)

    def test_of_another_organization_gets_nothing(self, desk: Desk, verb: str) -> None:
        ws = desk.open().use(account="inline", project="3713224")
        with pytest.raises(mp.QueryError) as caught:
            TestThePinnedWorkspace().ask(ws, verb)
        assert caught.value.status_code == 404
