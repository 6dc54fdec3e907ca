"""In which region a credential is good: asked in order, every attempt told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from mixdesk.exceptions import RegionProbeError, RegionProbeNetworkError
from mixdesk.login.region import probe_region
from mixdesk.model.rules import Region
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.fakes.nobody import nobody_there


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def environ(server: SandboxServer) -> Mapping[str, str]:
    return {"MP_API_BASE_URL": server.base_url}


@pytest.mark.parametrize(
    ("bearer", "region", "attempts"),
    [
        ("made-up-bearer-of-ci", "us", (("us", 200),)),
        ("made-up-bearer-of-nightly", "eu", (("us", 401), ("eu", 200))),
    ],
)
def test_the_first_region_that_accepts_it_ends_the_search(
    environ: Mapping[str, str],
    bearer: str,
    region: Region,
    attempts: tuple[tuple[Region, int], ...],
) -> None:
    told: list[tuple[Region, int]] = []
    found = probe_region(
        f"Bearer {bearer}", environ=environ, on_attempt=lambda *attempt: told.append(attempt)
    )
    assert (found.region, found.attempts) == (region, attempts)
    assert tuple(told) == attempts
    assert found.answer["sandbox"]["region"] == region


def test_a_credential_that_is_good_nowhere_lists_every_attempt(environ: Mapping[str, str]) -> None:
    with pytest.raises(RegionProbeError) as caught:
        probe_region("Bearer canary-of-nobody", environ=environ)
    error = caught.value
    assert error.code == "OAUTH_REGION_PROBE_FAILED"
    assert [attempt[:2] for attempt in error.attempts] == [("us", 401), ("eu", 401), ("in", 401)]
    assert all(region + ":" in error.message for region in ("us", "eu", "in"))
    assert "canary" not in error.message + repr(error.details)


def test_a_region_that_may_not_say_is_hinted_at(
    server: SandboxServer, environ: Mapping[str, str]
) -> None:
    server.faults.add("/us/api/app/me", Fault(status=403))
    with pytest.raises(RegionProbeError) as caught:
        probe_region("Bearer nobody", environ=environ)
    assert caught.value.hint is not None
    assert "--region" in caught.value.hint


def test_a_region_that_fails_does_not_end_the_search(
    server: SandboxServer, environ: Mapping[str, str]
) -> None:
    server.faults.add("/us/api/app/me", Fault(status=503, retry_after=30))
    found = probe_region("Bearer made-up-bearer-of-nightly", environ=environ)
    assert found.attempts == (("us", 503), ("eu", 200))
    assert len(server.requests.to("/api/app/me")) == 2, "a failed region was asked again"


def test_when_no_region_answers_the_credential_was_not_judged() -> None:
    with nobody_there() as origin, pytest.raises(RegionProbeNetworkError) as caught:
        probe_region("Bearer anything", environ={"MP_API_BASE_URL": f"{origin}/{{region}}"})
    assert caught.value.code == "OAUTH_NETWORK_UNREACHABLE"
    assert [attempt[1] for attempt in caught.value.attempts] == [0, 0, 0]


@pytest.mark.parametrize(("named", "asked"), [(None, "us"), ("in", "in")])
def test_one_host_for_all_regions_is_asked_once(
    server: SandboxServer, named: str | None, asked: str
) -> None:
    environ = {"MP_API_BASE_URL": server.origin}
    if named:
        environ["MP_REGION"] = named
    found = probe_region("Bearer made-up-bearer-of-ci", environ=environ)
    assert (found.region, found.attempts) == (asked, ((asked, 200),))


def test_the_order_can_be_given(environ: Mapping[str, str]) -> None:
    found = probe_region("Bearer made-up-bearer-of-nightly", environ=environ, order=("in", "eu"))
    assert found.attempts == (("in", 401), ("eu", 200))
