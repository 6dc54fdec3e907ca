"""What a test may do to the running server: orders by name, each with its fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, DeviceGrant, RefreshToken
from oauth2_provider.settings import oauth2_settings

from tests.e2e.authserver.journal import TOKEN_REQUESTS


def token_requests() -> list[dict[str, Any]]:
    """Every token request since the start, oldest first."""
    return list(TOKEN_REQUESTS)


def change_settings(changes: dict[str, Any]) -> dict[str, Any]:
    """Change settings of the toolkit and return what they were."""
    before = {name: getattr(oauth2_settings, name) for name in changes}
    for name, value in changes.items():
        setattr(oauth2_settings, name, value)
    return before


def expire_access_token(token: str) -> int:
    """Let an access token's life be over."""
    return _change(AccessToken.objects.filter(token=token), expires=_a_second_ago())


def expire_device_code(device_code: str) -> int:
    """Let a device code's life be over."""
    return _change(DeviceGrant.objects.filter(device_code=device_code), expires=_a_second_ago())


def revoke(client_id: str) -> int:
    """Take back all that was granted to a client."""
    granted = list(RefreshToken.objects.filter(application__client_id=client_id))
    for token in granted:
        token.revoke()
    AccessToken.objects.filter(application__client_id=client_id).delete()
    return len(granted)


def delete_client(client_id: str) -> int:
    """Forget a client and all that was granted to it."""
    deleted, _ = Application.objects.filter(client_id=client_id).delete()
    return int(deleted)


def _change(found: Any, **fields: Any) -> int:
    return int(found.update(**fields))


def _a_second_ago() -> Any:
    return timezone.now() - timedelta(seconds=1)


ORDERS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        token_requests,
        change_settings,
        expire_access_token,
        expire_device_code,
        revoke,
        delete_client,
    )
}
