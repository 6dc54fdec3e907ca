"""The login of a session: with a code for another device (RFC 8628), kept in a user's directory."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.auth import bearer_header
from mixdesk.clock import AsyncClock, Clock, SystemAsyncClock, SystemClock
from mixdesk.exceptions import (
    AuthenticatedUserError,
    InvalidArgumentError,
    OAuthError,
    TokenUnavailableError,
)
from mixdesk.login.events import BrowserOpened, CodeReady, Event, NoBrowser, TokensReceived
from mixdesk.login.runner import run
from mixdesk.model.text import clean
from mixdesk.oauth.browser import Browser, SystemBrowser, why_none
from mixdesk.oauth.device import DeviceCode, poll, request_device_code
from mixdesk.oauth.domain import issuer_at
from mixdesk.oauth.endpoints import Endpoints
from mixdesk.oauth.id_token import username_of
from mixdesk.oauth.refresh import MARGIN, fresh_tokens, refresh
from mixdesk.oauth.sending import token_transport
from mixdesk.oauth.session_vault import SessionVault
from mixdesk.oauth.token_endpoint import Granted
from mixdesk.store.files import Place
from mixdesk.store.session_tokens import Registration
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry

ANYBODY = "_default"
"""The name of a session that is whoever logs in."""

TOKEN_FILE = ".token"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,127}")


@dataclass(frozen=True, slots=True)
class SessionMachine:
    """What a session needs of the machine it runs on; this one by default."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    clock: Clock = field(default_factory=SystemClock)
    waits: AsyncClock = field(default_factory=SystemAsyncClock)
    browser: Browser | None = None
    """None: the one that the environment names."""
    transport: Callable[[], AsyncTransport] = AsyncTransport
    """Makes the transport of one login."""


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """A code, with when it came and when it ends by the time of day."""

    code: DeviceCode
    arrived_at: float
    ends_at: float


