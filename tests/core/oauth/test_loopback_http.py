"""The one request that is answered, and the bytes that are refused, in pieces of any size."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.oauth.loopback_http import MOST_KEPT, RefusedError, RequestReader

RIGHT = (
    b"GET /callback?code=a%20b&state=c HTTP/1.1\r\n"
    b"Host: localhost:19284\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux) \xc3\xa9\r\n"
    b"Accept:text/html\r\n"
    b'Cookie: a=b; c="d"\r\n'
    b"Empty:\r\n"
    b"Content-Length: 0\r\n"
    b"\r\n"
)
QUERY = "code=a%20b&state=c"


def read(data: bytes, sizes: Iterable[int] = ()) -> str | None:
    """Feed the reader in pieces of these sizes, then in as large ones as it takes."""
    reader = RequestReader()
    rest = memoryview(data)
    steps = iter(sizes)
    while rest:
        assert 0 < reader.room <= MOST_KEPT
        size = min(next(steps, MOST_KEPT), reader.room)
        query = reader.feed(bytes(rest[:size]))
        if query is not None:
            return query
        rest = rest[size:]
    return None


def status_of(data: bytes) -> int | None:
    """What the bytes are refused with; None when more is awaited."""
    try:
        query = read(data)
    except RefusedError as refused:
        return refused.status
    assert query is None, "it was answered"
    return None


def made(
    target: str = "/callback?a=b",
    *,
    method: str = "GET",
    version: str = "HTTP/1.1",
    headers: str = "Host: localhost\r\n",
) -> bytes:
    return f"{method} {target} {version}\r\n{headers}\r\n".encode()


@given(st.lists(st.integers(1, 40)))
def test_a_browser_s_request_is_read_in_pieces_of_any_size(sizes: list[int]) -> None:
    assert read(RIGHT, sizes) == QUERY


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:19284",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:65535",
        " localhost\t",
    ],
)
def test_every_name_of_this_machine_will_do(host: str) -> None:
    assert read(made(headers=f"Host:{host}\r\n")) == "a=b"


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize(
    ("target", "query"), [("/callback", ""), ("/callback?", ""), ("/callback?a?b", "a?b")]
)
def test_the_query_is_what_follows_the_first_question_mark(
    version: str, target: str, query: str
) -> None:
    assert read(made(target, version=version)) == query


def test_cookies_of_other_programs_on_this_machine_do_no_harm() -> None:
    headers = "Host: localhost\r\n" + "".join(f"X-{n}: {'x' * 4000}\r\n" for n in range(20))
    assert read(made(headers=headers + f"Cookie: {'x' * 7800}\r\n")) == "a=b"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (made("/"), 404),
        (made("/favicon.ico"), 404),
        (made("/callback/"), 404),
        (made("/callback/x?a=b"), 404),
        (made("/Callback?a=b"), 404),
        (made("//callback?a=b"), 404),
        (made("/%63allback?a=b"), 404),
        (made("/x/../callback?a=b"), 404),
        (made("/callback;x?a=b"), 404),
        (made(method="HEAD"), 405),
        (made(method="POST"), 405),
        (made(method="OPTIONS"), 405),
        (made("*", method="OPTIONS"), 405),
        (made("localhost:1", method="CONNECT"), 405),
        (made(method="GETX"), 405),
        (made("http://localhost:19284/callback?a=b"), 400),
        (made("callback?a=b"), 400),
        (made("?a=b"), 400),
        (made("*"), 400),
        (made("/callback?a=b#c"), 400),
        (made("/callback?a=é"), 400),
        (made("/callback?a=\x7f"), 400),
        (made("/callback?a=b c"), 400),
        (made(method="get"), 400),
        (made(method="A" * 21), 400),
        (made(version="HTTP/2.0"), 400),
        (made(version="HTTP/0.9"), 400),
        (made(version="http/1.1"), 400),
        (b"GET /callback?a=b\r\n", 400),
        (b"GET  /callback?a=b HTTP/1.1\r\n", 400),
        (b" GET /callback?a=b HTTP/1.1\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\r\nGET /callback?a=b HTTP/1.1\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\x00", 400),
        (b"SSH-2.0-x\r\n", 400),
        (b"GET /callback?a=b HTTP/1.1\n", 400),
        (b"GET /callback?a=b HTTP/1.1\r\nHost: localhost\n\r\n", 400),
        (b"GET /callback?a=b HTTP/1.1\r\nHost: localhost\n", 400),
        (b"GET /callback\0", 400),
        (made(headers=""), 400),
        (made(headers="", version="HTTP/1.0"), 400),
        (made(headers="Host: localhost\r\nHost: localhost\r\n"), 400),
        (made(headers="Host: localhost\r\nhost: evil.example\r\n"), 400),
        (made(headers="Host:\r\n"), 403),
        (made(headers="Host: evil.example\r\n"), 403),
        (made(headers="Host: localhost.evil.example\r\n"), 403),
        (made(headers="Host: evil.example:localhost\r\n"), 403),
        (made(headers="Host: localhost, evil.example\r\n"), 403),
        (made(headers="Host: user@localhost\r\n"), 403),
        (made(headers="Host: localhost:x\r\n"), 403),
        (made(headers="Host: 127.0.0.2\r\n"), 403),
        (made(headers="Host: 0.0.0.0\r\n"), 403),
        (made(headers="Host: ::1\r\n"), 403),
        (made(method="POST", headers="Host: evil.example\r\n"), 403),
        (made(headers="Host : localhost\r\n"), 400),
        (made(headers="Host: localhost\r\n folded\r\n"), 400),
        (made(headers="Host: localhost\r\nno colon\r\n"), 400),
        (made(headers="Host: localhost\r\n: x\r\n"), 400),
        (made(headers="Host: localhost\r\nA: b\rc\r\n"), 400),
        (made(headers="Host: localhost\r\nA: \x1b[31m\r\n"), 400),
        (made(headers="Host: localhost\r\nContent-Length: 5\r\n") + b"hello", 400),
        (made(headers="Host: localhost\r\nTransfer-Encoding: chunked\r\n"), 400),
        (made(headers="Host: localhost\r\n" + "A: b\r\n" * 100), 431),
        (made("/callback?code=" + "a" * MOST_KEPT), 414),
        (b"A" * MOST_KEPT, 414),
        (made(headers=f"A: {'b' * MOST_KEPT}\r\n"), 431),
        (made("/callback?code=" + "a" * 5000, headers=f"A: {'b' * 5000}\r\n"), 431),
        (made(headers=f"Host: {'l' * 5000}\r\nA: {'b' * 5000}\r\n"), 431),
    ],
)
def test_everything_else_is_refused(data: bytes, status: int) -> None:
    assert status_of(data) == status


@pytest.mark.parametrize("data", [b"", b"G", b"GET /callback", RIGHT[:-2], RIGHT[:-1], b"GET /\r"])
def test_a_request_that_may_still_become_right_is_awaited(data: bytes) -> None:
    assert status_of(data) is None


def test_only_head_goes_without_a_page() -> None:
    for method in ("HEAD", "POST"):
        with pytest.raises(RefusedError) as caught:
            read(made(method=method))
        assert caught.value.is_head == (method == "HEAD")


@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from(
            [b"GET ", b"/callback?", b" HTTP/1.1", b"\r\n", b"Host: localhost", b"\n", b":", b"x"]
        )
    ).map(b"".join),
    st.lists(st.integers(1, 40)),
)
def test_no_bytes_do_anything_but_be_refused_or_read(data: bytes, sizes: list[int]) -> None:
    with suppress(RefusedError):
        read(data, sizes)


@pytest.mark.parametrize("fill", [b" ", b"\t", b"a", b":", b"\r", b"a: "])
def test_no_line_takes_long_to_refuse(fill: bytes) -> None:
    begin = b"GET /callback HTTP/1.1\r\nA:"
    line = (fill * MOST_KEPT)[: MOST_KEPT - 100] + b"\x01\r\n"
    before = time.process_time()
    assert status_of(begin + line) == 400
    assert time.process_time() - before < 0.5  # two milliseconds, unless a pattern goes astray
