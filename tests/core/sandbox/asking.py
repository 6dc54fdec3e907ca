"""Asks the sandbox without our client or any of its parts."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

import httpx

from mixdesk.sandbox.server import SandboxServer

NOW = 1_760_000_000.0

WAREHOUSE = ("warehouse.4f1c2a.mp-service-account", "made-up-secret-of-warehouse")
ACME_EU = ("reports.91be07.mp-service-account", "made-up-secret-of-acme-eu")
ACME_INDIA = ("delivery.77d0e3.mp-service-account", "made-up-secret-of-acme-india")
AUDITOR = ("auditor.0c5d7e.mp-service-account", "made-up-secret-of-auditor")
ACME_CORP = "made-up-access-of-acme-corp"
CI = "made-up-bearer-of-ci"

Credential = str | tuple[str, str] | None


class Hand:
    """The hand of a clock, which only a test moves."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> float:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += seconds


def plain_http(**settings: Any) -> httpx.Client:
    """A client that looks at no environment, and loads no certificates, which nothing here has."""
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(trust_env=False, verify=verify, timeout=60, **settings)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def results(self) -> Any:
        assert self.json["status"] == "ok"
        return self.json["results"]


def authorization(credential: Credential) -> dict[str, str]:
    if credential is None:
        return {}
    if isinstance(credential, str):
        return {"Authorization": f"Bearer {credential}"}
    pair = base64.b64encode(":".join(credential).encode()).decode()
    return {"Authorization": f"Basic {pair}"}


class Client(http.client.HTTPConnection):
    """One connection to a sandbox."""

    def __init__(self, server: SandboxServer) -> None:
        super().__init__("127.0.0.1", server.port, timeout=60)

    def ask(
        self,
        path: str,
        credential: Credential = None,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        self.request(method, path, headers={**authorization(credential), **(headers or {})})
        response = self.getresponse()
        return Reply(response.status, response.headers, response.read())
