"""Asking Mixpanel as one account in its region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from mixdesk.api.addresses import address_of
from mixdesk.api.answers import Answer
from mixdesk.api.auth import Credential, OriginAuth
from mixdesk.api.regions import Family, base_url
from mixdesk.api.transport import Transport
from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.rules import Region, is_header_name, is_header_value
from mixdesk.model.text import clean


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, where, and through which connection."""

    transport: Transport
    region: Region
    environ: Mapping[str, str] = field(repr=False)
    """May move the API elsewhere; read at each request."""
    credential: Credential
    headers: Mapping[str, str] = field(repr=False)
    """Sent with every request."""

    def get(self, family: Family, path: str, *, what: str, params: Mapping[str, str]) -> Any:
        """Ask an endpoint and decode its answer.

        Args:
            family: Which endpoints.
            path: The path below the family's address, with its first slash.
            what: What is asked for, for errors.
            params: The query.

        Raises:
            OAuthError: The credential is none.
            APIError: As :meth:`~mixdesk.api.transport.Transport.get`.
            ConfigError: The environment names no usable address.
        """
        url = base_url(family, self.region, self.environ) + path
        return self.send("GET", url, what=what, params=params).json(what)

    def send(
        self,
        method: str,
        url: str,
        *,
        what: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send any request to Mixpanel; as :meth:`~mixdesk.api.transport.Transport.send`.

        Args:
            method: The HTTP method.
            url: An address of Mixpanel, as :meth:`address` makes it.
            what: What is asked for, for errors.
            params: The query; what ``url`` has of one stays.
            headers: Further headers; they win over those of the session, and neither says who
                asks (``Authorization``) or whom (``Host``).
            json: The body, to be sent as JSON.
            form: The body, to be sent as a form.

        Raises:
            InvalidArgumentError: ``method`` or a header is none.
        """
        if not is_header_name(method):  # both are tokens (RFC 9110, section 9.1)
            said = f"{clean(str(method), 40)!r} is no HTTP method."
            raise InvalidArgumentError(said, violation="method", hint="Give GET, POST or another.")
        merged = _sendable(self.headers)
        merged.update(_sendable(headers or {}))
        for name in _OURS:
            merged.pop(name, None)
        return self.transport.send(
            method.upper(),
            str(httpx.URL(url).copy_merge_params(params)) if params else url,
            what=what,
            auth=OriginAuth(self.credential, url),
            headers=merged,
            json=json,
            form=form,
        )

    def address(self, path: str) -> str:
        """The whole address of a path such as ``/api/app/me``; a whole one is checked.

        Raises:
            InvalidArgumentError: It is neither a path nor an address of this region's API.
            ConfigError: The environment names no usable address.
        """
        return address_of(path, self.region, self.environ)


_OURS = ("Authorization", "Host")


def _sendable(headers: Mapping[str, str]) -> httpx.Headers:
    """Headers as they go out (RFC 9110, section 5.5); a wrong value is not shown."""
    for name, value in headers.items():
        if not is_header_name(name):
            raise _unsendable(f"{clean(str(name), 40)!r} is no name of a header.")
        if value != "" and not is_header_value(value):
            raise _unsendable(f"The value of the header {name} cannot be sent.")
    return httpx.Headers(dict(headers), encoding="latin-1")


def _unsendable(summary: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        summary,
        violation="header",
        hint="A header is one line of Latin-1 text without spaces around it.",
    )
