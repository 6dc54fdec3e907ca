"""Three other designs of a login that programs hold, on the same engine.

    from mixdesk.clients import DeviceSession

Names are loaded on first use. ``docs/sessions.md`` says what each of them does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mixdesk.clients.caches import Cache, FileCache, MemoryCache
    from mixdesk.clients.device_session import BitfountSession, DeviceSession
    from mixdesk.clients.federation import Bearer, Receiver
    from mixdesk.clients.federation_token import Token
    from mixdesk.clients.oauth_client import OAuthClient
    from mixdesk.clients.oauth_token import OAuthToken
    from mixdesk.exceptions import AuthEnvironmentError

_HOMES = {
    "mixdesk.clients.caches": ("Cache", "FileCache", "MemoryCache"),
    "mixdesk.clients.device_session": ("BitfountSession", "DeviceSession"),
    "mixdesk.clients.federation": ("Bearer", "Receiver"),
    "mixdesk.clients.federation_token": ("Token",),
    "mixdesk.clients.oauth_client": ("OAuthClient",),
    "mixdesk.clients.oauth_token": ("OAuthToken",),
    "mixdesk.exceptions": ("AuthEnvironmentError",),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AuthEnvironmentError",
    "Bearer",
    "BitfountSession",
    "Cache",
    "DeviceSession",
    "FileCache",
    "MemoryCache",
    "OAuthClient",
    "OAuthToken",
    "Receiver",
    "Token",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'mixdesk.clients' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
