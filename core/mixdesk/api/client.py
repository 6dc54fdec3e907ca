"""Asking Mixpanel as one account in its region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from mixdesk.api.answers import Answer
from mixdesk.api.auth import Credential, OriginAuth, origin
from mixdesk.api.regions import FAMILIES, Family, base_url
from mixdesk.api.transport import Transport
from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.rules import Region
from mixdesk.model.text import clean


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, where, and through which connection."""

    transport: Transport
    region: Region
    environ: Mapping[str, str]
    """May move the API elsewhere; read at each request."""
    credential: Credential
    headers: Mapping[str, str]
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
            params: The query.
            headers: Further headers; they win over those of the session.
            json: The body, to be sent as JSON.
            form: The body, to be sent as a form.
        """
        merged = httpx.Headers(dict(self.headers))
        merged.update(dict(headers or {}))
        return self.transport.send(
            method,
            url,
            what=what,
            auth=OriginAuth(self.credential, url),
            headers=merged,
            params=params,
            json=json,
            form=form,
        )

    def address(self, path: str) -> str:
        """The whole address of a path such as ``/api/app/me``; a whole one is checked.

        Raises:
            InvalidArgumentError: It is neither a path nor an address of this region's API.
            ConfigError: The environment names no usable address.
        """
        bases = {family: base_url(family, self.region, self.environ) for family in FAMILIES}
        if path.startswith("/"):
            for family in ("app", "export", "query"):
                mark = _MARKS[family]
                if path == mark or path.startswith(mark + "/"):
                    return bases[family] + path[len(mark) :]
            raise _foreign(path)
        try:
            url = httpx.URL(path)
        except httpx.InvalidURL:
            raise _foreign(path) from None
        homes = {origin(httpx.URL(base)) for base in bases.values()}
        if origin(url) not in homes or url.userinfo:
            raise _foreign(path)
        return path


_MARKS: Mapping[Family, str] = {"app": "/api/app", "export": "/api/2.0", "query": "/api/query"}


def _foreign(path: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{clean(path.partition('?')[0], 80)!r} is no address of Mixpanel's API in this region, so "
        "no credential is sent there.",
        violation="address",
        hint="Give a path such as /api/app/me or /api/query/events/names.",
    )
