"""The one request that the listener answers, read out of bytes that anyone may have sent.

Only what decides is kept. Whatever is not exactly a browser's ``GET`` of one path is refused as
soon as that shows (RFC 9112, sections 2 to 5).
"""

from __future__ import annotations

import re

PATH = "/callback"
"""What a browser comes back to, unless a server is used to another path."""

MOST_KEPT = 8192
"""Most bytes of a request that are held at a time."""

_MOST_HEADERS = 100
_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) ([\x21-\x7e]+) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)")
_LOOPBACK = re.compile(rb"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


class RefusedError(Exception):
    """A request that is not answered.

    Args:
        status: The HTTP status that says so.
        is_head: Whether the answer goes without its page (``HEAD``).
    """

    def __init__(self, status: int, *, is_head: bool = False) -> None:
        self.status = status
        self.is_head = is_head
        super().__init__(status)


class RequestReader:
    """Reads one request, in pieces of any size, and holds at most ``MOST_KEPT`` bytes of it.

    Args:
        path: The one that is answered.
    """

    def __init__(self, path: str = PATH) -> None:
        self._path = path
        self._rest = bytearray()
        self._method = b""
        self._target = b""
        self._host: bytes | None = None
        self._headers = 0
        self._has_body = False

    @property
    def room(self) -> int:
        """How many bytes the next piece may have: at least one."""
        return MOST_KEPT - len(self._target) - len(self._host or b"") - len(self._rest)

    def feed(self, data: bytes) -> str | None:
        """Read on.

        Args:
            data: The next bytes, at most ``room``.

        Returns:
            The query of the request once it is whole and right, None until then.

        Raises:
            RefusedError: It is another request than the one that is answered, or none.
        """
        self._rest += data
        while (end := self._rest.find(b"\r\n")) >= 0:
            line = bytes(self._rest[:end])
            del self._rest[: end + 2]
            if not self._target:
                self._read_request_line(line)
            elif line:
                self._read_header(line)
            else:
                return self._decide()
        self._refuse_hopeless()
        return None

    def _refuse_hopeless(self) -> None:
        """Refuse what no further byte can mend: TLS, a bare line feed, a line without an end."""
        begins_well = self._target or not self._rest or self._rest[:1].isupper()
        if not begins_well or b"\n" in self._rest or b"\0" in self._rest:
            raise RefusedError(400)
        if self.room <= 0:
            raise RefusedError(431 if self._target else 414)

    def _read_request_line(self, line: bytes) -> None:
        match = _REQUEST_LINE.fullmatch(line)
        if match is None:
            raise RefusedError(400)
        self._method, self._target = match.groups()

    def _read_header(self, line: bytes) -> None:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise RefusedError(400)
        self._headers += 1
        if self._headers > _MOST_HEADERS:
            raise RefusedError(431)
        name, value = match[1].lower(), match[2].strip(b" \t")
        if name == b"host":
            if self._host is not None:
                raise RefusedError(400)
            self._host = value
        elif name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0")):
            self._has_body = True

    def _decide(self) -> str:
        if self._host is None:
            raise RefusedError(400)
        if not _LOOPBACK.fullmatch(self._host):  # a page from elsewhere, by way of its own DNS
            raise RefusedError(403)
        if self._method != b"GET":
            raise RefusedError(405, is_head=self._method == b"HEAD")
        path, _, query = self._target.decode("ascii").partition("?")
        if not path.startswith("/") or "#" in query or self._has_body:
            raise RefusedError(400)
        if path != self._path:
            raise RefusedError(404)
        return query
