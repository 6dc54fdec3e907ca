"""API keys from the environment, sent instead of a token."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

import httpx

from mixdesk.api.auth import origin
from mixdesk.exceptions import AuthEnvironmentError

KEY_ID_VARIABLE = "BITFOUNT_API_KEY_ID"
KEY_VARIABLE = "BITFOUNT_API_KEY"

_SENDABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class APIKeys:
    """A pair of API keys."""

    access_key_id: str
    access_key: str = field(repr=False)

    def headers(self, *, whole: bool) -> dict[str, str]:
        """The headers that carry the pair.

        Args:
            whole: A key may have two halves with a colon between them. The first is for the
                audience; a service that asks the audience in turn needs both.
        """
        pair = {"x-api-key-id": self.access_key_id, "x-api-key": self.access_key}
        if whole:
            return pair
        return {name: key.partition(":")[0] for name, key in pair.items()}


def api_keys_of(environ: Mapping[str, str]) -> APIKeys | None:
    """The keys that an environment holds; None when it holds none.

    Args:
        environ: The environment; a variable that is empty is not set.

    Raises:
        AuthEnvironmentError: There is one half of the pair, or what no header can carry.
    """
    found = {name: environ.get(name, "") for name in (KEY_ID_VARIABLE, KEY_VARIABLE)}
    if not any(found.values()):
        return None
    for name, value in found.items():
        if not value:
            (other,) = found.keys() - {name}
            raise AuthEnvironmentError(
                f"{other} is set, and {name} is not: API keys are a pair.",
                hint=f"Set both, or take it away: unset {other}",
                details={"variable": name},
            )
        if not _SENDABLE.fullmatch(value):
            raise AuthEnvironmentError(
                f"{name} holds what cannot be sent as a key: there is a space, a line break or a "
                "letter beyond ASCII in it.",
                hint=f"Set it again, or take it away: unset {name}",
                details={"variable": name},
            )
    return APIKeys(found[KEY_ID_VARIABLE], found[KEY_VARIABLE])


class KeysAuth(httpx.Auth):
    """Adds API keys to requests that go to exactly one origin.

    Args:
        headers: What carries the keys.
        url: Any address of the origin (scheme, host, port) that they are for.
    """

    def __init__(self, headers: Mapping[str, str], url: str) -> None:
        self._headers = headers
        self._origin = origin(httpx.URL(url))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers, or leave the request as it is."""
        if origin(request.url) == self._origin:
            request.headers.update(self._headers)
        yield request
