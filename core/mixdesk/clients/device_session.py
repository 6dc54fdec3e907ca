"""A client that logs in with a code for another device, under the names of Bitfount's document.

session = DeviceSession(username="ana")
session.authenticate()
session.get("https://hub.bitfount.com/api/pods")
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from mixdesk.api.auth import OriginAuth, bearer_header, origin
from mixdesk.clients.api_keys import APIKeys, KeysAuth, api_keys_of
from mixdesk.clients.device_login import ANYBODY, DeviceLogin, SessionMachine, prompt
from mixdesk.exceptions import AuthenticatedUserError
from mixdesk.login.events import Event
from mixdesk.model.secret import Secret
from mixdesk.oauth.domain import refuse_unsafe_argument
from mixdesk.oauth.id_token import username_of
from mixdesk.store.session_tokens import Registration


class DeviceSession(httpx.Client):
    """An ``httpx.Client`` that shows its audience, and nobody else, who is logged in.

    The tokens are kept in the user's directory, for every process of this user on this machine.
    A token that has ended is renewed before a request would carry it, by one process for all; an
    audience that refuses one all the same is asked once more with a new one. A request to any
    other origin (scheme, host, port) carries nothing, also after a redirect.

    With ``BITFOUNT_API_KEY_ID`` and ``BITFOUNT_API_KEY`` in the environment the session sends these
    instead, and nobody logs in.

    Args:
        auth_domain: Where the authorization server is: a host, or a whole address.
        client_id: What the server knows this program as.
        username: Who is to log in; ``_default`` takes whoever does.
        scopes: What is asked for, separated by spaces; empty for what the server gives.
        audience: The address of the API that the tokens are for.
        api: The address of the API that is shown them, where that is another one; two-part keys
            go there whole.
        on_event: Is told what happens in a login; by default the code and the address go to
            stderr.
        open_browser: Whether to open one with the address, where there is one.
        machine: What it runs on; this machine by default.
        options: As of ``httpx.Client``. Redirects are followed unless ``follow_redirects`` says
            otherwise.

    Raises:
        InvalidArgumentError: A name or an address that cannot be used.
        AuthEnvironmentError: The environment holds half a pair of keys, or none that can be sent.
        ConfigError: There is no place for files.
    """

    def __init__(
        self,
        auth_domain: str = "auth.bitfount.com",
        client_id: str = "8iCJ33Kp6hc9ofrXTzr5GLxMRHWrlzZO",
        username: str = ANYBODY,
        scopes: str = "profile openid offline_access",
        audience: str = "https://hub.bitfount.com/api",
        *,
        api: str | None = None,
        on_event: Callable[[Event], None] | None = None,
        open_browser: bool = True,
        machine: SessionMachine | None = None,
        **options: Any,
    ) -> None:
        self._machine = machine or SessionMachine()
        shown_to, argument = (audience, "audience") if api is None else (api, "api")
        refuse_unsafe_argument(argument, shown_to, self._machine.environ)
        registration = Registration(auth_domain, client_id, scopes, audience)
        self._login = DeviceLogin(
            registration, username, self._machine, on_event or prompt, open_browser=open_browser
        )
        self._shown_to = origin(httpx.URL(shown_to))
        self._sends_whole_keys = api is not None
        keys = self._key_headers()
        auth = KeysAuth(keys, shown_to) if keys else OriginAuth(self._login, shown_to)
        super().__init__(**{"auth": auth, "follow_redirects": True, **options})

    def authenticate(self) -> None:
        """Log in, if there are no tokens that can be used or renewed.

        Raises:
            AuthenticatedUserError: Another user has logged in, or the directory is another
                user's; also an ``AssertionError``.
            TokenUnavailableError: There is no token to be had; also a ``ConnectionError``.
            StoreError: The tokens cannot be read or stored.
        """
        if self.api_keys is None:
            self._login.current()

    def request(
        self,
        method: str,
        url: httpx.URL | str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        **kwargs: Any,
    ) -> httpx.Response:
        """Send a request; to the audience with the access token or the API keys.

        Args:
            method: The HTTP method.
            url: The address.
            params: The query.
            data: The body, as a form.
            headers: Further headers.
            kwargs: As of ``httpx.Client.request``; ``auth`` takes the place of the session's.

        Returns:
            The answer, of any status.

        Raises:
            AuthenticatedUserError: As :meth:`authenticate`.
            TokenUnavailableError: As :meth:`authenticate`.
            StoreError: As :meth:`authenticate`.
        """
        return super().request(method, url, params=params, data=data, headers=headers, **kwargs)

    def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        """Send a request that was built before; all others come through here, too.

        One that goes elsewhere than to the audience is none of the session's business.

        Args:
            request: The request.
            kwargs: As of ``httpx.Client.send``.

        Returns:
            The answer, of any status.
        """
        is_ours = origin(request.url) == self._shown_to
        if not is_ours and kwargs.get("auth") in (None, httpx.USE_CLIENT_DEFAULT):
            kwargs["auth"] = None
        hooks = self.event_hooks["request"]
        if self._keep_from_others not in hooks:
            hooks.append(self._keep_from_others)
        return super().send(request, **kwargs)

    def _keep_from_others(self, request: httpx.Request) -> None:
        """Take what is the audience's out of a request that a redirect sends elsewhere."""
        if origin(request.url) == self._shown_to:
            return
        ours = self._key_headers()
        if self._login.tokens:
            ours["authorization"] = bearer_header(self._login.tokens.access_token)
        for name, value in ours.items():
            if request.headers.get(name) == value:
                del request.headers[name]

    def _key_headers(self) -> dict[str, str]:
        return self.api_keys.headers(whole=self._sends_whole_keys) if self.api_keys else {}

    @cached_property
    def api_keys(self) -> APIKeys | None:
        """The API keys of the environment, looked up once; None when there are none."""
        return api_keys_of(self._machine.environ)

    @property
    def access_token(self) -> str | None:
        """The access token, renewed if it has ended; None where API keys are sent instead.

        Raises:
            AuthenticatedUserError: As :meth:`authenticate`.
            TokenUnavailableError: As :meth:`authenticate`.
            StoreError: As :meth:`authenticate`.
        """
        if self.api_keys is not None:
            return None
        return self._login.current().access_token.get_secret_value()

    @property
    def authenticated(self) -> bool:
        """Whether there are API keys, or an access token that was loaded and has not ended."""
        has_token = self._login.tokens is not None and not self.expired
        return self.api_keys is not None or has_token

    @property
    def expired(self) -> bool:
        """Whether the access token that was loaded has ended, or is about to."""
        return self._login.is_expired

    @property
    def username(self) -> str:
        """The name of the user who has logged in.

        Raises:
            AuthenticatedUserError: Nobody has, and the session is no one's in particular.
        """
        tokens = self._login.tokens
        user = username_of(tokens.id_token) if tokens else None
        if user is None and self._login.username == ANYBODY:
            raise AuthenticatedUserError(
                "It is not known whose session this is.",
                hint="Call authenticate(), or give a username where there are API keys.",
            )
        return user or self._login.username

    @property
    def access_token_expires_at(self) -> datetime | None:
        """When the access token ends; None before one was loaded."""
        return _moment(self._login.tokens.expires_at) if self._login.tokens else None

    @property
    def refresh_token(self) -> str | None:
        """The refresh token; None before tokens were loaded, or when there is none."""
        return _shown(self._login.tokens.refresh_token) if self._login.tokens else None

    @property
    def id_token(self) -> str | None:
        """The ID token; None before tokens were loaded, or when there is none."""
        return _shown(self._login.tokens.id_token) if self._login.tokens else None

    @property
    def device_code(self) -> str | None:
        """What the server was asked with in the last login; None when there was none."""
        return _shown(self._login.code.code.device_code) if self._login.code else None

    @property
    def device_code_arrival_time(self) -> datetime | None:
        """When the device code came; None when there was none."""
        return _moment(self._login.code.arrived_at) if self._login.code else None

    @property
    def device_code_expires_at(self) -> datetime | None:
        """When the device code ends; None when there was none."""
        return _moment(self._login.code.ends_at) if self._login.code else None

    @property
    def token_request_interval(self) -> float | None:
        """Seconds to leave between two questions, as agreed with the server; None before that."""
        return self._login.code.code.interval if self._login.code else None

    @property
    def token_file(self) -> Path:
        """The file of the tokens: ``.token`` in the user's directory."""
        return self._login.path

    @property
    def user_storage_path(self) -> Path:
        """The user's directory. Setting it names another one, which is trusted to be the user's."""
        return self._login.path.parent

    @user_storage_path.setter
    def user_storage_path(self, directory: Path) -> None:
        self._login.move(Path(directory))


BitfountSession = DeviceSession
"""The same class under the name that Bitfount's document has for it."""


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _shown(secret: Secret | None) -> str | None:
    return secret.get_secret_value() if secret else None
