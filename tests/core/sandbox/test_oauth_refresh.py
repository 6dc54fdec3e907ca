"""A refresh token is good once; used twice, it ends everything that came from its login."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import Hand
from tests.core.sandbox.oauth_asking import (
    DEMO_REFRESH,
    US,
    error,
    fresh,
    outcomes,
    refresh,
    who,
)

GOOD = {"grant_type": "refresh_token", "client_id": US, "refresh_token": DEMO_REFRESH}


def test_a_refresh_gives_new_tokens_and_nobody_may_keep_them(http: httpx.Client) -> None:
    answer = refresh(http, DEMO_REFRESH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    tokens = answer.json()
    assert set(tokens) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == "projects analysis events"
    assert who(http, tokens["access_token"]) == "acme-corp"
    assert tokens["refresh_token"] != DEMO_REFRESH


def test_a_refresh_ends_the_access_token_before_it(
    server: SandboxServer, http: httpx.Client
) -> None:
    first = server.oauth.issue("acme-corp")
    second = fresh(http, first.refresh_token)
    assert (who(http, first.access_token), who(http, second["access_token"])) == (
        None,
        "acme-corp",
    )
    server.oauth.ends_previous_access = False
    third = fresh(http, second["refresh_token"])
    assert {who(http, each["access_token"]) for each in (second, third)} == {"acme-corp"}


def test_a_spent_refresh_token_ends_the_whole_login(
    server: SandboxServer, http: httpx.Client
) -> None:
    first = server.oauth.issue("acme-corp")
    other = server.oauth.issue("acme-corp")
    second = fresh(http, first.refresh_token)
    third = fresh(http, second["refresh_token"])
    assert server.oauth.is_alive(third["refresh_token"])
    assert not server.oauth.is_alive(first.refresh_token)
    assert error(refresh(http, first.refresh_token)) == (400, "invalid_grant")
    assert not server.oauth.is_alive(third["refresh_token"])
    assert error(refresh(http, third["refresh_token"])) == (400, "invalid_grant")
    assert who(http, third["access_token"]) is None
    # Another login of the same person has nothing to do with it.
    assert who(http, other.access_token) == "acme-corp"
    assert fresh(http, other.refresh_token)


def test_a_refresh_token_belongs_to_its_client_and_region(
    server: SandboxServer, http: httpx.Client
) -> None:
    mine = server.oauth.issue("acme-corp", client_id="mine")
    server.oauth.issue("acme-corp", client_id="yours")
    assert error(refresh(http, mine.refresh_token, "yours")) == (400, "invalid_grant")
    server.oauth.issue("acme-berlin", client_id="mine")
    answer = refresh(http, mine.refresh_token, "mine", region="eu")
    assert error(answer) == (400, "invalid_grant")
    # Strangers who try end nothing.
    assert server.oauth.is_alive(mine.refresh_token)
    assert who(http, mine.access_token) == "acme-corp"


@pytest.mark.parametrize("client_id", ["", "nobody", "made-up-client-eu"])
def test_who_is_no_client_here_is_told_so(http: httpx.Client, client_id: str) -> None:
    answer = refresh(http, DEMO_REFRESH, client_id)
    assert error(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_client"'


def test_a_refresh_may_ask_for_less_but_not_for_more(http: httpx.Client) -> None:
    assert error(refresh(http, DEMO_REFRESH, scope="events funnels")) == (400, "invalid_scope")
    less = refresh(http, DEMO_REFRESH, scope="events").json()
    assert less["scope"] == "events"
    assert fresh(http, less["refresh_token"])["scope"] == "projects analysis events"


def test_access_tokens_end_when_they_should(
    server: SandboxServer, http: httpx.Client, hand: Hand
) -> None:
    server.oauth.access_lifetime = 90
    tokens = fresh(http, DEMO_REFRESH)
    assert tokens["expires_in"] == 90
    hand.forward(89)
    assert who(http, tokens["access_token"]) == "acme-corp"
    hand.forward(1)
    assert who(http, tokens["access_token"]) is None
    assert fresh(http, tokens["refresh_token"])


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "client_id": US}, "invalid_request"),
        ({"grant_type": "refresh_token", "client_id": US, "refresh_token": ""}, "invalid_request"),
        ({"grant_type": "refresh_token", "client_id": US, "refresh_token": "x"}, "invalid_grant"),
        ({**GOOD, "scope": ["events", "events"]}, "invalid_request"),
    ],
)
def test_a_bad_request_has_the_code_for_it(
    http: httpx.Client, form: dict[str, Any], code: str
) -> None:
    assert error(http.post("/us/oauth/token/", data=form)) == (400, code)


def test_only_a_form_is_read(server: SandboxServer, http: httpx.Client) -> None:
    assert error(http.post("/us/oauth/token/", json=GOOD))[0] == 400
    # A token in a URL is in every log on the way.
    answer = http.post("/us/oauth/token/", params=GOOD, data=GOOD)
    assert error(answer) == (400, "invalid_request")
    assert server.oauth.is_alive(DEMO_REFRESH)


def test_the_token_endpoint_takes_post_only_and_has_its_slash(http: httpx.Client) -> None:
    for method in ("GET", "HEAD", "PUT", "OPTIONS", "DELETE"):
        answer = http.request(method, "/us/oauth/token/")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert http.post("/us/oauth/token").status_code == 404


def test_a_test_sees_what_was_asked_and_how_it_ended(
    server: SandboxServer, http: httpx.Client, hand: Hand
) -> None:
    hand.forward(5)
    fresh(http, DEMO_REFRESH)
    refresh(http, DEMO_REFRESH)
    refresh(http, "nonsense", "nobody")
    http.post("/us/oauth/token/")
    good, spent, stranger, empty = server.oauth.token_requests
    assert (good.grant_type, good.outcome, good.client_id) == ("refresh_token", "ok", US)
    assert (good.account, good.time) == ("acme-corp", hand.now())
    assert (spent.outcome, spent.account) == ("invalid_grant", None)
    assert (stranger.outcome, stranger.client_id) == ("invalid_client", "nobody")
    assert (empty.grant_type, empty.outcome) == ("", "unsupported_grant_type")
    assert server.oauth.refreshes == 1


def test_a_test_starts_from_a_login_of_its_own(
    server: SandboxServer, http: httpx.Client, hand: Hand
) -> None:
    ended = server.oauth.issue("acme-berlin", ends_in=-1)
    assert ended.client_id == "made-up-client-eu"
    assert who(http, ended.access_token, "eu") is None
    tokens = refresh(http, ended.refresh_token, ended.client_id, region="eu").json()
    assert who(http, tokens["access_token"], "eu") == "acme-berlin"
    soon = server.oauth.issue("somebody", client_id="theirs", ends_in=10, region="in")
    assert who(http, soon.access_token, "in") == "somebody"
    hand.forward(10)
    assert who(http, soon.access_token, "in") is None
    assert refresh(http, soon.refresh_token, "theirs", region="in").status_code == 200
    assert ended.access_token not in repr(ended)
    assert ended.refresh_token not in repr(ended)


def test_a_person_of_the_demo_is_who_they_are_on_the_pages(
    server: SandboxServer, http: httpx.Client
) -> None:
    token = server.oauth.issue("guest", region="eu").access_token
    answer = http.get("/eu/api/app/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["results"]["user_email"] == "sam@guest.example"
    assert answer.json()["results"]["projects"] == {}


def test_a_login_ends_from_the_other_side(server: SandboxServer, http: httpx.Client) -> None:
    issued = server.oauth.issue("acme-corp")
    server.oauth.revoke(issued.refresh_token)
    server.oauth.revoke("nonsense")
    assert not server.oauth.is_alive(issued.refresh_token)
    assert who(http, issued.access_token) is None
    assert error(refresh(http, issued.refresh_token)) == (400, "invalid_grant")


def test_fifty_at_once_are_one_success_and_then_the_end(
    server: SandboxServer, http: httpx.Client
) -> None:
    issued = server.oauth.issue("acme-corp")
    answers: list[int] = []

    def ask() -> None:
        answers.append(refresh(http, issued.refresh_token).status_code)

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [400] * 49
    assert server.oauth.refreshes == 1


def test_the_client_is_refused_for_a_while(server: SandboxServer, http: httpx.Client) -> None:
    server.oauth.refused_clients = 2
    answers = [refresh(http, DEMO_REFRESH).status_code for _ in range(3)]
    assert answers == [401, 401, 200]
    server.oauth.clients.forget(US)
    assert outcomes(server) == ["invalid_client", "invalid_client", "ok"]
    assert error(refresh(http, DEMO_REFRESH)) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token_type", "mac"),
        ("expires_in", -5),
        ("expires_in", "3600"),
        ("expires_in", 10**400),
        ("access_token", ["list"]),
    ],
)
def test_an_answer_lies_when_it_is_told_to(
    server: SandboxServer, http: httpx.Client, name: str, value: object
) -> None:
    server.oauth.overrides.token[name] = value
    tokens = fresh(http, DEMO_REFRESH)
    assert tokens[name] == value
    server.oauth.overrides.clear()
    assert fresh(http, tokens["refresh_token"])[name] != value


def test_an_answer_without_a_refresh_token_leaves_the_old_one_good(
    server: SandboxServer, http: httpx.Client
) -> None:
    server.oauth.overrides.token.update(refresh_token=None, expires_in=None)
    for _ in range(2):
        tokens = fresh(http, DEMO_REFRESH)
        assert set(tokens) == {"access_token", "token_type", "scope"}
        assert who(http, tokens["access_token"]) == "acme-corp"
    server.oauth.overrides.clear()
    assert fresh(http, DEMO_REFRESH)["refresh_token"] != DEMO_REFRESH


@pytest.mark.parametrize(
    ("fault", "spends"),
    [
        (Fault(status=503), False),
        (Fault("html"), False),
        (Fault("truncated"), True),
        (Fault("drop"), True),
        (Fault("drop", handled=False), False),
        (Fault(status=502, handled=True), True),
    ],
)
def test_a_lost_answer_spends_the_token_and_a_refused_request_does_not(
    server: SandboxServer, http: httpx.Client, fault: Fault, spends: bool
) -> None:
    server.faults.add("/oauth/token", fault)
    try:
        refresh(http, DEMO_REFRESH)
    except httpx.RemoteProtocolError:
        assert fault.kind == "drop"
    assert server.oauth.is_alive(DEMO_REFRESH) is not spends


def test_a_fault_can_be_one_accounts(server: SandboxServer, http: httpx.Client) -> None:
    server.faults.add("/us/oauth/token/", Fault(status=429, retry_after=1, account="acme-corp"))
    other = server.oauth.issue("contractor")
    assert refresh(http, other.refresh_token).status_code == 200
    assert refresh(http, DEMO_REFRESH).status_code == 429
    assert [entry.account for entry in server.requests] == ["contractor", "acme-corp"]


def test_the_log_keeps_a_form_without_its_secrets(
    server: SandboxServer, http: httpx.Client
) -> None:
    form = {
        "grant_type": "authorization_code",
        **{name: f"canary-{name}" for name in ("code", "code_verifier", "device_code", "token")},
        "refresh_token": "canary-refresh",
        "client_id": US,
    }
    http.post("/us/oauth/token/", data=form, headers={"Referer": "http://x/?code=canary-3"})
    http.get("/us/oauth/authorize/?state=canary-state&user_code=canary-user&client_id=x")
    post, get = server.requests
    assert (post.form["client_id"], post.form["grant_type"]) == ((US,), ("authorization_code",))
    assert post.form["code"][0].startswith("sha256:")
    assert get.query["client_id"] == ("x",)
    everything = repr([*server.requests, *server.oauth.token_requests, server.oauth.grants])
    assert "canary" not in everything
    assert DEMO_REFRESH not in everything
