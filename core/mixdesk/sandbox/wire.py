"""Just enough of HTTP/1.1: a request is read, an answer's head is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

HEAD_LIMIT = 64 * 1024
_BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    target: str
    """Path and query, as sent."""
    path: str
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    """Names in lower case; values of a repeated one are joined by a comma."""
    body: bytes
    keep_alive: bool

    def param(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, (default,))[0]

    @property
    def form(self) -> Mapping[str, tuple[str, ...]]:
        """The fields of a form that was posted; none when the body is something else."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return {}
        return _fields(self.body.decode("utf-8", "replace"))

    def field(self, name: str, default: str = "") -> str:
        """The first value of a form's field."""
        return self.form.get(name, (default,))[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class MalformedError(Exception):
    """This is no request; the connection cannot go on.

    Args:
        status: What to answer.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


def json_answer(value: Any, status: int = 200, *headers: tuple[str, str]) -> Answer:
    """An answer in JSON. Anything outside ASCII is escaped, lone surrogates included."""
    return Answer(status, json.dumps(value).encode("ascii"), headers=headers)


def head(answer: Answer, now: float, *, length: int | None, keep_alive: bool) -> bytes:
    """Status line and headers, up to the empty line.

    Args:
        answer: What they belong to.
        now: The time for ``Date``, in seconds since the epoch.
        length: Bytes of the body; None for a body in chunks.
        keep_alive: Whether the connection goes on afterwards.
    """
    size = ("Transfer-Encoding", "chunked") if length is None else ("Content-Length", str(length))
    fields = (
        ("Date", formatdate(now, usegmt=True)),
        ("Server", "mixdesk-sandbox"),
        ("Content-Type", answer.content_type),
        size,
        ("Connection", "keep-alive" if keep_alive else "close"),
        *answer.headers,
    )
    lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read one request.

    Returns:
        The request; None when the client has closed the connection.

    Raises:
        MalformedError: What came is no request, or too large a one.
    """
    try:
        text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise MalformedError(431) from None
    first, *lines = text.removesuffix("\r\n\r\n").split("\r\n")
    method, target, version = _first_line(first)
    headers = _headers(lines)
    path, _, query = target.partition("?")
    connection = headers.get("connection", "").lower()
    return Request(
        method=method,
        target=target,
        path=unquote(path),
        query=_fields(query),
        headers=headers,
        body=await _body(reader, headers),
        keep_alive=version == "HTTP/1.1" and "close" not in connection,
    )


def _fields(text: str) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in parse_qs(text, keep_blank_values=True).items()}


def _first_line(line: str) -> tuple[str, str, str]:
    words = line.split(" ")
    if len(words) != 3 or not words[1].startswith("/") or not words[2].startswith("HTTP/1."):
        raise MalformedError(400)
    return words[0], words[1], words[2]


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise MalformedError(400)
        key = name.lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return headers


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise MalformedError(411)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise MalformedError(400)
    if len(length) > 9 or int(length) > _BODY_LIMIT:
        raise MalformedError(413)
    try:
        return await reader.readexactly(int(length))
    except asyncio.IncompleteReadError:
        raise MalformedError(400) from None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
