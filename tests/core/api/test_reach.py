"""Whether a server is there, and if not, what is in the way."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from email.utils import formatdate

import httpx
import pytest

from mixdesk.api.reach import Reached, Unreached, reach, usable
from mixdesk.api.transport import Transport
from tests.core.ops.world import NOW, Stopped
from tests.fakes.nobody import nobody_there

URL = "https://mixpanel.example/api/app/me"


def ask(handler: httpx.MockTransport | None, url: str = URL) -> Reached | Unreached:
    with Transport(transport=handler, timeout=60, attempts=1, limit=1000) as transport:
        return reach(transport, url, Stopped())


def answering(status: int, *, at: float | None = NOW, text: str = "") -> httpx.MockTransport:
    headers = {"Date": formatdate(at, usegmt=True)} if at is not None else {}
    return httpx.MockTransport(lambda request: httpx.Response(status, headers=headers, text=text))


def failing(
    error: httpx.TransportError, *, cause: BaseException | None = None
) -> httpx.MockTransport:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error from cause

    return httpx.MockTransport(fail)


@pytest.mark.parametrize("status", [200, 302, 401, 404, 503])
def test_any_answer_is_one(status: int) -> None:
    answer = ask(answering(status))
    assert isinstance(answer, Reached)
    assert (answer.status, answer.took) == (status, 0)
    assert answer.offset == pytest.approx(0, abs=1)


@pytest.mark.parametrize("ahead", [-3600.0, -61.0, 90.0, 40 * 365 * 86400.0])
def test_a_clock_that_differs_is_measured(ahead: float) -> None:
    answer = ask(answering(401, at=NOW + ahead))
    assert isinstance(answer, Reached)
    assert answer.offset == pytest.approx(ahead, abs=1)


@pytest.mark.parametrize("date", ["", "soon", "Mon, 99 Foo 2026 99:99:99 GMT", "9" * 4000])
def test_a_date_that_is_none_says_nothing_about_the_clock(date: str) -> None:
    handler = httpx.MockTransport(lambda request: httpx.Response(401, headers={"Date": date}))
    answer = ask(handler)
    assert isinstance(answer, Reached)
    assert answer.offset is None


def test_a_long_answer_is_one() -> None:
    answer = ask(answering(200, text="x" * 5000))
    assert answer == Reached(200, None, 0)


def test_no_credential_is_sent() -> None:
    seen: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(401)

    ask(httpx.MockTransport(note))
    (request,) = seen
    assert (request.method, str(request.url), request.content) == ("GET", URL, b"")
    assert not {"authorization", "cookie"} & set(request.headers)


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
CERTIFICATE.verify_message = "certificate has expired"

FAILURES = [
    (httpx.ConnectError("x"), socket.gaierror(-2, "Name not known"), "name_unknown"),
    (httpx.ConnectError("x"), ConnectionRefusedError(111, "refused"), "connection_refused"),
    (httpx.ConnectError("x"), OSError(101, "Network is unreachable"), "no_way"),
    (httpx.ConnectError("x"), CERTIFICATE, "tls_failed"),
    (httpx.ReadError("x"), ssl.SSLError(1, "record layer failure"), "tls_failed"),
    (httpx.ProxyError("407 Proxy Authentication Required"), None, "proxy_failed"),
    (httpx.ConnectTimeout("x"), None, "timed_out"),
    (httpx.ReadTimeout("x"), None, "timed_out"),
    (httpx.RemoteProtocolError("x"), None, "broke_off"),
    (httpx.ReadError("x"), ConnectionResetError(), "broke_off"),
]


@pytest.mark.parametrize(("error", "cause", "reason"), FAILURES)
def test_what_is_in_the_way_is_told_apart(
    error: httpx.TransportError, cause: BaseException | None, reason: str
) -> None:
    answer = ask(failing(error, cause=cause))
    assert isinstance(answer, Unreached)
    assert (answer.reason, answer.proxy) == (reason, None)


def test_the_system_s_words_are_kept() -> None:
    details = [
        getattr(ask(failing(error, cause=cause)), "detail", None) for error, cause, _ in FAILURES
    ]
    assert details[0] == "Name not known"
    assert details[2:6] == [
        "Network is unreachable",
        "certificate has expired",
        "record layer failure",
        "407 Proxy Authentication Required",
    ]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        (httpx.ConnectError("x"), socket.gaierror(-2, "Name not known"), "proxy_failed"),
        (httpx.ConnectError("x"), ConnectionRefusedError(111, "refused"), "proxy_failed"),
        (httpx.ConnectTimeout("x"), None, "proxy_failed"),
        (httpx.ConnectError("x"), CERTIFICATE, "tls_failed"),
        (httpx.ReadTimeout("x"), None, "timed_out"),
    ],
)
def test_behind_a_proxy_what_cannot_be_connected_to_is_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    error: httpx.TransportError,
    cause: BaseException | None,
    reason: str,
) -> None:
    monkeypatch.setenv(variable, "http://user:canary@proxy.example:8080")
    answer = ask(failing(error, cause=cause))
    assert isinstance(answer, Unreached)
    assert (answer.reason, answer.proxy) == (reason, variable)
    assert "canary" not in repr(answer)
    monkeypatch.setenv("NO_PROXY", "mixpanel.example")
    assert getattr(ask(failing(error, cause=cause)), "proxy", None) is None


@pytest.mark.parametrize("value", ["ftp://proxy.example", "socks5://proxy.example"])
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    assert usable(Transport) == "proxy_unusable"


def test_certificates_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
    assert usable(Transport) == "certificates_unreadable"


class Listener:
    """Accepts one connection on loopback and answers with some bytes."""

    def __init__(self, answer: bytes) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._answer = answer
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(self._answer)

    def close(self) -> None:
        self._thread.join()
        self._socket.close()


@pytest.fixture
def plain() -> Iterator[Listener]:
    listener = Listener(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    yield listener
    listener.close()


def test_a_real_server_that_speaks_no_tls(plain: Listener) -> None:
    answer = ask(None, f"https://127.0.0.1:{plain.port}/")
    assert isinstance(answer, Unreached)
    assert answer.reason == "tls_failed"


def test_a_real_port_that_nobody_listens_at() -> None:
    with nobody_there() as origin:
        assert ask(None, f"{origin}/") == Unreached("connection_refused")


def test_a_real_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    proxy = Listener(refusal)
    monkeypatch.setenv("HTTPS_PROXY", f"http://u:canary@127.0.0.1:{proxy.port}")
    answer = ask(None)
    proxy.close()
    assert answer == Unreached("proxy_failed", "407 Proxy Authentication Required", "HTTPS_PROXY")


def test_a_real_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with nobody_there() as origin:
        monkeypatch.setenv("HTTPS_PROXY", origin.replace("//", "//u:canary@"))
        answer = ask(None)
    assert isinstance(answer, Unreached)
    assert (answer.reason, answer.proxy) == ("proxy_failed", "HTTPS_PROXY")
    assert "canary" not in repr(answer)


def test_an_address_that_is_none() -> None:
    assert ask(None, "https://xn--/") == Unreached("name_unknown")
