"""The server starts, stops, stays on this machine, and remembers what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.journal import fingerprint
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import CI, WAREHOUSE, Client, authorization

ME = "/us/api/app/me"


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def refuses(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) != 0


def test_a_connection_is_kept_and_counted(capfd: pytest.CaptureFixture[str]) -> None:
    with SandboxServer() as server:
        client, other = Client(server), Client(server)
        for connection in (client, client, other):
            assert connection.ask(ME, CI).headers["Connection"] == "keep-alive"
        assert [entry.connection for entry in server.requests] == [1, 1, 2]
        assert server.connections == 2
        assert client.ask(ME, CI, headers={"Connection": "close"}).headers["Connection"] == "close"
        client.close()
        other.close()
    assert capfd.readouterr() == ("", "")


def test_two_servers_side_by_side_know_nothing_of_each_other() -> None:
    with SandboxServer() as one, SandboxServer(projects=5) as two:
        first, second = Client(one), Client(two)
        one.faults.add("/", Fault(status=503, times=1))
        assert [first.ask(ME, CI).status, second.ask(ME, CI).status] == [503, 200]
        one.identities.revoke_token(CI)
        assert [first.ask(ME, CI).status, second.ask(ME, CI).status] == [401, 200]
        assert (len(one.requests), len(two.requests)) == (2, 2)
        assert one.port != two.port
        first.close()
        second.close()


@pytest.mark.parametrize("kind", ["late", "endless", "trickle", "huge", None])
def test_stopping_waits_for_nobody_whatever_is_under_way(kind: str | None) -> None:
    server = SandboxServer()
    server.start()
    client = Client(server)
    idle = socket.create_connection(("127.0.0.1", server.port))
    if kind == "late":
        server.faults.add("/", Fault("late", gate=threading.Event()))
    headers = {"X-Sandbox-Fault": kind} if kind in ("endless", "trickle", "huge") else {}
    client.request("GET", ME, headers=headers)
    server.requests.wait_for(1)
    server.stop()
    assert refuses(server.port)
    assert server.connections == 0
    server.stop()
    client.close()
    idle.close()


def test_it_can_come_back_on_its_port() -> None:
    server = SandboxServer()
    for _ in range(2):
        with server:
            port = server.port
            client = Client(server)
            assert client.ask(ME, CI).status == 200
            client.close()
            with pytest.raises(RuntimeError):
                server.start()
        assert refuses(port)
    assert len(server.requests) == 2


def test_it_is_reached_from_this_machine_only() -> None:
    with SandboxServer() as server:
        assert server.origin == f"http://127.0.0.1:{server.port}"
        # A server on every address would answer here as well.
        with socket.socket() as knock:
            knock.settimeout(1)
            assert knock.connect_ex(("127.0.0.2", server.port)) != 0


def test_the_base_url_takes_a_region(server: SandboxServer) -> None:
    assert server.base_url == server.origin + "/{region}"
    assert server.base_url.format(region="eu") + "/api" == server.url("/api", "eu")


def test_the_log_has_what_was_asked_and_no_secret(server: SandboxServer, client: Client) -> None:
    path = "/eu/api/query/events/names?project_id=1&token=made-up-token&a=%C3%A9&a=2"
    client.ask(path, WAREHOUSE, headers={"X-Mixpanel-Cluster": "c-1", "Cookie": "made-up-cookie"})
    client.ask(ME, CI)
    eu, us = server.requests
    assert (eu.method, eu.region, eu.path) == ("GET", "eu", "/api/query/events/names")
    assert (eu.query["project_id"], eu.query["a"]) == (("1",), ("é", "2"))
    assert eu.headers["x-mixpanel-cluster"] == "c-1"
    assert (eu.account, us.account) == (None, "ci")
    sent = authorization(WAREHOUSE)["Authorization"]
    assert eu.headers["authorization"] == fingerprint(sent)
    assert us.headers["authorization"].startswith("Bearer sha256:")
    everything = repr(list(server.requests))
    for secret in (sent.split()[1], WAREHOUSE[1], CI, "made-up-token", "made-up-cookie"):
        assert secret not in everything
    assert server.requests.to("/api/app") == [us]
    server.requests.clear()
    assert len(server.requests) == 0


def test_waiting_for_requests_that_do_not_come_ends(server: SandboxServer) -> None:
    with pytest.raises(TimeoutError, match="0 of 1"):
        server.requests.wait_for(1, timeout=0.01)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET http://elsewhere.invalid/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"GET / HTTP/1.1\r\nx: " + b"x" * 100_000, 431),
    ],
)
def test_what_is_no_request_is_refused(server: SandboxServer, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(sent)
        assert connection.recv(100).startswith(b"HTTP/1.1 %d " % status)


def test_requests_may_come_in_pieces_or_in_a_row(server: SandboxServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(b"POST /api/app/me HTTP/1.1\r\nContent-Le")
        connection.sendall(b"ngth: 3\r\n\r\nab")
        connection.sendall(b"cGET / HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 405 ") == 1
    assert answer.count(b"HTTP/1.1 404 ") == 1


def test_fifty_wait_at_once(server: SandboxServer) -> None:
    gate = threading.Event()
    server.faults.add("/", Fault("late", gate=gate))
    clients = [Client(server) for _ in range(50)]
    for client in clients:
        client.request("GET", ME, headers=authorization(CI))
    server.requests.wait_for(50)
    with pytest.raises(TimeoutError, match="50 connections"):
        server.wait_until_idle(timeout=0.01)
    gate.set()
    for client in clients:
        with client.getresponse() as response:
            assert response.status == 200
        client.close()
    server.wait_until_idle()
