"""The one refresh: one request for everyone who waits, and no token lost whatever comes between."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.model.secret import Secret
from mixdesk.oauth import sending, vault
from mixdesk.ops import accounts
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.files import remove_file
from tests.core.oauth.logins import (
    TOKEN_PATH,
    Crowd,
    HandClock,
    Login,
    Meanwhile,
    all_at_once,
    until,
    waiting_for_locks,
)
from tests.fakes.nobody import cut_off

HOUR = 3600.0


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(clock: HandClock) -> Iterator[SandboxServer]:
    with SandboxServer(now=clock.now) as running:
        yield running


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """What is held until the test ends."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def login(server: SandboxServer, home: Path, clock: HandClock) -> Login:
    """An account whose access token has just ended."""
    return Login(server, home, clock)


def refused(login: Login) -> OAuthError:
    with pytest.raises(OAuthError) as caught:
        login.fresh()
    return caught.value


class TestOneRequest:
    def test_is_all_that_eight_threads_at_expiry_make(self, login: Login) -> None:
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7), times=1))
        tokens = all_at_once(8, login.fresh)
        assert len({each.access_token for each in tokens}) == 1
        assert (login.server.oauth.refreshes, login.outcomes) == (1, ["ok"])
        assert login.is_alive
        login.clock.forward(2 * HOUR)
        assert login.fresh().access_token != tokens[0].access_token
        assert login.server.oauth.refreshes == 2

    def test_gives_tokens_that_are_let_in_and_stored_with_all_else_in_the_file(
        self, login: Login
    ) -> None:
        tokens = login.fresh()
        assert login.is_let_in(tokens)
        assert login.stored == tokens
        assert tokens.expires_at == login.clock.now() + HOUR
        assert tokens.extra == {"theirs": [1, None]}
        assert tokens.client_id == login.issued.client_id
        assert [path.name for path in sorted(login.path.parent.iterdir())] == [
            "client.json",
            "client.json.lock",
            "tokens.json",
            "tokens.json.lock",
        ]

    @pytest.mark.parametrize(
        ("left", "requests"), [(31.0, 0), (30.5, 0), (30.0, 1), (1.0, 1), (0.0, 1), (-9e5, 1)]
    )
    def test_is_made_from_thirty_seconds_before_the_end(
        self, login: Login, left: float, requests: int
    ) -> None:
        login.log_in(left)
        login.fresh()
        assert login.asked == requests

    def test_goes_to_the_region_of_the_account(
        self, server: SandboxServer, home: Path, clock: HandClock
    ) -> None:
        Login(server, home, clock, name="berlin", region="eu").fresh()
        (request,) = server.requests.to(TOKEN_PATH)
        assert (request.region, request.account) == ("eu", "berlin")

    def test_asks_an_issuer_of_its_own_where_one_is_set(self, login: Login) -> None:
        login.environ["MP_OAUTH_BASE_URL"] = login.issuer
        login.environ["MP_API_BASE_URL"] = "https://elsewhere.invalid"
        login.fresh()
        assert login.outcomes == ["ok"]
        assert login.server.requests.to("/.well-known/")

    def test_is_none_without_a_refresh_token_while_there_is_life_left(self, login: Login) -> None:
        tokens = login.issue(10)
        login.put(tokens, refresh_token=None)
        assert login.fresh().access_token.get_secret_value() == tokens.access_token
        login.clock.forward(11)
        error = refused(login)
        assert error.code == "OAUTH_REFRESH_ERROR"
        assert "mp account login ana" in error.message
        assert login.asked == 0

    def test_is_none_without_a_client_that_is_known(self, login: Login) -> None:
        login.put(login.issued, expires_at="2020-01-01T00:00:00Z")
        remove_file(login.ctx.storage.account("ana", "client.json"))
        error = refused(login)
        assert (error.code, login.asked) == ("OAUTH_REFRESH_ERROR", 0)
        assert "mp account login ana" in error.message

    def test_is_none_before_a_login(self, login: Login) -> None:
        login.path.unlink()
        error = refused(login)
        assert (error.code, login.asked) == ("OAUTH_TOKEN_ERROR", 0)
        assert "has not logged in" in error.message
        assert "mp account login ana" in error.message


