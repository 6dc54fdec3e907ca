"""Logins of programs that have no browser at hand: the device flow (RFC 8628)."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from mixdesk.model.rules import Region
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.oauth_errors import OAuthRefusedError

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words come about, and nothing that looks like a digit (section 6.1)."""

_LONGER = 5.0


@dataclass(slots=True, eq=False)
class Device:
    """A program that waits for a person."""

    client_id: str
    region: Region
    scope: str
    user_code: str = field(repr=False)
    device_code: str = field(repr=False)
    ends_at: float
    interval: float
    """Seconds that it is to leave between two questions; grows when it does not."""
    asked_at: float = float("-inf")
    state: Literal["pending", "approved", "denied", "spent"] = "pending"
    identity: Identity | None = None
    """Who has approved it."""


class Devices:
    """The device logins of one sandbox.

    Args:
        now: The time, in seconds since the epoch.

    Attributes:
        lifetime: Seconds until a code ends.
        interval: Seconds that a device is to leave between two questions.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.lifetime = 600.0
        self.interval = 5.0
        self._now = now
        self._lock = threading.RLock()
        self._by_device_code: dict[str, Device] = {}
        self._by_user_code: dict[str, Device] = {}

    def start(self, client_id: str, region: Region, scope: str) -> Device:
        """Begin a login; a person is to enter its user code."""
        with self._lock:
            user_code = self._new_user_code()
            device_code = f"made-up-device-{secrets.token_hex(16)}"
            ends_at = self._now() + self.lifetime
            device = Device(
                client_id, region, scope, user_code, device_code, ends_at, self.interval
            )
            self._by_device_code[device_code] = self._by_user_code[user_code] = device
            return device

    def waiting(self, user_code: str, region: Region | None = None) -> Device | None:
        """The login that waits for this user code, however it was typed.

        Args:
            user_code: The code; case, spaces and hyphens do not matter.
            region: Where it was entered; anywhere by default.
        """
        letters = re.sub(r"[\s-]", "", user_code).upper()
        with self._lock:
            device = self._by_user_code.get(f"{letters[:4]}-{letters[4:]}")
            if device is None or device.state != "pending" or device.ends_at <= self._now():
                return None
            return device if region in (None, device.region) else None

    def decide(self, device: Device, identity: Identity | None) -> bool:
        """Say what a person has decided.

        Args:
            device: The login.
            identity: Who has approved it; None when it was denied.

        Returns:
            Whether it was still waiting.
        """
        with self._lock:
            if self.waiting(device.user_code) is not device:
                return False
            device.identity = identity
            device.state = "denied" if identity is None else "approved"
            return True

    def poll(self, device_code: str, client_id: str, region: Region) -> tuple[Identity, str]:
        """Ask whether the person has decided.

        Returns:
            Who has approved it, and for what scope.

        Raises:
            OAuthRefusedError: Not (yet): RFC 8628, section 3.5.
        """
        with self._lock:
            device = self._by_device_code.get(device_code)
            if device is None or (device.client_id, device.region) != (client_id, region):
                raise OAuthRefusedError("invalid_grant", "This device code is not known.")
            if device.state == "denied":
                raise OAuthRefusedError("access_denied", "The person has said no.")
            if device.state == "spent":
                raise OAuthRefusedError("invalid_grant", "This device code was used before.")
            if device.ends_at <= self._now():
                raise OAuthRefusedError("expired_token", "This device code has ended.")
            if device.identity is None:
                raise self._not_yet(device)
            device.state = "spent"
            return device.identity, device.scope

    def _not_yet(self, device: Device) -> OAuthRefusedError:
        now = self._now()
        too_soon = now - device.asked_at < device.interval
        device.asked_at = now
        if too_soon:
            device.interval += _LONGER
            return OAuthRefusedError("slow_down", f"Wait {device.interval:g} seconds.")
        return OAuthRefusedError("authorization_pending", "The person has not decided yet.")

    def _new_user_code(self) -> str:
        while True:
            letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
            user_code = f"{letters[:4]}-{letters[4:]}"
            if user_code not in self._by_user_code:
                return user_code
