"""The demo's logins are known to its authorization server, in every state a login can be in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from mixdesk.sandbox.seed import seed
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.oauth_asking import authorize_url, error, refresh, who


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    root = tmp_path / "demo"
    root.mkdir(mode=0o700)
    seed(root)
    return root / "accounts"


def kept(accounts: Path, account: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tokens and the client in an account's files."""
    tokens, client = (
        json.loads((accounts / account / f"{name}.json").read_text())
        for name in ("tokens", "client")
    )
    return tokens, client


@pytest.mark.parametrize("account", ["acme-corp", "acme-berlin"])
def test_these_renew_with_what_is_in_their_files(
    http: httpx.Client, accounts: Path, account: str
) -> None:
    tokens, client = kept(accounts, account)
    region = client["region"]
    answer = refresh(http, tokens["refresh_token"], client["client_id"], region=region)
    assert who(http, answer.json()["access_token"], region) == account


def test_this_ones_access_was_taken_back(
    server: SandboxServer, http: httpx.Client, accounts: Path
) -> None:
    tokens, client = kept(accounts, "agency")
    assert not server.oauth.is_alive(tokens["refresh_token"])
    answer = refresh(http, tokens["refresh_token"], client["client_id"])
    assert error(answer) == (400, "invalid_grant")


def test_this_one_has_nothing_to_renew_with(http: httpx.Client, accounts: Path) -> None:
    tokens, _ = kept(accounts, "contractor")
    assert not tokens.get("refresh_token")
    assert who(http, tokens["access_token"]) == "contractor"


def test_each_region_knows_the_client_in_the_files(
    server: SandboxServer, http: httpx.Client, accounts: Path
) -> None:
    for account in accounts.iterdir():
        if (account / "client.json").exists():
            _, client = kept(accounts, account.name)
            url = authorize_url(
                server,
                client["region"],
                client_id=client["client_id"],
                redirect_uri=client["redirect_uri"],
            )
            assert http.get(url).status_code == 200
