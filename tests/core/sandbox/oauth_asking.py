"""Asks the authorization server of the sandbox as a client does, without being ours."""

from __future__ import annotations

import json
from typing import Any

import httpx

from mixdesk.model.rules import Region
from mixdesk.sandbox.server import SandboxServer

US = "made-up-client-us"
DEMO_REFRESH = "made-up-refresh-of-acme-corp"


def refresh(
    http: httpx.Client,
    token: str,
    client_id: str = US,
    *,
    region: Region = "us",
    **more: str,
) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client_id}
    return http.post(f"/{region}/oauth/token/", data={**form, **more})


def fresh(http: httpx.Client, token: str) -> dict[str, Any]:
    """The tokens of a refresh that succeeds."""
    answer = refresh(http, token)
    assert answer.status_code == 200, answer.text
    fields: dict[str, Any] = answer.json()
    return fields


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which nobody may keep."""
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()["error"]


def who(http: httpx.Client, access_token: str, region: Region = "us") -> str | None:
    """The account that an access token stands for; None when it is good for nothing."""
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = http.get(f"/{region}/api/app/me", headers=headers)
    if answer.status_code == 401:
        return None
    name: str = answer.json()["results"]["sandbox"]["account"]
    return name


def outcomes(server: SandboxServer) -> list[str]:
    return [each.outcome for each in server.oauth.token_requests]


REDIRECT = "http://localhost:19284/callback"
VERIFIER = "made-up-verifier-" + "v" * 43
CHALLENGE = "cSkc5eR2xt9pB0IOi-Gj_drb1SiAc8QB-xTJJBpqe-g"
STATE = "made-up-state"


def authorize_url(server: SandboxServer, region: Region = "us", /, **instead: str | None) -> str:
    """The URL that a client of the demo opens; None leaves a parameter out."""
    usual: dict[str, str | None] = {
        "response_type": "code",
        "client_id": f"made-up-client-{region}",
        "redirect_uri": REDIRECT,
        "state": STATE,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    params = {name: value for name, value in {**usual, **instead}.items() if value is not None}
    return f"{server.url('/oauth/authorize/', region)}?{httpx.QueryParams(params)}"


def redeem(
    http: httpx.Client, code: str, region: Region = "us", /, **instead: str | None
) -> httpx.Response:
    """Exchange a code; None leaves a field out."""
    usual: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": f"made-up-client-{region}",
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    form = {name: value for name, value in {**usual, **instead}.items() if value is not None}
    return http.post(f"/{region}/oauth/token/", data=form)


def register(http: httpx.Client, region: Region = "us", /, **metadata: Any) -> httpx.Response:
    body = {"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none", **metadata}
    # The standard library escapes even what is half a character.
    return http.post(f"/{region}/oauth/mcp/register/", content=json.dumps(body))
