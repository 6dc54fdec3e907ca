"""Processes whose OAuthClient keeps its tokens in one file: one refreshes for all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixdesk.clients import FileCache
from mixdesk.sandbox.oauth_grants import Issued
from mixdesk.sandbox.server import SandboxServer

PROCESSES = 12
WORKER = Path(__file__).parent.parent / "fakes" / "oauth_client_worker.py"
LONG = 60.0


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


def ask_from_processes(server: SandboxServer, issued: Issued, path: Path, number: int) -> list[str]:
    facts = {
        "token_url": server.url("/oauth/token/"),
        "url": server.url("/api/app/me"),
        "client_id": issued.client_id,
        "path": str(path),
    }
    with subprocess.Popen(
        [sys.executable, str(WORKER), str(number), json.dumps(facts)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        said, _ = process.communicate(timeout=LONG)
    return said.split()


def test_a_refresh_token_is_spent_once(server: SandboxServer, home: Path) -> None:
    issued = server.oauth.issue("acme-corp")
    path = home / "tokens.json"
    cache = FileCache(path)
    cache.set("Somebody_refresh_token", issued.refresh_token, 3600)
    assert ask_from_processes(server, issued, path, PROCESSES) == ["200"] * PROCESSES
    assert server.oauth.refreshes == 1
    kept = cache.get("Somebody_refresh_token")
    assert kept is not None
    assert server.oauth.grants.is_alive(kept)


def test_one_that_all_are_refused_with_is_renewed_once(server: SandboxServer, home: Path) -> None:
    issued = server.oauth.issue("acme-corp")
    path = home / "tokens.json"
    cache = FileCache(path)
    cache.set("Somebody_refresh_token", issued.refresh_token, 3600)
    ask_from_processes(server, issued, path, 1)
    access = json.loads(cache.get("Somebody_access_token") or "{}")["access_token"]
    server.identities.revoke_token(access)
    assert ask_from_processes(server, issued, path, PROCESSES) == ["200"] * PROCESSES
    assert server.oauth.refreshes == 2