class TestALoser:
    """Another program has spent our refresh token, and takes no lock."""

    def test_uses_the_newer_tokens_on_the_disk(self, login: Login) -> None:
        def interfere() -> None:
            login.put(theirs, mine=7)

        theirs = login.refresh_elsewhere()
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Meanwhile(interfere)))
        tokens = login.fresh()
        assert login.outcomes == ["invalid_grant"]
        assert tokens.access_token.get_secret_value() == theirs.access_token
        assert login.stored == tokens
        assert tokens.extra == {"mine": 7}
        assert not (login.path.parent / "status.json").exists()

    def test_waits_a_moment_for_a_program_that_is_still_writing(self, login: Login) -> None:
        class Interrupted(HandClock):
            def sleep(self, seconds: float) -> None:
                super().sleep(seconds)
                login.put(theirs)

        theirs = login.refresh_elsewhere()
        login.clock = Interrupted()
        assert login.fresh().access_token.get_secret_value() == theirs.access_token
        assert 0 < sum(login.clock.slept) < 1

    def test_without_newer_ones_is_told_to_log_in_again(self, login: Login) -> None:
        login.refresh_elsewhere()
        before = login.path.read_bytes()
        error = refused(login)
        assert error.code == "OAUTH_REFRESH_REVOKED"
        assert "mp account login ana" in error.message
        assert login.path.read_bytes() == before
        assert accounts.get_account(login.ctx, "ana").status == "needs_login"
        assert sum(login.clock.slept) < 1

    def test_sends_a_dead_refresh_token_only_once(self, login: Login) -> None:
        login.refresh_elsewhere()
        codes = {refused(login).code for _ in range(3)}
        assert codes == {"OAUTH_REFRESH_REVOKED"}
        assert login.outcomes == ["invalid_grant"]

    def test_goes_on_after_a_new_login(self, login: Login) -> None:
        login.refresh_elsewhere()
        refused(login)
        login.log_in(-1)
        assert login.is_let_in(login.fresh())
        assert login.outcomes == ["invalid_grant", "ok"]

    def test_that_meets_a_server_that_forgot_its_client_is_told_to_log_in(
        self, login: Login
    ) -> None:
        login.server.oauth.clients.forget(login.issued.client_id)
        for _ in range(2):
            error = refused(login)
            assert error.code == "OAUTH_REFRESH_REVOKED"
            assert "mp account login ana" in error.message
        assert login.outcomes == ["invalid_client"]
        assert accounts.get_account(login.ctx, "ana").status == "needs_login"

    def test_leaves_tokens_alone_that_came_while_its_own_request_was_granted(
        self, login: Login
    ) -> None:
        """A login of the other package, in the moment between our read and our write."""
        theirs = login.issue(HOUR)
        gate = Meanwhile(lambda: login.put(theirs))
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=gate))
        tokens = login.fresh()
        assert login.outcomes == ["ok"]
        assert tokens.access_token.get_secret_value() == theirs.access_token
        assert login.stored == tokens


class TestAClock:
    @pytest.mark.parametrize("step", [HOUR, -HOUR, 30 * 24 * HOUR, -30 * 24 * HOUR])
    def test_that_steps_costs_one_refresh_at_the_most(
        self, server: SandboxServer, home: Path, step: float
    ) -> None:
        ours = HandClock()
        login = Login(server, home, ours)
        login.fresh()
        ours.forward(step)
        for _ in range(20):
            login.fresh()
            ours.forward(1)
        assert server.oauth.refreshes <= 2

    @pytest.mark.parametrize("off", [HOUR, -HOUR])
    def test_that_is_wrong_by_an_hour_causes_no_loop(
        self, server: SandboxServer, home: Path, off: float
    ) -> None:
        ours = HandClock()
        ours.forward(off)
        login = Login(server, home, ours)
        for _ in range(20):
            assert login.is_let_in(login.fresh())
        assert server.oauth.refreshes == 1

    def test_that_goes_back_and_forth_causes_no_loop(
        self, server: SandboxServer, home: Path
    ) -> None:
        ours = HandClock()
        login = Login(server, home, ours)
        for turn in range(20):
            login.fresh()
            ours.forward(HOUR / 2 if turn % 2 else -HOUR / 2)
        assert server.oauth.refreshes == 1

    def test_ten_seconds_of_life_are_one_refresh_for_all_who_wait(self, login: Login) -> None:
        login.server.oauth.access_lifetime = 10
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7)))
        tokens = all_at_once(8, login.fresh)
        assert len({each.access_token for each in tokens}) == 1
        assert (login.outcomes, login.is_alive) == (["ok"], True)


