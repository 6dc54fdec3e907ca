"""OAuth spoken by hand: what a client sends, and the listener that its redirect reaches."""

from __future__ import annotations

import base64
import hashlib
import queue
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tests.e2e.browser import Browser

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

PATIENCE = 20.0
"""Seconds after which a redirect that has not come is lost."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one authorization request keeps to itself (RFC 7636)."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Login(NamedTuple):
    """How a login ended."""

    client_id: str
    redirect_uri: str
    tokens: dict[str, Any]

    @property
    def access(self) -> str:
        return str(self.tokens["access_token"])

    @property
    def refresh(self) -> str:
        return str(self.tokens["refresh_token"])


class Redirects:
    """What a browser brought to the listener, and where that is."""

    def __init__(self, port: int) -> None:
        self.uri = f"http://localhost:{port}/callback"
        self.came: queue.Queue[dict[str, str]] = queue.Queue()

    def next(self) -> dict[str, str]:
        """The parameters of the next redirect; waits for it."""
        return self.came.get(timeout=PATIENCE)


@contextmanager
def listening() -> Iterator[Redirects]:
    """Listen for redirects on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            found = address.path == "/callback"
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", "8")
            self.end_headers()
            self.wfile.write(b"Welcome\n")
            if found:
                redirects.came.put(dict(parse_qsl(address.query)))

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    redirects = Redirects(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield redirects
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class ByHand:
    """A client that has no opinion: it sends what it is told and returns the answer.

    Args:
        http: Follows no redirect.
        base_url: The server, without a slash at the end.
    """

    def __init__(self, http: httpx.Client, base_url: str) -> None:
        self._http = http
        self._oauth = f"{base_url}/oauth"
        self._me = f"{base_url}/api/app/me"

    def register(self, *redirect_uris: str, **fields: object) -> httpx.Response:
        """Register a public client (RFC 7591)."""
        asked = {
            "redirect_uris": redirect_uris,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        }
        return self._http.post(f"{self._oauth}/mcp/register/", json=asked | fields)

    def authorize_url(self, client_id: str, redirect_uri: str, one: Attempt) -> str:
        """Where the user is sent to."""
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": one.state,
            "code_challenge": one.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._oauth}/authorize/?{urlencode(asked)}"

    def look(self, url: str) -> httpx.Response:
        """Open an address without a browser."""
        return self._http.get(url)

    def log_in(self, browser: Browser, user: str, password: str) -> Login:
        """All of it: a new client, the browser in which nobody has logged in, a code, tokens."""
        with listening() as redirects:
            client_id = self.register(redirects.uri).json()["client_id"]
            one = Attempt()
            browser.open(self.authorize_url(client_id, redirects.uri, one))
            browser.sign_in(user, password)
            browser.press("Authorize")
            came = redirects.next()
        assert came == {"code": came["code"], "state": one.state}
        answer = self.exchange(client_id, came["code"], redirects.uri, one)
        assert answer.status_code == 200, answer.text
        return Login(client_id, redirects.uri, answer.json())

    def token(self, grant_type: str, client_id: str, **fields: str) -> httpx.Response:
        """Ask the token endpoint (RFC 6749)."""
        asked = {"grant_type": grant_type, "client_id": client_id, **fields}
        return self._http.post(f"{self._oauth}/token/", data=asked)

    def exchange(
        self, client_id: str, code: str, redirect_uri: str, one: Attempt
    ) -> httpx.Response:
        """Ask for the tokens that a code stands for."""
        fields = {"code": code, "redirect_uri": redirect_uri, "code_verifier": one.verifier}
        return self.token("authorization_code", client_id, **fields)

    def refresh(self, client_id: str, refresh_token: str) -> httpx.Response:
        """Ask for new tokens."""
        return self.token("refresh_token", client_id, refresh_token=refresh_token)

    def revoke(self, client_id: str, token: str) -> httpx.Response:
        """Give a token back (RFC 7009)."""
        asked = {"client_id": client_id, "token": token}
        return self._http.post(f"{self._oauth}/revoke_token/", data=asked)

    def device(self, client_id: str) -> httpx.Response:
        """Ask for a device code (RFC 8628)."""
        asked = {"client_id": client_id}
        return self._http.post(f"{self._oauth}/device-authorization/", data=asked)

    def poll(self, client_id: str, device_code: str) -> httpx.Response:
        """Ask whether the user has decided."""
        return self.token(DEVICE_GRANT, client_id, device_code=device_code)

    def me(self, access_token: str) -> httpx.Response:
        """Ask who the token belongs to."""
        return self._http.get(self._me, headers={"Authorization": f"Bearer {access_token}"})


def says(answer: httpx.Response) -> tuple[int, Any]:
    """The status of an answer and the ``error`` in it."""
    return answer.status_code, answer.json().get("error")
