"""Servers are asked side by side, without a credential, and nobody is waited for too long."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mixdesk.api import reach
from mixdesk.api.transport import Transport
from mixdesk.ops.doctor import Finding, Network, Progress, context_for_looking, examine
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.core.ops.world import NOW, Stopped

from .patient import Patient


def answer_now(request: httpx.Request) -> httpx.Response:
    return httpx.Response(401, headers={"Date": "Fri, 15 Jan 2027 08:00:00 GMT"})


class Wire:
    """Answers in the network's place and keeps what was asked."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response | httpx.TransportError] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(request.url.host)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer or answer_now(request)

    @property
    def hosts(self) -> set[str]:
        return {request.url.netloc.decode() for request in self.asked}

    def told(self, network: Network | None = None) -> list[Finding]:
        """What is told about the network."""
        return told(self.patient, network or self.network())

    def network(self) -> Network:
        return Network(self.transport)

    def transport(self) -> Transport:
        return Transport(transport=httpx.MockTransport(self), attempts=1)


def told(patient: Patient, network: Network) -> list[Finding]:
    ctx = context_for_looking(patient.environ, Stopped())
    return [each for each in examine(ctx, asking=network) if each.topic == "network"]


def because(cause: OSError) -> httpx.ConnectError:
    """A connection that failed, with what the system said of it."""
    error = httpx.ConnectError("x")
    error.__cause__ = cause
    return error


@pytest.fixture
def wire(patient: Patient) -> Wire:
    return Wire(patient)


def test_the_regions_in_use_are_asked_each_host_once(wire: Wire) -> None:
    codes = [each.code for each in wire.told()]
    assert codes == ["reachable", "reachable", "reachable", "clock_right"]
    assert wire.hosts == {"mixpanel.com", "eu.mixpanel.com", "in.mixpanel.com"}
    assert len(wire.asked) == 3


def test_a_region_that_no_account_uses_is_not_asked(wire: Wire, patient: Patient) -> None:
    for name in ("ana", "ci"):
        patient.world.ctx.config.remove_account(name, force=True)
    wire.told()
    assert wire.hosts == {"mixpanel.com"}


@pytest.mark.parametrize(
    ("region", "host"), [("", "mixpanel.com"), ("eu", "eu.mixpanel.com"), ("x", "mixpanel.com")]
)
def test_without_accounts_the_region_of_a_login_is_asked(
    wire: Wire, patient: Patient, region: str, host: str
) -> None:
    patient.environ |= {"HOME": str(patient.home / "nobody"), "MP_REGION": region}
    wire.told()
    assert wire.hosts == {host}


def test_the_region_of_a_bridge_is_asked(wire: Wire, patient: Patient) -> None:
    patient.world.write_bridge()
    patient.environ["HOME"] = str(patient.home / "nobody")
    wire.told()
    assert wire.hosts == {"mixpanel.com"}


def test_other_hosts_are_asked_instead(wire: Wire, patient: Patient) -> None:
    patient.environ |= {
        "MP_API_BASE_URL": "https://api.example:444/{region}",
        "MP_APP_BASE_URL": "https://app.example",
        "MP_OAUTH_BASE_URL": "https://login.example/o",
    }
    wire.told()
    assert wire.hosts == {"api.example:444", "app.example", "login.example"}


def test_a_bad_address_is_not_asked(wire: Wire, patient: Patient) -> None:
    patient.environ["MP_API_BASE_URL"] = "http://api.example"
    patient.environ["MP_OAUTH_BASE_URL"] = "ftp://login.example"
    assert wire.told() == []
    assert wire.hosts == set()


def test_no_credential_is_sent(wire: Wire) -> None:
    wire.told()
    for request in wire.asked:
        assert request.method == "GET"
        assert not {"authorization", "cookie", "x-one"} & set(request.headers)