class TestAnAnswer:
    def test_without_a_refresh_token_keeps_the_old_one(self, login: Login) -> None:
        login.server.oauth.overrides.token["refresh_token"] = None
        for turn in range(3):
            tokens = login.fresh()
            assert tokens.refresh_token == Secret(login.issued.refresh_token)
            assert login.stored == tokens
            login.clock.forward(2 * HOUR)
            assert login.server.oauth.refreshes == turn + 1

    @pytest.mark.parametrize(
        ("said", "lifetime"),
        [
            (None, HOUR),
            (-5, HOUR),
            (0, HOUR),
            ("7200", 7200.0),
            ("soon", HOUR),
            (10**400, 3650.0 * 24 * HOUR),
            (1e300, 3650.0 * 24 * HOUR),
            ([], HOUR),
        ],
    )
    def test_with_a_senseless_lifetime_loses_no_grant(
        self, login: Login, said: object, lifetime: float
    ) -> None:
        login.server.oauth.overrides.token["expires_in"] = said
        tokens = login.fresh()
        assert tokens.expires_at == login.clock.now() + lifetime
        assert login.stored == tokens
        assert login.is_alive

    def test_that_says_no_scope_leaves_the_old_one(self, login: Login) -> None:
        login.server.oauth.overrides.token["scope"] = None
        assert login.fresh().scope == login.issued.scope

    @pytest.mark.parametrize("token_type", ["bearer", "BEARER", None])
    def test_of_any_bearer_type_is_stored_as_bearer(
        self, login: Login, token_type: str | None
    ) -> None:
        login.server.oauth.overrides.token["token_type"] = token_type
        assert login.fresh().token_type == "Bearer"
        assert json.loads(login.path.read_bytes())["token_type"] == "Bearer"


FAILURES: dict[str, Fault | None] = {
    "a page": Fault("html", status=200),
    "a page with an error": Fault("html", status=502),
    "a page of a wall": Fault("html", status=403),
    "half an answer": Fault("truncated"),
    "an answer that breaks off": Fault("cut"),
    "no answer": Fault("drop"),
    "a reset": Fault("reset"),
    "503": Fault(status=503, retry_after=1),
    "429": Fault(status=429, retry_after=1),
    "500": Fault(status=500),
    "404": Fault(status=404),
    "a redirect": Fault("redirect", to="http://127.0.0.1:1/"),
    "an answer that is too long": Fault("huge", size=2 << 20),
    "an answer that unpacks to too much": Fault("bomb", size=2 << 20),
    "the network is down": None,
}
"""What says nothing about the login, by what the client gets to see."""


@pytest.fixture
def fail(login: Login, held: ExitStack) -> Callable[[str], None]:
    """Has the server fail in one of these ways."""

    def begin(kind: str) -> None:
        fault = FAILURES[kind]
        if fault is None:
            held.enter_context(cut_off(login.server))
        else:
            login.server.faults.add(TOKEN_PATH, fault)

    return begin


