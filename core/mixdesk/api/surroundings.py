"""What of the environment httpx follows by itself, and cannot always."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from mixdesk.exceptions import ConfigError

PROXY_UNUSABLE = "PROXY_UNUSABLE"
CERTIFICATES_UNREADABLE = "CERTIFICATES_UNREADABLE"


@contextmanager
def sound_environment() -> Iterator[None]:
    """Tell what stands in the way of making a client in the body.

    Raises:
        ConfigError: ``PROXY_UNUSABLE``, ``CERTIFICATES_UNREADABLE``.
    """
    # "from None": the errors that these replace may hold the password of a proxy.
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL):  # a scheme that needs more, or is none
        raise ConfigError(
            "The environment names a proxy that cannot be used.",
            code=PROXY_UNUSABLE,
            hint="Look at HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, also in small letters.",
        ) from None
    except OSError:
        raise ConfigError(
            "The certificates that the environment names cannot be read.",
            code=CERTIFICATES_UNREADABLE,
            hint="Look at SSL_CERT_FILE and SSL_CERT_DIR.",
        ) from None
