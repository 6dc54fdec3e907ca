"""A session logs in with a code, once, and says what it is doing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import mixdesk as mp
from mixdesk.clients import BitfountSession, DeviceSession
from mixdesk.login.events import BrowserOpened, CodeReady, NoBrowser, TokensReceived
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.oauth_device_endpoints import begin_device
from mixdesk.sandbox.oauth_token import token
from mixdesk.sandbox.routes import Route
from tests.core.oauth.logins import TOKEN_PATH
from tests.fakes.nobody import cut_off

from .sessions import Desk, stored


class TestTheFirstLogin:
    def test_gives_what_a_request_is_sent_with(self, desk: Desk) -> None:
        session = desk.session()
        assert not session.authenticated
        session.authenticate()
        assert session.authenticated
        answer = session.get(desk.me)
        assert answer.status_code == 200
        assert answer.json()["results"]["user_email"] == "ana@acme.example"
        assert desk.logins == 1

    def test_asks_for_the_scopes_and_the_audience(self, desk: Desk) -> None:
        desk.session(scopes="events funnels").authenticate()
        (asked,) = desk.server.requests.to("/oauth/device-authorization/")
        assert asked.form["scope"] == ("events funnels",)
        assert asked.form["audience"] == (desk.audience,)

    def test_tells_the_code_and_opens_a_browser(self, desk: Desk) -> None:
        desk.session().authenticate()
        ready, opened, received = desk.events
        assert isinstance(ready, CodeReady)
        assert isinstance(opened, BrowserOpened)
        assert isinstance(received, TokensReceived)
        assert desk.browser.opened == [ready.complete_url]

    def test_opens_no_browser_when_told_so(self, desk: Desk) -> None:
        desk.session(open_browser=False).authenticate()
        assert desk.browser.opened == []
        assert NoBrowser("not asked for") in desk.events

    def test_says_on_stderr_what_to_do(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        codes: list[str] = []

        def waiting() -> None:
            said = capsys.readouterr()
            if "the code" in said.err:
                codes.append(said.err)
                code = said.err.partition("the code ")[2][:9]
                device = desk.server.oauth.devices.waiting(code)
                assert device is not None
                desk.server.oauth.devices.decide(device, desk.identity)
            assert said.out == ""

        desk.waits.meanwhile = waiting
        desk.session(on_event=None).authenticate()
        (said,) = codes
        assert f"within 10 min, open {desk.issuer}/device/?user_code=" in said
        assert "A browser has been opened" in said

    def test_comes_by_itself_when_a_request_needs_it(self, desk: Desk) -> None:
        session = desk.session()
        assert session.get(desk.me).status_code == 200
        assert desk.logins == 1

    def test_shows_the_code_s_times(self, desk: Desk) -> None:
        session = desk.session()
        before = (
            session.device_code,
            session.device_code_arrival_time,
            session.device_code_expires_at,
            session.token_request_interval,
        )
        assert before == (None, None, None, None)
        now = datetime.fromtimestamp(desk.clock.now(), UTC)
        session.authenticate()
        assert (session.device_code or "").startswith("made-up-device-")
        assert session.device_code_arrival_time == now
        assert session.device_code_expires_at == now + timedelta(seconds=600)
        assert session.token_request_interval == 5.0

    def test_shows_the_tokens(self, desk: Desk) -> None:
        desk.name("ana")
        session = desk.session()
        before = (session.access_token_expires_at, session.refresh_token, session.id_token)
        assert before == (None, None, None)
        session.authenticate()
        fields = stored(session)
        assert session.refresh_token == fields["refresh_token"]
        assert session.id_token == fields["id_token"]
        assert session.access_token == fields["access_token"]
        ends = datetime.fromtimestamp(desk.clock.now() + 3600, UTC)
        assert session.access_token_expires_at == ends
        assert not session.expired


class TestTheWait:
    def test_is_five_seconds_where_the_server_does_not_say(self, desk: Desk) -> None:
        desk.server.oauth.overrides.device["interval"] = None
        session = desk.session()
        session.authenticate()
        assert session.token_request_interval == 5.0
        assert desk.clock.slept == [5.0]

    def test_is_five_seconds_longer_after_every_slow_down(self, desk: Desk) -> None:
        desk.says = "nothing"
        desk.server.oauth.overrides.device["interval"] = 1
        session = desk.session()

        def decide() -> None:
            if len(desk.clock.slept) == 3:
                desk.says = "yes"
                ready = desk.events[0]
                desk.events.clear()
                desk.hear(ready)

        desk.waits.meanwhile = decide
        session.authenticate()
        assert desk.clock.slept == [1.0, 1.0, 6.0, 11.0]


class TestLoggingInAgain:
    def test_is_not_needed_in_another_process(self, desk: Desk) -> None:
        desk.session().authenticate()
        other = desk.session()
        assert not other.authenticated
        other.authenticate()
        assert other.authenticated
        assert desk.logins == 1

    def test_is_needed_by_another_user(self, desk: Desk) -> None:
        desk.session().authenticate()
        desk.session("ben").authenticate()
        assert desk.logins == 2

    @pytest.mark.parametrize("other", [{"scopes": "funnels"}, {"audience": "https://a.example"}])
    def test_is_needed_for_what_the_tokens_are_not_for(
        self, desk: Desk, other: dict[str, str]
    ) -> None:
        desk.session().authenticate()
        desk.session(**other).authenticate()
        assert desk.logins == 2

    def test_is_needed_at_another_server_and_leaves_the_first_login_alone(self, desk: Desk) -> None:
        first = desk.session()
        first.authenticate()
        other = desk.session(auth_domain=f"{desk.server.origin}/eu/oauth")
        assert other.token_file != first.token_file

    def test_is_needed_when_the_grant_is_over(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.server.oauth.revoke(str(session.refresh_token))
        desk.clock.forward(3600)
        assert session.get(desk.me).status_code == 200
        assert desk.logins == 2


class TestNoToken:
    def test_is_a_connection_error_that_says_who_said_no(self, desk: Desk) -> None:
        desk.says = "no"
        session = desk.session()
        with pytest.raises(ConnectionError) as caught:
            session.authenticate()
        assert isinstance(caught.value, mp.TokenUnavailableError)
        assert caught.value.code == "OAUTH_AUTH_DENIED"
        assert "mp login" not in caught.value.message
        assert not session.token_file.exists()

    def test_is_a_connection_error_when_nobody_says_anything(self, desk: Desk) -> None:
        desk.says = "nothing"
        with pytest.raises(ConnectionError) as caught:
            desk.session().authenticate()
        assert isinstance(caught.value, mp.TokenUnavailableError)
        assert caught.value.code == "OAUTH_TIMEOUT"
        assert desk.clock.slept[-1] <= 5.0

    def test_is_a_connection_error_when_the_server_is_away(self, desk: Desk) -> None:
        session = desk.session()
        with cut_off(desk.server), pytest.raises(ConnectionError, match="Check your network"):
            session.authenticate()

    def test_is_a_connection_error_for_a_request_too(self, desk: Desk) -> None:
        desk.says = "no"
        with pytest.raises(ConnectionError):
            desk.session().get(desk.me)

    def test_leaves_the_login_as_it_is_when_the_server_is_away_for_a_while(
        self, desk: Desk
    ) -> None:
        session = desk.session()
        session.authenticate()
        before = session.token_file.read_bytes()
        desk.clock.forward(3600)
        with cut_off(desk.server), pytest.raises(ConnectionError, match="Check your network"):
            session.authenticate()
        assert session.token_file.read_bytes() == before
        assert desk.logins == 1

    def test_of_a_server_that_fails_for_a_while_asks_nobody_to_log_in(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.clock.forward(3600)
        desk.server.faults.add(TOKEN_PATH, Fault(status=503, times=1))
        with pytest.raises(ConnectionError, match="Check your network"):
            session.get(desk.me)
        assert desk.logins == 1
        assert session.get(desk.me).status_code == 200
        assert desk.logins == 1


class TestTheServer:
    def test_is_the_one_that_the_document_names(self) -> None:
        assert BitfountSession is DeviceSession
        with DeviceSession() as session:
            assert session.token_file.parent.parent.name == "auth.bitfount.com"

    def test_may_be_laid_out_in_the_usual_way(self, desk: Desk) -> None:
        desk.server.routes += [
            Route("POST", "/oauth/device/code", begin_device),
            Route("POST", "/oauth/token", token),
        ]
        session = desk.session(auth_domain=desk.server.origin.partition("//")[2])
        session.authenticate()
        assert session.get(desk.me).status_code == 200

    @pytest.mark.parametrize(
        "auth_domain", ["", "http://auth.example.com", "a b", "ftp://x", "x?y", "user:pw@x"]
    )
    def test_is_refused_where_no_secret_may_be_sent(self, auth_domain: str) -> None:
        with pytest.raises(mp.InvalidArgumentError, match="auth_domain") as caught:
            DeviceSession(auth_domain)
        assert "pw" not in caught.value.message

    @pytest.mark.parametrize("audience", ["", "hub", "http://hub.example.com/api", "urn:x:y"])
    def test_needs_an_audience_with_an_address(self, audience: str) -> None:
        with pytest.raises(mp.InvalidArgumentError, match="audience"):
            DeviceSession(audience=audience)