@pytest.mark.parametrize(
    ("answer", "code", "severity"),
    [
        (httpx.Response(503), "server_error", "warning"),
        (httpx.Response(302), "odd_answer", "warning"),
        (httpx.Response(200, text="welcome to our hotel"), "odd_answer", "warning"),
        (httpx.ConnectTimeout("x"), "timed_out", "error"),
        (httpx.ConnectError("x"), "no_way", "error"),
        (httpx.ProxyError("403 Forbidden"), "proxy_failed", "error"),
        (because(socket.gaierror(-2, "Name not known")), "name_unknown", "error"),
        (because(ssl.SSLError(1, "wrong version")), "tls_failed", "error"),
        (because(ConnectionRefusedError(111, "refused")), "connection_refused", "error"),
        (httpx.ReadError("x"), "broke_off", "error"),
    ],
)
def test_a_server_that_does_not_answer_as_it_should_is_told(
    wire: Wire, answer: httpx.Response | httpx.TransportError, code: str, severity: str
) -> None:
    wire.answers["eu.mixpanel.com"] = answer
    finding = wire.told()[0]
    assert (finding.code, finding.severity, finding.subject) == (code, severity, "eu.mixpanel.com")
    assert [each.code for each in wire.told()].count("reachable") == 2


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Fri, 15 Jan 2027 08:01:05 GMT", 65),
        ("Fri, 15 Jan 2027 06:00:00 GMT", -7200),
        ("Fri, 15 Jan 2027 08:00:50 GMT", None),
    ],
)
def test_a_clock_that_is_off_is_told(wire: Wire, date: str, seconds: int | None) -> None:
    wire.answers["mixpanel.com"] = httpx.Response(401, headers={"Date": date})
    off = [each for each in wire.told() if each.code == "clock_off"]
    if seconds is None:
        assert off == []
        return
    (finding,) = off
    assert (finding.subject, finding.severity) == ("mixpanel.com", "error")
    assert finding.facts["seconds"] == pytest.approx(seconds, abs=1)


def test_progress_counts_down(wire: Wire) -> None:
    seen: list[Progress] = []
    wire.told(Network(wire.transport, on_progress=seen.append))
    assert [len(each.waiting) for each in seen] == [3, 2, 1, 0]
    assert {each.total for each in seen} == {3}


def test_a_proxy_that_cannot_be_used_is_one_finding(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://user:canary@proxy.example")
    (finding,) = told(patient, Network())
    assert (finding.code, finding.severity) == ("proxy_unusable", "error")
    assert "canary" not in repr(finding)


def test_certificates_that_cannot_be_read_are_one_finding(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
    (finding,) = told(patient, Network())
    assert (finding.code, finding.severity) == ("certificates_unreadable", "error")


def test_who_does_not_answer_in_time_is_not_waited_for(patient: Patient) -> None:
    gate = threading.Event()

    def stall(request: httpx.Request) -> httpx.Response:
        gate.wait(30)
        return answer_now(request)

    network = Network(
        lambda: Transport(transport=httpx.MockTransport(stall), attempts=1), patience=0.05
    )
    assert {each.code for each in told(patient, network)} == {"timed_out"}
    gate.set()


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(now=lambda: NOW) as one:
        yield one


def test_a_real_server_is_asked_once_for_all_regions(
    patient: Patient, server: SandboxServer
) -> None:
    patient.environ["MP_API_BASE_URL"] = server.base_url
    codes = [each.code for each in told(patient, Network())]
    assert codes == ["reachable", "clock_right"]
    (request,) = server.requests
    assert "authorization" not in request.headers


def test_a_real_server_that_never_answers_is_hung_up_on(
    patient: Patient, server: SandboxServer
) -> None:
    server.faults.add("/", Fault("late", gate=threading.Event()))
    patient.environ["MP_API_BASE_URL"] = server.base_url
    (finding,) = told(patient, Network(patience=0.3))
    assert finding.code == "timed_out"
    server.wait_until_idle()


def test_who_begins_to_ask_after_the_end_says_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The threads are not waited for, and a word of theirs would be on the user's screen."""
    over, said = threading.Event(), list[threading.ExceptHookArgs]()

    def reach_late(*args: Any) -> object:
        over.wait(60)
        return reach.reach(*args)

    monkeypatch.setattr(threading, "excepthook", said.append)
    with monkeypatch.context() as slow:
        slow.setattr(reach, "reach", reach_late)
        with pytest.raises(KeyboardInterrupt):
            wire.told(Network(wire.transport, on_progress=interrupt))
    asking = [thread for thread in threading.enumerate() if thread.name == "mixdesk-ask"]
    over.set()
    for thread in asking:
        thread.join(60)
    assert (len(asking), said, wire.asked) == (3, [], [])


def interrupt(progress: Progress) -> None:
    if progress.waiting:
        raise KeyboardInterrupt


def test_an_interrupt_ends_it_at_once(patient: Patient, server: SandboxServer) -> None:
    server.faults.add("/", Fault("late", gate=threading.Event()))
    patient.environ["MP_API_BASE_URL"] = server.base_url
    with pytest.raises(KeyboardInterrupt):
        told(patient, Network(on_progress=interrupt))
    server.wait_until_idle()
