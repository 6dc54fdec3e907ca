"""Everything that can go wrong on the way to Mixpanel goes wrong when it is told to."""

from __future__ import annotations

import gzip
import http.client
import socket
import threading
import time
from email.utils import formatdate

import pytest

from mixdesk.sandbox.faults import KINDS, Fault, fault_named
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import ACME_EU, CI, NOW, WAREHOUSE, Client

ME = "/us/api/app/me"
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("status", [400, 401, 403, 404, 412, 422, 429, 500, 502, 503, 504])
def test_an_error_looks_like_mixpanels(server: SandboxServer, client: Client, status: int) -> None:
    server.faults.add("/api", Fault(status=status, times=1))
    answer = client.ask(ME, CI)
    assert (answer.status, answer.json["status"]) == (status, "error")
    assert answer.json["error"]
    assert answer.headers["Retry-After"] is None
    assert client.ask(ME, CI).status == 200


def test_an_error_says_what_it_is_told(server: SandboxServer, client: Client) -> None:
    message = "Date range exceeds 90 days into the past"
    server.faults.add("/api/query", Fault(status=403, message=message))
    answer = client.ask("/us/api/query/events/names?project_id=3713224", CI)
    assert (answer.status, answer.json["error"]) == (403, message)


@pytest.mark.parametrize(
    ("wait", "header"),
    [
        (1, "1"),
        (0.5, "0.5"),
        (86_400, "86400"),
        ("soon", "soon"),
        (formatdate(NOW + 5, usegmt=True), "Thu, 09 Oct 2025 08:53:25 GMT"),
    ],
)
def test_429_says_when_to_come_back(
    server: SandboxServer, client: Client, wait: float | str, header: str
) -> None:
    server.faults.add("/api/app/me", Fault(status=429, retry_after=wait, times=2))
    answers = [client.ask(ME, CI) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert [answer.headers["Retry-After"] for answer in answers] == [header, header, None]


def test_faults_come_in_the_order_they_were_added(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault(status=500, times=1))
    server.faults.add("/", Fault(status=503, times=1))
    assert [client.ask(ME, CI).status for _ in range(3)] == [500, 503, 200]


def test_a_fault_can_be_one_regions_or_one_accounts(server: SandboxServer, client: Client) -> None:
    server.faults.add("/eu/api", Fault(status=503))
    assert client.ask("/eu/api/app/me", ACME_EU).status == 503
    assert client.ask(ME, CI).status == 200
    server.faults.clear()
    server.faults.add("/us/api", Fault(status=503, account="ci"))
    assert client.ask(ME, CI).status == 503
    assert client.ask("/api/app/me", CI).status == 503
    assert client.ask(ME, WAREHOUSE).status == 200


def test_a_page_instead_of_an_answer(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault("html", times=1))
    server.faults.add("/", Fault("html", status=502, times=1))
    page, gateway = client.ask(ME, CI), client.ask(ME, CI)
    assert (page.status, gateway.status) == (200, 502)
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.body.startswith(b"<!DOCTYPE html>")


def test_a_wrong_content_type(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault("mistyped"))
    answer = client.ask(ME, CI)
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.results


def test_half_an_answer_that_claims_to_be_whole(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault("truncated", times=1))
    answer = client.ask(ME, CI)
    with pytest.raises(ValueError):
        _ = answer.json
    assert client.ask(ME, CI).results


def test_a_connection_that_is_cut_in_the_answer(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault("cut", times=1))
    with pytest.raises(http.client.IncompleteRead):
        client.ask(ME, CI)


@pytest.mark.parametrize(
    ("kind", "error"),
    [("drop", http.client.RemoteDisconnected), ("reset", ConnectionResetError)],
)
def test_a_connection_that_ends_before_the_answer(
    server: SandboxServer, client: Client, kind: str, error: type[Exception]
) -> None:
    server.faults.add("/", Fault("drop" if kind == "drop" else "reset", times=1))
    with pytest.raises(error):
        client.ask(ME, CI)
    client.close()
    assert client.ask(ME, CI).status == 200


def test_a_redirect_leads_to_another_origin(server: SandboxServer, client: Client) -> None:
    with SandboxServer() as elsewhere:
        server.faults.add("/", Fault("redirect", to=elsewhere.url("/api/app/me")))
        answer = client.ask(ME, CI)
        assert (answer.status, answer.headers["Location"]) == (
            302,
            f"http://127.0.0.1:{elsewhere.port}/us/api/app/me",
        )
    with pytest.raises(ValueError, match="to="):
        Fault("redirect")


def test_a_huge_answer_is_as_long_as_it_says(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault("huge", size=3 * MEGABYTE, times=1))
    answer = client.ask(ME, CI)
    assert len(answer.body) == int(answer.headers["Content-Length"]) == 3 * MEGABYTE
    assert len(answer.results["padding"]) > 2 * MEGABYTE
    server.faults.add("/", Fault("huge"))
    client.request("GET", ME)
    with client.getresponse() as response:
        assert response.headers["Content-Length"] == str(100 * MEGABYTE)


def test_a_bomb_is_small_until_it_is_unpacked(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault("bomb", size=3 * MEGABYTE))
    answer = client.ask(ME, CI)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < MEGABYTE / 50
    assert len(gzip.decompress(answer.body)) == 3 * MEGABYTE


@pytest.mark.parametrize("kind", ["endless", "trickle"])
def test_an_answer_that_never_ends(server: SandboxServer, kind: str) -> None:
    server.faults.add("/", Fault("endless" if kind == "endless" else "trickle", pace=0.001))
    client = Client(server)
    client.request("GET", ME)
    with client.getresponse() as response:
        assert response.status == 200
        assert response.read(200).startswith(b'{"status": "ok"')
    client.close()
    server.wait_until_idle()


def test_a_late_answer_waits_for_its_gate(server: SandboxServer, client: Client) -> None:
    gate = threading.Event()
    server.faults.add("/api/app/me", Fault("late", gate=gate))
    client.request("GET", ME, headers={"Authorization": f"Bearer {CI}"})
    server.requests.wait_for(1)
    other = Client(server)
    assert other.ask("/us/api/query/events/names?project_id=3713224", CI).status == 200
    other.close()
    assert client.sock is not None
    client.sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.sock.recv(1, socket.MSG_PEEK)
    client.sock.settimeout(60)
    gate.set()
    with client.getresponse() as response:
        assert response.status == 200


def test_a_delay_holds_any_fault_back(server: SandboxServer, client: Client) -> None:
    server.faults.add("/", Fault(status=503, delay=0.02))
    began = time.monotonic()
    assert client.ask(ME, CI).status == 503
    assert time.monotonic() - began >= 0.02


def test_who_hangs_up_while_waiting_leaves_nothing(server: SandboxServer) -> None:
    server.faults.add("/", Fault("late", gate=threading.Event()))
    client = Client(server)
    client.request("GET", ME)
    server.requests.wait_for(1)
    assert server.connections == 1
    client.close()
    server.wait_until_idle()


def test_a_header_asks_for_a_fault(client: Client) -> None:
    limited = client.ask(ME, CI, headers={"X-Sandbox-Fault": "429"})
    assert (limited.status, limited.headers["Retry-After"]) == (429, "1")
    assert client.ask(ME, CI, headers={"X-Sandbox-Fault": "html"}).body.startswith(b"<!DOCTYPE")
    assert client.ask(ME, CI, headers={"X-Sandbox-Fault": "nonsense"}).status == 200
    assert {kind for kind in KINDS if fault_named(kind) is None} == {"redirect"}