class DeviceLogin:
    """Gets, keeps and renews the tokens of one user at one server.

    Args:
        registration: Who asks for tokens, where, and what for.
        username: Whose session it is.
        machine: What it runs on.
        emit: Is told what happens in a login.
        open_browser: Whether to open one.
    """

    def __init__(
        self,
        registration: Registration,
        username: str,
        machine: SessionMachine,
        emit: Callable[[Event], None],
        *,
        open_browser: bool,
    ) -> None:
        if not _NAME.fullmatch(username):
            raise InvalidArgumentError(
                f"{clean(username, 80)!r} cannot be the name of a user's directory.",
                violation="username",
                hint="Letters, digits and _ . @ + - can be in it.",
            )
        issuer = issuer_at(registration.auth_domain, machine.environ)
        server = re.sub(r"[^a-z0-9.-]", "_", issuer.partition("://")[2].lower())
        place = Storage.from_environment(machine.environ).session(server, username, TOKEN_FILE)
        self.username = username
        self.code: CodeIssued | None = None
        self.tokens: TokenEntry | None = None
        self._registration = registration
        self._machine = machine
        self._emit = emit
        self._opens_browser = open_browser
        self._vault = SessionVault(username, place, registration)
        self._lock = threading.RLock()

    @property
    def path(self) -> Path:
        """The file of the tokens."""
        return Path(self._vault.place.path)

    def move(self, directory: Path) -> None:
        """Keep the tokens in a directory that the user has named himself."""
        path = Path(os.path.abspath(directory))
        place = Place(str(path / TOKEN_FILE), str(path.parent))
        with self._lock:
            self._vault = SessionVault(self.username, place, self._registration)
            self.tokens = None

    @property
    def is_expired(self) -> bool:
        """Whether the tokens that were loaded have ended, or are about to."""
        tokens = self.tokens
        if tokens is None:
            return False
        margin = MARGIN if tokens.refresh_token else 0.0
        return tokens.expires_at - self._machine.clock.now() <= margin

    def current(self) -> TokenEntry:
        """Tokens that can be used now: the stored ones, renewed, or those of a new login.

        Raises:
            AuthenticatedUserError: They, or the directory, are another user's.
            TokenUnavailableError: There are none to be had.
            StoreError: They cannot be read or stored.
        """
        with self._lock:
            self._refuse_others()
            tokens = self._stored() or self._log_in()
            self.tokens = tokens
            return tokens

    def header(self) -> str:
        """The value of ``Authorization``."""
        return bearer_header(self.current().access_token)

    def renew(self, refused: str) -> str | None:
        """Another value than one that a server has refused; None when there can be no other."""
        with self._lock:
            seen = self._vault.read()
            if seen is None or seen.refresh_token is None:
                return None
            if bearer_header(seen.access_token) != refused:
                return self.header()
            try:
                self.tokens = refresh(self._vault, seen, self._machine.environ, self._machine.clock)
            except OAuthError:
                return None  # the refusal itself says more
            return bearer_header(self.tokens.access_token)

    def _stored(self) -> TokenEntry | None:
        """The stored tokens, renewed where they have ended; None when that takes a login."""
        stored = self._vault.read()
        if stored is None:
            return None
        self._refuse_others(stored)
        try:
            tokens = fresh_tokens(self._vault, self._machine.environ, self._machine.clock)
        except OAuthError as error:
            if error.details.get("is_temporary"):
                raise _unavailable(error) from None
            return None
        self._refuse_others(tokens)
        return tokens

    def _log_in(self) -> TokenEntry:
        """Let somebody log in. Nothing is stored before it is known to be the right user."""
        try:
            with token_transport() as transport:
                endpoints = self._vault.endpoints(self._machine.environ, transport)
            granted = run(self._ask(endpoints))
        except OAuthError as error:
            raise _unavailable(error) from None
        tokens = TokenEntry(
            access_token=granted.access_token,
            expires_at=self._machine.clock.now() + granted.lifetime,
            refresh_token=granted.refresh_token,
            scope=granted.scope or "",
            id_token=granted.id_token,
        )
        self._refuse_others(tokens)
        self._vault.begin(tokens)
        self._emit(TokensReceived(tokens.expires_at))
        return tokens

    async def _ask(self, endpoints: Endpoints) -> Granted:
        """Show a code and wait until somebody has typed it somewhere."""
        asked, waits = self._registration, self._machine.waits
        wishes = {"scope": asked.scopes, "audience": asked.audience}
        async with self._machine.transport() as transport:
            code = await request_device_code(transport, endpoints, asked.client_id, waits, **wishes)
            now, left = self._machine.clock.now(), code.ends_at - waits.monotonic()
            self.code = CodeIssued(code, now, now + left)
            self._emit(CodeReady(code.user_code, code.url, code.complete_url, left))
            await self._open(code.complete_url or code.url)
            return await poll(transport, endpoints, asked.client_id, code, waits)

    async def _open(self, url: str) -> None:
        environ = self._machine.environ
        browser = self._machine.browser
        reason = "not asked for"
        if self._opens_browser:
            reason = "it did not start"
            if browser is None:
                browser, reason = SystemBrowser(environ), why_none(environ) or reason
            if await browser.open(url):
                self._emit(BrowserOpened())
                return
        self._emit(NoBrowser(reason))

    def _refuse_others(self, tokens: TokenEntry | None = None) -> None:
        """A session with a user's name takes nobody else's tokens, nor anybody's directory."""
        user = username_of(tokens.id_token) if tokens else None
        if user is not None and self.username not in (ANYBODY, user):
            raise _other_user(
                f"This session is {self.username!r}, and {user!r} has logged in.", self.username
            )
        is_known = tokens is not None or self.username != ANYBODY
        directory = self.path.parent
        if is_known and directory.name not in (ANYBODY, self.username, user):
            raise _other_user(
                f"{clean(str(directory))} is another user's directory, and this session is "
                f"{user or self.username!r}.",
                self.username,
            )


def prompt(event: Event) -> None:
    """Say on stderr what somebody in front of a terminal has to do."""
    match event:
        case CodeReady(user_code, url, complete_url, seconds_left):
            minutes = max(1, round(seconds_left / 60))
            sys.stderr.write(
                f"To log in, within {minutes} min, open {complete_url or url}\n"
                f"  and check that it shows the code {user_code}, or type it.\n"
            )
        case BrowserOpened():
            sys.stderr.write("A browser has been opened with it.\n")
        case _:
            return
    sys.stderr.flush()


def _other_user(summary: str, username: str) -> AuthenticatedUserError:
    return AuthenticatedUserError(
        summary,
        hint="Give the session the name of the user who logs in.",
        details={"username": username},
    )


def _unavailable(error: OAuthError) -> TokenUnavailableError:
    """The same error, as the sessions' document calls it, with what to do about it here."""
    hint = "Check auth_domain, client_id, scopes and audience."
    if error.code in ("OAUTH_AUTH_DENIED", "OAUTH_TIMEOUT"):
        hint = "For a new code, call authenticate() again."
    elif error.details.get("is_temporary") or error.code == "OAUTH_NETWORK_UNREACHABLE":
        hint = "Check your network and try again."
    return TokenUnavailableError(error.summary, code=error.code, hint=hint, details=error.details)
