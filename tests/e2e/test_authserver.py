"""The authorization server of the tests is a real one: what it does, seen without our own client.

A client that copes with these answers copes with Mixpanel's, which runs the same toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.authserver.by_hand import (
    DEVICE_GRANT,
    Attempt,
    ByHand,
    Login,
    listening,
    says,
)
from tests.e2e.authserver.process import PATIENCE, AuthServer
from tests.e2e.browser import Browser

pytestmark = [pytest.mark.authserver, pytest.mark.needs_chromium]


@pytest.fixture
def client(auth_server: AuthServer) -> Iterator[ByHand]:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
        yield ByHand(http, auth_server.base_url)


@pytest.fixture
def login(auth_server: AuthServer, browser: Browser, client: ByHand) -> Callable[[], Login]:
    """Log alice in, through the browser."""

    def run() -> Login:
        browser.forget()
        return client.log_in(browser, "alice", auth_server.users["alice"])

    return run


class TestMetadata:
    @pytest.mark.parametrize("path", ["", "/oauth"])
    def test_it_names_the_issuer_that_was_asked_and_every_address(
        self, path: str, auth_server: AuthServer, client: ByHand
    ) -> None:
        well_known = f"{auth_server.base_url}/.well-known/oauth-authorization-server{path}"
        fields = client.look(well_known).json()
        assert fields["issuer"] == auth_server.issuer + path
        assert {name: fields[name] for name in fields if name.endswith("_endpoint")} == {
            f"{name}_endpoint": f"{auth_server.base_url}/oauth/{place}/"
            for name, place in (
                ("authorization", "authorize"),
                ("token", "token"),
                ("registration", "mcp/register"),
                ("revocation", "revoke_token"),
                ("introspection", "introspect"),
                ("device_authorization", "device-authorization"),
            )
        }
        assert "S256" in fields["code_challenge_methods_supported"]
        assert fields["token_endpoint_auth_methods_supported"] == ["none"]

    def test_the_other_place_for_it_is_empty(self, auth_server: AuthServer, client: ByHand) -> None:
        other = f"{auth_server.base_url}/.well-known/openid-configuration"
        assert client.look(other).status_code == 404


class TestRegistration:
    def test_a_public_client_gets_an_id_and_no_secret(self, client: ByHand) -> None:
        answer = client.register("http://localhost:19284/callback", scope="projects events")
        fields = answer.json()
        assert answer.status_code == 201
        assert fields["client_id"]
        assert fields["redirect_uris"] == ["http://localhost:19284/callback"]
        assert fields["token_endpoint_auth_method"] == "none"
        assert not fields.keys() & {"client_secret", "scope"}

    @pytest.mark.parametrize("uri", ["javascript:alert(1)", "http://localhost/callback#here"])
    def test_a_redirect_that_could_harm_is_refused(self, uri: str, client: ByHand) -> None:
        assert says(client.register(uri)) == (400, "invalid_client_metadata")

    def test_one_client_cannot_have_redirects_and_device_codes(self, client: ByHand) -> None:
        both = ["authorization_code", DEVICE_GRANT, "refresh_token"]
        answer = client.register("http://localhost:19284/callback", grant_types=both)
        assert says(answer) == (400, "invalid_client_metadata")


class TestAuthorizing:
    def test_a_login_in_the_browser_ends_at_who_the_user_is(
        self, client: ByHand, login: Callable[[], Login]
    ) -> None:
        tokens = login().tokens
        assert tokens["token_type"] == "Bearer"
        assert tokens["expires_in"] == 36000
        assert {"projects", "bookmarks"} <= set(tokens["scope"].split())
        answer = client.me(tokens["access_token"])
        assert answer.status_code == 200
        who = answer.json()["results"]
        assert who["user_email"] == "alice@example.com"
        assert (len(who["organizations"]), len(who["projects"])) == (1, 2)

    def test_a_refusal_in_the_browser_arrives_with_the_state(
        self, auth_server: AuthServer, browser: Browser, client: ByHand
    ) -> None:
        with listening() as redirects:
            client_id = client.register(redirects.uri).json()["client_id"]
            one = Attempt()
            browser.open(client.authorize_url(client_id, redirects.uri, one))
            browser.sign_in("bob", auth_server.users["bob"])
            browser.press("Cancel")
            assert redirects.next() == {"error": "access_denied", "state": one.state}
            assert browser.url.startswith(redirects.uri)
            assert browser.text == "Welcome"

    def test_a_user_who_has_consented_is_asked_again(
        self, browser: Browser, client: ByHand, login: Callable[[], Login]
    ) -> None:
        mine = login()
        browser.open(client.authorize_url(mine.client_id, mine.redirect_uri, Attempt()))
        browser.wait_for("Application requires the following permissions")

    def test_who_is_redirected_says_the_server_when_it_is_set_to(
        self, auth_server: AuthServer, browser: Browser, client: ByHand
    ) -> None:
        with (
            listening() as redirects,
            auth_server.settings(COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS=True),
        ):
            client_id = client.register(redirects.uri).json()["client_id"]
            url = client.authorize_url(client_id, redirects.uri, Attempt())
            browser.open(url)
            browser.sign_in("alice", auth_server.users["alice"])
            browser.press("Authorize")
            assert redirects.next()["iss"] == auth_server.issuer
            browser.open(url)
            browser.press("Cancel")
            # A gap of the toolkit: its metadata promises ``iss``, and a refusal has none.
            assert "iss" not in redirects.next()

    @pytest.mark.parametrize(
        ("registered", "asked", "status"),
        [
            ("http://localhost:19284/callback", "http://localhost:19284/callback", 302),
            ("http://localhost:19284/callback", "http://localhost:19285/callback", 400),
            ("http://localhost:19284/callback", "http://127.0.0.1:19284/callback", 400),
            ("http://127.0.0.1:19284/callback", "http://127.0.0.1:19285/callback", 302),
            ("http://127.0.0.1:19284/callback", "http://127.0.0.1:19284/other", 400),
        ],
    )
    def test_a_redirect_must_be_the_registered_one_but_for_the_port_of_an_address(
        self, registered: str, asked: str, status: int, client: ByHand
    ) -> None:
        client_id = client.register(registered).json()["client_id"]
        url = client.authorize_url(client_id, asked, Attempt())
        # With ``prompt=none`` nobody is asked to log in before the request is judged.
        assert client.look(f"{url}&prompt=none").status_code == status


class TestExchangingTheCode:
    @pytest.fixture
    def granted(
        self, auth_server: AuthServer, browser: Browser, client: ByHand
    ) -> tuple[str, str, str, Attempt]:
        """Client, code and redirect of a consent, and the attempt it belongs to."""
        one = Attempt()
        with listening() as redirects:
            client_id = str(client.register(redirects.uri).json()["client_id"])
            browser.open(client.authorize_url(client_id, redirects.uri, one))
            browser.sign_in("alice", auth_server.users["alice"])
            browser.press("Authorize")
            return client_id, redirects.next()["code"], redirects.uri, one

    def test_only_the_right_verifier_client_and_redirect_get_tokens_and_only_once(
        self, client: ByHand, granted: tuple[str, str, str, Attempt]
    ) -> None:
        client_id, code, uri, one = granted
        other = client.register(uri).json()["client_id"]
        assert says(client.exchange(client_id, code, uri, Attempt())) == (400, "invalid_grant")
        assert says(client.exchange(other, code, uri, one)) == (400, "invalid_grant")
        assert says(client.exchange("nobody", code, uri, one)) == (401, "invalid_client")
        # Not invalid_grant, as RFC 6749 has it.
        elsewhere = client.exchange(client_id, code, uri + "/", one)
        assert says(elsewhere) == (400, "invalid_request")
        # A code outlives mistakes.
        assert says(client.exchange(client_id, code, uri, one)) == (200, None)
        assert says(client.exchange(client_id, code, uri, one)) == (400, "invalid_grant")

    def test_without_a_challenge_there_is_no_code(self, client: ByHand) -> None:
        uri = "http://localhost:19284/callback"
        client_id = client.register(uri).json()["client_id"]
        url = client.authorize_url(client_id, uri, Attempt()).partition("&code_challenge")[0]
        answer = client.look(f"{url}&prompt=none")
        assert answer.status_code == 302
        assert "error=invalid_request" in answer.headers["Location"]


class TestRefreshing:
    def test_a_refresh_replaces_both_tokens_at_once(
        self, client: ByHand, login: Callable[[], Login]
    ) -> None:
        old = login()
        answer = client.refresh(old.client_id, old.refresh)
        new = old._replace(tokens=answer.json())
        assert answer.status_code == 200
        assert new.refresh != old.refresh
        assert new.tokens["scope"] == old.tokens["scope"]
        assert client.me(new.access).status_code == 200
        assert client.me(old.access).status_code == 401

    def test_a_refresh_token_used_twice_ends_the_whole_login(
        self, client: ByHand, login: Callable[[], Login]
    ) -> None:
        old = login()
        new = old._replace(tokens=client.refresh(old.client_id, old.refresh).json())
        assert says(client.refresh(old.client_id, old.refresh)) == (400, "invalid_grant")
        assert client.me(new.access).status_code == 401
        assert says(client.refresh(new.client_id, new.refresh)) == (400, "invalid_grant")

    def test_every_one_of_many_refreshes_at_once_is_counted(
        self, auth_server: AuthServer, client: ByHand, login: Callable[[], Login]
    ) -> None:
        mine = login()
        with ThreadPoolExecutor(6) as pool:
            tries = [pool.submit(client.refresh, mine.client_id, mine.refresh) for _ in range(6)]
        statuses = [each.result().status_code for each in tries]
        # Who wins is a race: one, some with the same tokens, some with others, a 500 among them.
        assert 200 in statuses
        counted = auth_server.token_requests(mine.client_id)
        assert [each.grant_type for each in counted] == ["authorization_code"] + [
            "refresh_token"
        ] * len(statuses)
        assert sorted(each.status for each in counted[1:]) == sorted(statuses)
        assert {each.error for each in counted} <= {None, "invalid_grant"}

    def test_another_client_or_one_that_is_gone_gets_nothing(
        self, auth_server: AuthServer, client: ByHand, login: Callable[[], Login]
    ) -> None:
        mine = login()
        other = client.register("http://localhost:19284/callback").json()["client_id"]
        assert says(client.refresh(other, mine.refresh)) == (400, "invalid_grant")
        assert says(client.refresh("nobody", mine.refresh)) == (401, "invalid_client")
        assert client.me(mine.access).status_code == 200
        auth_server.delete_client(mine.client_id)
        assert says(client.refresh(mine.client_id, mine.refresh)) == (401, "invalid_client")
        assert client.me(mine.access).status_code == 401

    def test_an_expired_access_token_is_refused_and_can_be_refreshed(
        self, auth_server: AuthServer, client: ByHand, login: Callable[[], Login]
    ) -> None:
        with auth_server.settings(ACCESS_TOKEN_EXPIRE_SECONDS=90):
            mine = login()
        assert mine.tokens["expires_in"] == 90
        auth_server.expire_access_token(mine.access)
        assert client.me(mine.access).status_code == 401
        answer = client.refresh(mine.client_id, mine.refresh)
        assert answer.json()["expires_in"] == 36000


class TestRevoking:
    @pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
    def test_revoking_either_token_ends_both(
        self, kind: str, client: ByHand, login: Callable[[], Login]
    ) -> None:
        mine = login()
        answer = client.revoke(mine.client_id, mine.tokens[kind])
        assert (answer.status_code, answer.content) == (200, b"")
        assert client.me(mine.access).status_code == 401
        assert says(client.refresh(mine.client_id, mine.refresh)) == (400, "invalid_grant")
        assert client.revoke(mine.client_id, mine.tokens[kind]).status_code == 200

    def test_another_client_is_told_yes_and_nothing_happens(
        self, client: ByHand, login: Callable[[], Login]
    ) -> None:
        mine = login()
        other = client.register("http://localhost:19284/callback").json()["client_id"]
        assert client.revoke(other, mine.refresh).status_code == 200
        assert says(client.revoke("nobody", mine.refresh)) == (401, "invalid_client")
        assert client.me(mine.access).status_code == 200

    def test_what_the_server_takes_back_is_gone(
        self, auth_server: AuthServer, client: ByHand, login: Callable[[], Login]
    ) -> None:
        mine = login()
        auth_server.revoke(mine.client_id)
        assert client.me(mine.access).status_code == 401
        assert says(client.refresh(mine.client_id, mine.refresh)) == (400, "invalid_grant")
