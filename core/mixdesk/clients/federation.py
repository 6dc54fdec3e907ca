"""A login with a browser, under the names of Nebius' document.

bearer = Bearer("work", "my-client", "auth.eu.nebius.com", "federation-e00example")
token = await bearer.receiver().fetch(timeout=300)
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Any, TextIO

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.clients.federation_token import Token
from mixdesk.clients.tolerance import Tolerated
from mixdesk.clock import SystemAsyncClock
from mixdesk.exceptions import (
    FederationError,
    FederationTimeoutError,
    InvalidArgumentError,
    OAuthError,
)
from mixdesk.model.secret import Secret
from mixdesk.oauth.authorize import authorize_url, origin_of, refuse_unsafe_link
from mixdesk.oauth.browser import Browser, SystemBrowser
from mixdesk.oauth.callback import Expected
from mixdesk.oauth.domain import issuer_at
from mixdesk.oauth.endpoints import Endpoints
from mixdesk.oauth.loopback import listen
from mixdesk.oauth.loopback_ports import FREE_PORTS
from mixdesk.oauth.pkce import Pkce, new_state
from mixdesk.oauth.sending import WITHIN
from mixdesk.oauth.token_endpoint import Granted, arequest_tokens, code_form

log = logging.getLogger(__name__)

AUTH_ENDPOINT = "/oauth2/authorize"
"""Where a federation endpoint asks people, whatever else its address has as a path."""

TOKEN_ENDPOINT = "/oauth2/token"
"""Where it gives tokens."""

_PATH = "/"
_SCOPE = "openid"
_ANSWER_LIMIT = 1 << 20
_TO_BROWSER = "Switch to your browser to log in. If it has not opened, open this address:"
_TO_ADDRESS = "To log in, open this address in your browser:"


class Receiver:
    """Lets somebody log in with a browser, each time a token is fetched.

    The browser comes back to a port of this machine that is free, on 127.0.0.1 and ::1. The address
    to log in at is written to ``writer``; without one, or when that fails, to stderr, if no browser
    opens. It is logged at INFO too, without its state.

    Args:
        client_id: What the server knows this program as.
        federation_endpoint: The server: a host, or a whole address.
        federation_id: The federation of the user; empty for none.
        writer: Is told where to log in.
        no_browser_open: Whether to leave opening the address to the user.
        ssl_ctx: How the server proves who it is, if not as usual.
        browser: Another browser than this machine's.
    """

    def __init__(
        self,
        client_id: str,
        federation_endpoint: str,
        federation_id: str,
        writer: TextIO | None = None,
        no_browser_open: bool = False,
        ssl_ctx: SSLContext | None = None,
        *,
        browser: Browser | None = None,
    ) -> None:
        self._client_id = client_id
        self._federation_endpoint = federation_endpoint
        self._federation_id = federation_id
        self._writer = writer
        self._no_browser_open = no_browser_open
        self._ssl_ctx = ssl_ctx
        self._browser = browser
        self._latest: Token | None = None

    @property
    def latest(self) -> Token | None:
        """The token that was fetched last; None before that."""
        return self._latest

    async def fetch(
        self, timeout: float | None = None, options: Mapping[str, str] | None = None
    ) -> Token:
        """Let somebody log in. When this is cancelled, the port is free again.

        Args:
            timeout: Longest time all of it may take, in seconds; None for as long as it takes.
            options: Mean nothing here.

        Returns:
            The token.

        Raises:
            FederationTimeoutError: ``OAUTH_TIMEOUT``; it is also a ``TimeoutError``.
            FederationError: ``OAUTH_AUTH_DENIED``, ``OAUTH_TOKEN_ERROR``, ``OAUTH_STATE_MISMATCH``,
                ``OAUTH_PORT_ERROR``: what went wrong. It is also a ``RuntimeError``.
            InvalidArgumentError: The endpoint is no address to trust, or the timeout no number.
        """
        self._latest = await self._fetch(timeout, options)
        return self._latest

    async def _fetch(
        self, timeout: float | None = None, options: Mapping[str, str] | None = None
    ) -> Token:
        if timeout is not None and math.isnan(timeout):
            raise InvalidArgumentError("timeout is no number of seconds.", violation="timeout")
        try:
            async with asyncio.timeout(timeout):
                granted = await self._log_in(os.environ)
        except OAuthError as error:
            raise _reworded(error) from None
        except TimeoutError:
            raise FederationTimeoutError(
                f"Nobody has logged in within {timeout} seconds.",
                hint="Call fetch() again when somebody is at the browser.",
            ) from None
        return _token(granted)

    def can_retry(self, err: Exception, options: Mapping[str, str] | None = None) -> bool:
        """Return whether to fetch again after an error: always, for people change their minds."""
        return True

    async def _log_in(self, environ: Mapping[str, str]) -> Granted:
        endpoints = _endpoints(self._federation_endpoint, environ)
        pkce, state = Pkce.new(), new_state()
        async with listen(FREE_PORTS, path=_PATH) as listener:
            redirect_uri = listener.numeric_origin
            url = authorize_url(
                endpoints, self._client_id, redirect_uri, pkce.challenge, state, self._more()
            )
            refuse_unsafe_link(url, environ)
            expected = Expected(state, endpoints.issuer, needs_issuer=False, is_anywhere_below=True)
            async with _meanwhile(self._show(url, state, environ)):
                code = await listener.code(expected)
        log.debug("The browser has come back.")
        form = code_form(code, pkce.verifier, redirect_uri, self._client_id)
        transport = AsyncTransport(limit=_ANSWER_LIMIT, deadline=WITHIN, tls=self._ssl_ctx)
        async with transport:
            return await arequest_tokens(transport, endpoints.token, form, code="OAUTH_TOKEN_ERROR")

    def _more(self) -> dict[str, str]:
        more = {"scope": _SCOPE}
        if self._federation_id:
            more["federation-id"] = self._federation_id
        return more

    async def _show(self, url: str, state: Secret, environ: Mapping[str, str]) -> None:
        """Tell where to log in, and open a browser there."""
        words = _TO_ADDRESS if self._no_browser_open else _TO_BROWSER
        log.info("%s %s", words, url.replace(state.get_secret_value(), "…"))
        is_told = self._writer is not None and _write(self._writer, f"{words}\n{url}\n")
        if not await self._open(url, environ) and not is_told:
            _write(sys.stderr, f"{_TO_ADDRESS}\n{url}\n")

    async def _open(self, url: str, environ: Mapping[str, str]) -> bool:
        if self._no_browser_open:
            return False
        browser = self._browser or SystemBrowser(environ)
        with Tolerated(log, "No browser could be opened"):
            return await browser.open(url)
        return False


class Bearer:
    """A login under a name, from which each request takes a receiver.

    Args:
        profile_name: A name for people; part of :attr:`name`.
        client_id: What the server knows this program as.
        federation_endpoint: The server: a host, or a whole address.
        federation_id: The federation of the user; empty for none.
        writer: Is told where to log in.
        no_browser_open: Whether to leave opening the address to the user.
        ssl_ctx: How the server proves who it is, if not as usual.
        browser: Another browser than this machine's.
    """

    def __init__(
        self,
        profile_name: str,
        client_id: str,
        federation_endpoint: str,
        federation_id: str,
        writer: TextIO | None = None,
        no_browser_open: bool = False,
        ssl_ctx: SSLContext | None = None,
        *,
        browser: Browser | None = None,
    ) -> None:
        self._profile_name = profile_name
        self._client_id = client_id
        self._federation_endpoint = federation_endpoint
        self._federation_id = federation_id
        self._writer = writer
        self._no_browser_open = no_browser_open
        self._ssl_ctx = ssl_ctx
        self._browser = browser

    @property
    def name(self) -> str:
        """What tells this login from others: for caches, and for people."""
        where = f"{self._federation_endpoint}/{self._federation_id}"
        return f"federation/{where}/{self._profile_name}"

    def receiver(self) -> Receiver:
        """Return a new receiver."""
        return Receiver(
            self._client_id,
            self._federation_endpoint,
            self._federation_id,
            self._writer,
            self._no_browser_open,
            self._ssl_ctx,
            browser=self._browser,
        )


def _endpoints(endpoint: str, environ: Mapping[str, str]) -> Endpoints:
    """The addresses at an endpoint; a path that it has counts for nothing."""
    origin = origin_of(issuer_at(endpoint, environ, "federation_endpoint"))
    return Endpoints(origin, origin + AUTH_ENDPOINT, origin + TOKEN_ENDPOINT)


def _token(granted: Granted) -> Token:
    ends = None
    if granted.says_lifetime:
        now = datetime.fromtimestamp(SystemAsyncClock().now(), UTC)
        ends = now + timedelta(seconds=granted.lifetime)
    return Token(granted.access_token.get_secret_value(), ends)


def _write(writer: TextIO, text: str) -> bool:
    """Write, if that can be done; whether it could."""
    with Tolerated(log, "The address to log in at could not be written"):
        writer.write(text)
        flush = getattr(writer, "flush", None)
        if flush is not None:
            flush()
        return True
    return False


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do something beside the block; it ends with the block at the latest."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def _reworded(error: OAuthError) -> FederationError:
    """The same error for whoever has no command line to begin again with."""
    return FederationError(
        error.summary,
        code=error.code,
        hint="Call fetch() again to try once more.",
        details=error.details,
    )