@pytest.mark.parametrize("kind", FAILURES)
class TestAPassingFailure:
    def test_inside_the_margin_uses_the_token_that_is_still_valid(
        self, login: Login, kind: str, fail: Callable[[str], None]
    ) -> None:
        login.log_in(20)
        before = login.path.read_bytes()
        fail(kind)
        assert login.fresh().access_token.get_secret_value() == login.issued.access_token
        assert login.path.read_bytes() == before
        with cut_off(login.server):
            login.clock.forward(19)
            login.fresh()

    def test_after_the_end_is_an_error_that_changes_nothing(
        self, login: Login, kind: str, fail: Callable[[str], None]
    ) -> None:
        before = login.path.read_bytes()
        fail(kind)
        error = refused(login)
        assert error.code == "OAUTH_REFRESH_ERROR"
        assert error.details["is_temporary"] is True
        assert error.details["account"] == "ana"
        assert "'ana'" in error.message
        assert error.hint is not None
        assert "mp account login" not in error.hint, "a login would help nothing"
        assert login.path.read_bytes() == before
        assert not (login.path.parent / "status.json").exists()
        assert login.clock.slept == [], "a refresh is asked for once: a second could spend it twice"
        assert login.asked <= 1


NOT_SPENT = ("a page", "503", "429", "500", "a redirect", "the network is down")


@pytest.mark.parametrize("kind", NOT_SPENT)
def test_after_a_failure_the_next_refresh_works(
    login: Login, kind: str, fail: Callable[[str], None]
) -> None:
    fail(kind)
    refused(login)
    login.server.faults.clear()
    login.server.start() if kind == "the network is down" else None
    assert login.is_let_in(login.fresh())
    assert login.is_alive


@pytest.mark.parametrize("kind", ["503", "429", "500", "a redirect", "the network is down"])
def test_a_failure_says_to_try_again(login: Login, kind: str, fail: Callable[[str], None]) -> None:
    fail(kind)
    assert "try again" in refused(login).message.lower()


def test_metadata_that_cannot_be_had_is_a_passing_failure(login: Login, held: ExitStack) -> None:
    login.log_in(20)
    login.environ["MP_OAUTH_BASE_URL"] = login.issuer
    held.enter_context(cut_off(login.server))
    assert login.fresh().access_token.get_secret_value() == login.issued.access_token
    login.clock.forward(21)
    error = refused(login)
    assert error.code == "OAUTH_NETWORK_UNREACHABLE"
    assert error.details == {"account": "ana", "is_temporary": True}
    assert "'ana'" in error.message


def test_a_failure_that_outlasts_the_token_gives_no_token_that_has_ended(login: Login) -> None:
    login.log_in(20)
    gate = Meanwhile(lambda: login.clock.forward(20))
    login.server.faults.add(TOKEN_PATH, Fault(status=503, gate=gate))
    assert refused(login).code == "OAUTH_REFRESH_ERROR"


