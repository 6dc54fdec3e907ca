"""A real authorization server for tests: django-oauth-toolkit, which Mixpanel runs, on loopback."""

from __future__ import annotations

import json
import os
import select
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[3]

PATIENCE = 30.0
"""Seconds after which a server that says nothing is stuck."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One request to the token endpoint and how it ended."""

    grant_type: str
    client_id: str
    status: int
    error: str | None


class AuthServer:
    """Starts the server and waits until it listens.

    It ends with ``stop``, and with the process that started it, however that ends.

    Args:
        python: An interpreter that can import django-oauth-toolkit.
        directory: An empty folder for its database and its log.
    """

    def __init__(self, python: Path, directory: Path) -> None:
        self._log = directory / "log"
        self._turn = threading.Lock()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(python), "-m", "tests.e2e.authserver.main", str(directory)],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={"HOME": str(directory), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )
        try:
            started = self._hear()
        except AssertionError:
            self.stop()
            raise
        self.base_url: str = started["base_url"]
        """For ``MP_API_BASE_URL``: ``/oauth/`` and ``/api/app`` are below it."""
        self.users: Mapping[str, str] = started["users"]
        """Who can log in, and with which password."""

    @property
    def issuer(self) -> str:
        """For ``MP_OAUTH_BASE_URL``. ``{base_url}/oauth`` is an issuer with metadata too."""
        return self.base_url

    @property
    def log(self) -> str:
        """What the server wrote about its requests and its errors."""
        return self._log.read_text("utf-8", "replace")

    def token_requests(self, client_id: str | None = None) -> list[TokenRequest]:
        """What the token endpoint was asked, oldest first; by one client, or by all."""
        found = [TokenRequest(**each) for each in self._order("token_requests")]
        return [each for each in found if client_id in (None, each.client_id)]

    @contextmanager
    def settings(self, **changes: object) -> Iterator[None]:
        """Change settings of the toolkit for a while, such as ``ACCESS_TOKEN_EXPIRE_SECONDS``."""
        before = self._order("change_settings", changes=changes)
        try:
            yield
        finally:
            self._order("change_settings", changes=before)

    def expire_access_token(self, token: str) -> None:
        """Let an access token's life be over."""
        assert self._order("expire_access_token", token=token) == 1

    def expire_device_code(self, device_code: str) -> None:
        """Let a device code's life be over."""
        assert self._order("expire_device_code", device_code=device_code) == 1

    def revoke(self, client_id: str) -> None:
        """Take back all that was granted to a client."""
        assert self._order("revoke", client_id=client_id) > 0

    def delete_client(self, client_id: str) -> None:
        """Forget a client and all that was granted to it."""
        assert self._order("delete_client", client_id=client_id) > 0

    def stop(self) -> None:
        """End the server."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _order(self, name: str, **fields: object) -> Any:
        assert self._process.stdin is not None
        with self._turn:
            with suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps([name, fields]).encode() + b"\n")
                self._process.stdin.flush()
            heard = self._hear()
        assert "error" not in heard, heard["error"]
        return heard["answer"]

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        line = self._process.stdout.readline() if ready else b""
        assert line, f"the authorization server does not answer; its log:\n{self.log}"
        return json.loads(line)
