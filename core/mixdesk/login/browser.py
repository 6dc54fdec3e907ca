"""Getting tokens from somebody with a browser: here, on another device, or by a pasted address.

Every way that is open runs at once, and the first valid answer wins.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.exceptions import OAuthError
from mixdesk.login.client import find_client, find_device_client, preferred_ports
from mixdesk.login.events import (
    BrowserOpened,
    ClientReady,
    CodeFailed,
    CodeReady,
    CodeReceived,
    Listening,
    NoBrowser,
    PasteRefused,
    TokensReceived,
    UrlReady,
    Waiting,
)
from mixdesk.login.machine import Controls, Emit, Machine, Pasted
from mixdesk.login.request import LoginRequest
from mixdesk.model.rules import Region
from mixdesk.model.secret import Secret
from mixdesk.oauth.authorize import authorize_url, origin_of, refuse_unsafe_link
from mixdesk.oauth.browser import why_none
from mixdesk.oauth.callback import Expected, read_pasted
from mixdesk.oauth.device import GRANT, poll, request_device_code
from mixdesk.oauth.endpoints import Endpoints, discover
from mixdesk.oauth.loopback import Listener, listen
from mixdesk.oauth.loopback_http import PATH
from mixdesk.oauth.pkce import Pkce, new_state
from mixdesk.oauth.registration import is_known, register, register_device
from mixdesk.oauth.token_endpoint import Granted, arequest_tokens, code_form
from mixdesk.store.clients import ClientEntry
from mixdesk.store.tokens import TokenEntry

PATIENCE = 300.0
"""How long a login waits for somebody to say yes, in seconds."""


class Obtained(NamedTuple):
    """What a login got from the authorization server."""

    client: ClientEntry
    tokens: TokenEntry


async def obtain_tokens(
    machine: Machine,
    request: LoginRequest,
    region: Region,
    transport: AsyncTransport,
    controls: Controls,
    emit: Emit,
) -> Obtained:
    """Let somebody log in and return the tokens. Nothing is stored.

    Args:
        machine: What the login runs on.
        request: What was asked for.
        region: Where.
        transport: Asks the authorization server.
        controls: What the person does meanwhile.
        emit: Is told what happens.

    Raises:
        OAuthError: ``OAUTH_PORT_ERROR``, ``OAUTH_REGISTRATION_ERROR``, ``OAUTH_CONFIG_ERROR``,
            ``OAUTH_BROWSER_ERROR``, ``OAUTH_AUTH_DENIED``, ``OAUTH_TIMEOUT``,
            ``OAUTH_TOKEN_ERROR``: what went wrong.
        ConfigError: The environment names no usable address.
    """
    endpoints = await discover(region, machine.environ, transport)
    ports = preferred_ports(machine.storage, region, request.name)
    first = ports[0] if ports and ports[0] in machine.ports else None
    async with listen(machine.ports, first) as listener:
        emit(Listening(listener.port))
        client = await _client(machine, request, region, endpoints, listener, transport, emit)
        attempt = _Attempt(machine, request, endpoints, client, region, listener, transport, emit)
        client, granted = await attempt.run(controls)
    tokens = TokenEntry(
        access_token=granted.access_token,
        expires_at=machine.clock.now() + granted.lifetime,
        refresh_token=granted.refresh_token,
        scope=granted.scope or "",
        client_id=client.client_id,
    )
    emit(TokensReceived(tokens.expires_at))
    return Obtained(client, tokens)


async def _client(
    machine: Machine,
    request: LoginRequest,
    region: Region,
    endpoints: Endpoints,
    listener: Listener,
    transport: AsyncTransport,
    emit: Emit,
) -> ClientEntry:
    """The client that is known, if the server still knows it too; else a new one."""
    known = find_client(
        machine.storage, region, endpoints.issuer, listener.redirect_uri, request.name
    )
    if known is not None and await is_known(transport, endpoints, known.client_id):
        emit(ClientReady(is_new=False))
        return known
    uris = dict.fromkeys(
        f"http://localhost:{port}{PATH}" for port in (listener.port, *machine.ports)
    )
    client = await register(transport, endpoints, [*uris], region, machine.clock.now())
    emit(ClientReady(is_new=True))
    return client


class _Attempt:
    """One try, from the address to the tokens."""

    def __init__(
        self,
        machine: Machine,
        request: LoginRequest,
        endpoints: Endpoints,
        client: ClientEntry,
        region: Region,
        listener: Listener,
        transport: AsyncTransport,
        emit: Emit,
    ) -> None:
        self._machine = machine
        self._region = region
        self._request = request
        self._endpoints = endpoints
        self._client = client
        self._listener = listener
        self._transport = transport
        self._emit = emit
        self._pkce = Pkce.new()
        state = new_state()
        # Mixpanel publishes no name for itself; its own origin would be as good as ours for it.
        origin = None if endpoints.sends_issuer else origin_of(endpoints.authorization)
        self._expected = Expected(state, endpoints.issuer, endpoints.sends_issuer, origin)
        self._url = authorize_url(
            endpoints, client.client_id, listener.redirect_uri, self._pkce.challenge, state
        )
        refuse_unsafe_link(self._url, machine.environ)
        self._ends_at = machine.clock.monotonic() + PATIENCE
        self._outcome: asyncio.Future[Secret | tuple[ClientEntry, Granted]]
        self._tasks: set[asyncio.Task[None]] = set()
        self._has_device_code = False

    async def run(self, controls: Controls) -> tuple[ClientEntry, Granted]:
        """Wait for the first valid answer, and turn it into tokens of one client."""
        self._outcome = asyncio.get_running_loop().create_future()
        async with self._everything_ended():
            self._emit(UrlReady(self._url))
            self._start(self._listen())
            self._start(self._obey(controls))
            self._start(self._count_down())
            self._start(self._begin())
            answer = await self._outcome
        if isinstance(answer, tuple):
            return answer
        self._emit(CodeReceived())
        form = code_form(
            answer, self._pkce.verifier, self._listener.redirect_uri, self._client.client_id
        )
        return self._client, await arequest_tokens(
            self._transport, self._endpoints.token, form, code="OAUTH_TOKEN_ERROR"
        )

    @asynccontextmanager
    async def _everything_ended(self) -> AsyncIterator[None]:
        """Leave no task behind, however this ends."""
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if not self._outcome.cancel() and not self._outcome.cancelled():
                self._outcome.exception()  # it came while this was cancelled: nobody else asks

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run one way in; an error of it ends the login."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.add(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Whatever the error is: also one of whoever is told, which nobody else would hear of."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._end(error)

    def _end(self, how: Secret | tuple[ClientEntry, Granted] | BaseException) -> None:
        """Take the first answer; those that come after it are too late."""
        if self._outcome.done():
            return
        if isinstance(how, BaseException):
            self._outcome.set_exception(how)
        else:
            self._outcome.set_result(how)

    async def _listen(self) -> None:
        self._end(await self._listener.code(self._expected))

    async def _begin(self) -> None:
        """Open a browser; where there is none, a code for another device is what helps."""
        if self._request.device:
            self._start_device()
        elif not self._request.open_browser:
            self._emit(NoBrowser("not asked for"))
        elif not await self._open() and self._endpoints.device is not None:
            self._start_device()

    async def _open(self) -> bool:
        reason = why_none(self._machine.environ)
        opened = reason is None and await self._machine.browser.open(self._url)
        self._emit(BrowserOpened() if opened else NoBrowser(reason or "it did not start"))
        return opened

    async def _obey(self, controls: Controls) -> None:
        while True:
            asked = await controls.next()
            if isinstance(asked, Pasted):
                self._take_pasted(asked.text)
            elif asked == "open":
                await self._open()
            else:
                self._start_device()

    def _take_pasted(self, text: str) -> None:
        try:
            self._end(read_pasted(text, self._expected))
        except OAuthError as error:
            if error.code != "OAUTH_PASTE_ERROR":
                raise
            self._emit(PasteRefused(error))

    def _start_device(self) -> None:
        """One code at a time: the last one would be the only one that is looked at."""
        if not self._has_device_code:
            self._has_device_code = True
            self._start(self._use_device())

    async def _use_device(self) -> None:
        """Get a code for another device and wait for somebody to type it there."""
        try:
            await self._poll_device()
        except OAuthError as error:
            self._has_device_code = False
            if error.code == "OAUTH_AUTH_DENIED" or self._request.device:
                raise
            self._emit(CodeFailed(error))

    async def _poll_device(self) -> None:
        clock, transport, endpoints = self._machine.clock, self._transport, self._endpoints
        client = await self._device_client()
        code = await request_device_code(transport, endpoints, client.client_id, clock)
        self._ends_at = max(self._ends_at, code.ends_at)
        left = code.ends_at - clock.monotonic()
        self._emit(CodeReady(code.user_code, code.url, code.complete_url, left))
        self._end((client, await poll(transport, endpoints, client.client_id, code, clock)))

    async def _device_client(self) -> ClientEntry:
        """A client for device codes; where none can be had, the one for browsers may do."""
        transport, endpoints, region = self._transport, self._endpoints, self._region
        if endpoints.device is None:
            return self._client
        known = find_device_client(
            self._machine.storage, region, endpoints.issuer, self._request.name
        )
        if known is not None and await is_known(transport, endpoints, known.client_id, GRANT):
            return known
        try:
            now = self._machine.clock.now()
            return await register_device(transport, endpoints, region, now)
        except OAuthError:
            return self._client

    async def _count_down(self) -> None:
        clock = self._machine.clock
        while (left := self._ends_at - clock.monotonic()) > 0:
            self._emit(Waiting(left))
            await clock.sleep(min(1.0, left))
        raise OAuthError(
            "Nobody has said yes in time.",
            code="OAUTH_TIMEOUT",
            hint="Start again when you are at the browser.",
        )