@pytest.mark.parametrize("kind", ["late", "trickle", "endless"])
def test_a_server_that_takes_its_time_is_left(
    login: Login, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WITHIN", 0.1)
    never = threading.Event()
    gate = never if kind == "late" else None
    login.server.faults.add(TOKEN_PATH, Fault(kind, gate=gate, pace=0.01))
    before = login.path.read_bytes()
    error = refused(login)
    assert (error.code, error.details["is_temporary"]) == ("OAUTH_REFRESH_ERROR", True)
    assert login.path.read_bytes() == before
    login.server.wait_until_idle()


@pytest.mark.parametrize(
    "instead",
    [{"token_type": "mac"}, {"access_token": None}, {"access_token": ""}, {"access_token": "a b"}],
    ids=str,
)
def test_an_answer_without_a_bearer_token_changes_nothing(
    login: Login, instead: dict[str, Any]
) -> None:
    login.server.oauth.overrides.token.update(instead)
    before = login.path.read_bytes()
    assert refused(login).code == "OAUTH_REFRESH_ERROR"
    assert login.path.read_bytes() == before


def test_a_refusal_that_is_no_passing_one_asks_for_a_login_even_within_the_margin(
    login: Login,
) -> None:
    login.log_in(20)
    login.refresh_elsewhere()
    assert refused(login).code == "OAUTH_REFRESH_REVOKED"


CANARY = "canary-51d0"
SECRETS = (CANARY, "made-up-access", "made-up-refresh", "having a rest", "alert(1)")
"""What no text may hold: the beginnings of all tokens, and of the bodies of answers."""

LOUD: dict[str, Fault | None] = {
    **FAILURES,
    "503 with a text": Fault(status=503, message=CANARY),
    "400 with a text": Fault(status=400, message=CANARY),
}


def assert_silent(*texts: str) -> None:
    leaks = [text for text in texts if any(secret in text for secret in SECRETS)]
    assert leaks == []


class TestNoSecretIsShown:
    @pytest.mark.parametrize("kind", LOUD)
    def test_by_a_failure(
        self, login: Login, held: ExitStack, kind: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        login.server.oauth.overrides.token.update(access_token=None, id_token=CANARY)
        fault = LOUD[kind]
        if fault:
            login.server.faults.add(TOKEN_PATH, fault)
        else:
            held.enter_context(cut_off(login.server))
        self.assert_error_is_silent(refused(login))
        assert "httpcore" in caplog.text, "the transport's own log is looked at, too"
        assert_silent(caplog.text)

    def test_by_a_refusal(self, login: Login, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        login.refresh_elsewhere()
        for _ in range(2):
            self.assert_error_is_silent(refused(login))
        assert "httpx" in caplog.text
        assert_silent(caplog.text)

    def test_by_a_refresh(
        self, login: Login, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        login.server.oauth.overrides.token["id_token"] = CANARY
        tokens = login.fresh()
        assert_silent(caplog.text, *capfd.readouterr(), repr(tokens), str(tokens), f"{tokens}")
        assert_silent(repr(login.vault), repr(login.ctx))
        activity = login.home / ".mp" / "activity.jsonl"
        assert_silent(activity.read_text())
        assert CANARY not in login.path.read_text(), "what nobody asked for is not kept"

    @staticmethod
    def assert_error_is_silent(error: OAuthError) -> None:
        trace = "".join(traceback.format_exception(error))
        assert "Traceback" in trace
        assert_silent(str(error), repr(error), trace, json.dumps(error.to_dict()))
        assert_silent(repr(error.args), repr(vars(error)), repr(error.details))
        assert error.__cause__ is None


class TestAnotherIssuer:
    """Tokens are for the server that issued them."""

    @pytest.mark.parametrize("variable", ["MP_API_BASE_URL", "MP_OAUTH_BASE_URL"])
    def test_is_never_sent_a_token(self, login: Login, variable: str) -> None:
        with SandboxServer(now=login.clock.now) as other:
            moved = {
                "MP_API_BASE_URL": other.base_url,
                "MP_OAUTH_BASE_URL": other.url("/oauth", "us"),
            }
            login.environ[variable] = moved[variable]
            error = refused(login)
            assert error.code == "OAUTH_CONFIG_ERROR"
            assert login.issuer in error.message
            assert variable in error.message
            assert len(other.requests) == 0
        assert login.asked == 0
        assert login.is_alive
        login.environ.pop("MP_OAUTH_BASE_URL", None)
        login.environ["MP_API_BASE_URL"] = login.server.base_url
        assert login.is_let_in(login.fresh())

    def test_is_not_another_one_for_a_slash_at_its_end(self, login: Login) -> None:
        login.write_client(issuer=login.issuer + "/")
        assert login.is_let_in(login.fresh())

    def test_of_the_region_s_client_counts_for_tokens_that_name_none(self, login: Login) -> None:
        entry = ClientEntry(
            client_id=login.issued.client_id,
            region="us",
            redirect_uri="http://localhost:19284/callback",
            scope="",
            created_at="2026-01-01T00:00:00Z",
            issuer="https://mixpanel.com/oauth",
        )
        login.put(login.issued, expires_at="2020-01-01T00:00:00Z")
        write_client(login.ctx.storage.region_client("us"), entry)
        assert refused(login).code == "OAUTH_CONFIG_ERROR"
        assert login.asked == 0


class TestWhoeverWaits:
    """What happens to the account while somebody waits for its lock, or for the server."""

    def test_for_tokens_that_are_logged_out_is_told_so(self, login: Login) -> None:
        waiter = Waiter(login)
        with login.vault.locked():
            waiter.start()
            remove_file(login.place)
        assert waiter.error.code == "OAUTH_TOKEN_ERROR"
        assert "has not logged in" in waiter.error.message
        assert (login.asked, login.path.exists()) == (0, False)

    def test_for_an_account_that_is_removed_is_told_so(self, login: Login) -> None:
        waiter = Waiter(login)
        with login.vault.locked():
            waiter.start()
            login.path.parent.rename(login.home / "gone")
        assert waiter.error.code == "OAUTH_TOKEN_ERROR"
        assert "has not logged in" in waiter.error.message
        assert (login.asked, login.path.parent.exists()) == (0, False)

    def test_for_the_server_while_another_program_logs_out_makes_no_file_anew(
        self, login: Login
    ) -> None:
        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Meanwhile(login.path.unlink)))
        assert refused(login).code == "OAUTH_TOKEN_ERROR"
        assert not login.path.exists()

    def test_for_the_server_while_another_program_removes_the_account_makes_no_directory(
        self, login: Login
    ) -> None:
        directory = login.path.parent

        def remove() -> None:
            directory.rename(login.home / "gone")

        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Meanwhile(remove)))
        assert refused(login).code == "OAUTH_TOKEN_ERROR"
        assert not directory.exists()

    @pytest.mark.parametrize("verb", ["remove", "rename"])
    def test_for_the_server_is_waited_for_by_who_removes_or_renames(
        self, login: Login, verb: str
    ) -> None:
        change = {
            "remove": lambda: accounts.remove_account(login.ctx, "ana"),
            "rename": lambda: accounts.rename_account(login.ctx, "ana", "berta"),
        }[verb]
        changer = threading.Thread(target=change)
        has_waited = threading.Event()

        def begin() -> None:
            changer.start()
            until(lambda: waiting_for_locks() > 0 or not changer.is_alive())
            if changer.is_alive():
                has_waited.set()

        login.server.faults.add(TOKEN_PATH, Fault("late", gate=Meanwhile(begin)))
        tokens = login.fresh()
        changer.join(60)
        assert has_waited.is_set(), "the files went away under a refresh"
        assert not login.path.parent.exists()
        if verb == "rename":
            renamed = vault.AccountVault(login.ctx.storage, "berta", "us").read()
            assert renamed == tokens
            assert renamed.refresh_token is not None
            assert login.server.oauth.is_alive(renamed.refresh_token.get_secret_value())

    def test_to_rename_keeps_nobody_from_the_config(self, login: Login) -> None:
        login.ctx.config.add_account("other", type="oauth_browser", region="us")
        change = threading.Thread(target=accounts.rename_account, args=(login.ctx, "ana", "berta"))
        with login.vault.locked():
            change.start()
            until(lambda: waiting_for_locks() > 0)
            login.ctx.config.update_account("other", region="in")
            assert change.is_alive()
        change.join(60)
        assert vault.AccountVault(login.ctx.storage, "berta", "us").read() is not None

    def test_to_rename_too_long_leaves_the_name_as_it_was(
        self, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mixdesk.ops.accounts.ACCOUNT_WAIT", 0.02)
        with login.vault.locked(), pytest.raises(StoreError) as caught:
            accounts.rename_account(login.ctx, "ana", "berta")
        assert caught.value.code == "STORE_LOCKED"
        assert isinstance(caught.value.details["pid"], int)
        assert "keeps its name" in caught.value.message
        assert [row.name for row in accounts.list_accounts(login.ctx)] == ["ana"]
        assert login.is_let_in(login.fresh())

    def test_for_the_lock_too_long_is_told_who_holds_it(
        self, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vault, "ACCOUNT_WAIT", 0.02)
        with login.vault.locked(), pytest.raises(StoreError) as caught:
            login.fresh()
        assert caught.value.code == "STORE_LOCKED"
        assert isinstance(caught.value.details["pid"], int)
        assert login.asked == 0


class Waiter(threading.Thread):
    """Asks for fresh tokens on a thread, and keeps the error."""

    def __init__(self, login: Login) -> None:
        super().__init__()
        self._login = login
        self._error: OAuthError | None = None

    def run(self) -> None:
        try:
            self._login.fresh()
        except OAuthError as error:
            self._error = error

    def start(self) -> None:
        """Return when it waits for the lock."""
        super().start()
        until(lambda: waiting_for_locks() > 0)

    @property
    def error(self) -> OAuthError:
        self.join(60)
        assert self._error is not None
        return self._error
