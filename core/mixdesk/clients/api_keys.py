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

    @property
    def headers(self) -> dict[str, str]:
        """The headers that carry the pair.

        A key may have two halves with a colon between them. The first is for the audience, the
        second for another service, and so it stays here.
        """
        return {
            "x-api-key-id": self.access_key_id.partition(":")[0],
            "x-api-key": self.access_key.partition(":")[0],
        }


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
        keys: The keys.
        url: Any address of the origin (scheme, host, port) that they are for.
    """

    def __init__(self, keys: APIKeys, url: str) -> None:
        self._keys = keys
        self._origin = origin(httpx.URL(url))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers, or leave the request as it is."""
        if origin(request.url) == self._origin:
            request.headers.update(self._keys.headers)
        yield request
