"""Every public error happens to somebody: each is made to, by what a program can call."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

import mixdesk as mp
from mixdesk.sandbox.faults import Fault
from mixdesk.store.config import ConfigManager
from mixdesk.store.locks import locked
from mixdesk.store.snapshot import locate

from .desk import BEARER, QUAD, Desk

Provoke = Callable[[Desk], object]
CASES: list[tuple[type[mp.MixdeskError], str, Provoke]] = []
"""The error, its code, and what brings it about."""

SECRETS = ("secret-of", "token-of", "made-up-access", "made-up-refresh", "canary")
OF_LOGINS = {"ProjectNotFoundError"}
"""Errors that only a login meets."""

OF_SESSIONS = {
    *("AuthEnvironmentError", "AuthenticatedUserError", "TokenUnavailableError"),
    *("FederationError", "FederationTimeoutError"),
}
"""Errors of ``mp.clients``."""

SAY_THEMSELVES_WHAT_TO_DO = (mp.QueryError, mp.StoreError)
"""The server's own words, or the system's, are the reason."""


def case(kind: type[mp.MixdeskError], code: str = "") -> Callable[[Provoke], Provoke]:
    def keep(provoke: Provoke) -> Provoke:
        CASES.append((kind, code or kind.default_code, provoke))
        return provoke

    return keep


@case(mp.ConfigError)
def no_account(desk: Desk) -> object:
    desk.write(desk.config, "")
    return mp.Workspace()


@case(mp.ConfigError)
def no_project(desk: Desk) -> object:
    return desk.open().use(account="bare")


@case(mp.ConfigError)
def a_bad_variable(desk: Desk) -> object:
    desk.setenv({"MP_REGION": "mars"})
    return desk.open()


@case(mp.ConfigError)
def a_plain_address(desk: Desk) -> object:
    desk.setenv({"MP_API_BASE_URL": "http://mixpanel.example"})
    return desk.open().events()


@case(mp.ConfigError)
def a_bridge_of_another_version(desk: Desk) -> object:
    desk.carry(version=1)
    return desk.open()


@case(mp.AccountNotFoundError)
def an_unknown_account(desk: Desk) -> object:
    return desk.open().use(account="taem")


@case(mp.AccountNotFoundError)
def an_account_of_the_environment_to_keep(desk: Desk) -> object:
    desk.setenv({**QUAD, "MP_PROJECT_ID": "3713231"})
    return desk.open().use(persist=True)


@case(mp.TargetNotFoundError)
def an_unknown_target(desk: Desk) -> object:
    return desk.open().use(target="ecm")


@case(mp.AccountExistsError)
def an_account_twice(desk: Desk) -> object:
    return mp.accounts.add("team", type="oauth_browser")


@case(mp.TargetExistsError)
def a_target_twice(desk: Desk) -> object:
    return mp.targets.add("ecom", account="team", project="5")


@case(mp.AccountInUseError)
def an_account_that_targets_need(desk: Desk) -> object:
    return mp.accounts.remove("team")


@case(mp.InvalidArgumentError)
def a_project_that_is_none(desk: Desk) -> object:
    return desk.open().use(project="x\x1b[2J")


@case(mp.InvalidArgumentError)
def an_address_elsewhere(desk: Desk) -> object:
    return desk.open().request("GET", "https://user:canary@evil.test/?token=canary")


@case(mp.StoreError, "STORE_CORRUPT")
def a_file_that_does_not_parse(desk: Desk) -> object:
    desk.write(desk.config, 'secret = "canary')
    return desk.open()


@case(mp.StoreError, "STORE_UNSAFE_PATH")
def tokens_that_others_may_read(desk: Desk) -> object:
    (desk.root / "accounts" / "personal" / "tokens.json").chmod(0o644)
    return desk.open().use(account="personal")


@case(mp.StoreError, "STORE_IO")
def a_file_for_a_directory(desk: Desk) -> object:
    desk.setenv({"MP_CONFIG_PATH": f"{desk.config}/config.toml"})
    return desk.open()


@case(mp.StoreError, "STORE_LOCKED")
def a_file_that_is_being_changed(desk: Desk) -> object:
    desk.patch.setattr("mixdesk.ops.context.ConfigManager", partial(ConfigManager, wait=0.01))
    with locked(locate(desk.config), wait=0.0):
        return desk.open().use(project="5", persist=True)


@case(mp.OAuthError, "OAUTH_TOKEN_ERROR")
def an_account_that_never_logged_in(desk: Desk) -> object:
    return desk.open(account="late").events()


@case(mp.OAuthError, "OAUTH_TOKEN_ERROR")
def a_variable_that_is_not_set(desk: Desk) -> object:
    return desk.open().use(account="silent")


@case(mp.OAuthError, "OAUTH_REFRESH_REVOKED")
def a_login_that_is_over(desk: Desk) -> object:
    return desk.open(account="dead").events()


@case(mp.OAuthError, "OAUTH_REFRESH_ERROR")
def a_login_that_does_not_renew(desk: Desk) -> object:
    path = desk.root / "accounts" / "dead" / "tokens.json"
    fields = json.loads(path.read_text())
    del fields["refresh_token"]
    desk.write(path, json.dumps(fields))
    return mp.accounts.token("dead")


@case(mp.OAuthError, "OAUTH_CONFIG_ERROR")
def a_login_at_another_server(desk: Desk) -> object:
    desk.log_in("personal", region="eu", ends_in=-60.0)
    client = {
        "client_id": "made-up-client-eu",
        "region": "eu",
        "redirect_uri": "http://localhost:19284/callback",
        "scope": "projects",
        "created_at": "2026-01-01T00:00:00+00:00",
        "issuer": "https://elsewhere.example/oauth",
    }
    desk.write(desk.root / "accounts" / "personal" / "client.json", json.dumps(client))
    return desk.open().use(account="personal")


@case(mp.RegionProbeError)
def a_credential_of_no_region(desk: Desk) -> object:
    return mp.probe_region("Bearer canary")


@case(mp.RegionProbeNetworkError)
def a_network_without_mixpanel(desk: Desk) -> object:
    desk.setenv({"MP_API_BASE_URL": "http://127.0.0.1:1/{region}"})
    return mp.probe_region("Bearer canary")


@case(mp.APIError, "NETWORK_ERROR")
def a_server_that_hangs_up(desk: Desk) -> object:
    desk.server.faults.add("/api/", Fault("drop"))
    return desk.open().events()


@case(mp.APIError)
def a_web_page(desk: Desk) -> object:
    desk.server.faults.add("/api/", Fault("html", status=200))
    return desk.open().me()


@case(mp.AuthenticationError)
def a_token_that_is_not_accepted(desk: Desk) -> object:
    desk.setenv({**BEARER, "MP_OAUTH_TOKEN": "canary", "MP_PROJECT_ID": "3713231"})
    return desk.open().events()


@case(mp.AuthenticationError)
def a_project_of_another_organization(desk: Desk) -> object:
    desk.server.faults.add("/api/", Fault(status=403, message="no"))
    return desk.open().events()


@case(mp.RateLimitError)
def a_server_that_asks_to_wait_for_long(desk: Desk) -> object:
    desk.server.faults.add("/api/", Fault(status=429, retry_after=3600))
    return desk.open().events()


@case(mp.QueryError)
def a_period_that_is_none(desk: Desk) -> object:
    return desk.open().segmentation("Sign Up", from_date="soon", to_date="later")


@case(mp.ServerError)
def a_server_that_fails(desk: Desk) -> object:
    desk.server.faults.add("/api/", Fault(status=503))
    return desk.open().events()


@case(mp.WorkspaceScopeError)
def a_project_without_workspaces(desk: Desk) -> object:
    return desk.open().use(project="1").resolve_workspace()


@pytest.mark.parametrize(
    ("kind", "code", "provoke"), CASES, ids=[provoke.__name__ for _, _, provoke in CASES]
)
def test_it_happens_is_worded_and_shows_no_secret(
    desk: Desk, kind: type[mp.MixdeskError], code: str, provoke: Provoke
) -> None:
    with pytest.raises(kind) as caught:
        provoke(desk)
    error = caught.value
    assert (type(error), error.code) == (kind, code)
    said = error.to_dict()
    assert json.loads(json.dumps(said)) == said
    assert error.message.isprintable()
    assert error.hint or kind in SAY_THEMSELVES_WHAT_TO_DO
    assert not [secret for secret in SECRETS if secret in f"{said} {error!r}"]


def test_every_public_error_is_among_them() -> None:
    public = {getattr(mp, name) for name in mp.__all__ if name.endswith("Error")}
    happened = {kind for kind, *_ in CASES}
    left = {error.__name__ for error in public - happened}
    assert left == {"MixdeskError"} | OF_LOGINS | OF_SESSIONS
