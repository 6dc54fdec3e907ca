"""Logging out, testing accounts, and their tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mixdesk.api.stopping import Stop
from mixdesk.exceptions import APIError
from mixdesk.ops.context import Context
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from mixdesk_cli import testing
from tests.cli.world import World
from tests.core.sandbox.asking import ACME_CORP, CI
from tests.fakes.nobody import nobody_there


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def demo(demo: World, server: SandboxServer) -> World:
    """The demo's accounts, and the sandbox that knows them."""
    demo.environ["MP_API_BASE_URL"] = server.base_url
    return demo


def tokens(mp: World, account: str) -> Path:
    return mp.home / ".mp" / "accounts" / account / "tokens.json"


def stored(mp: World, account: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(tokens(mp, account).read_text())
    return content


class TestLogout:
    def test_mixpanel_is_told_and_the_tokens_are_gone(
        self, demo: World, server: SandboxServer
    ) -> None:
        grant = stored(demo, "acme-corp")["refresh_token"]
        ended = demo("account", "logout")
        assert (ended.code, ended.out) == (0, "")
        assert ended.err == "Account acme-corp is logged out, at Mixpanel and here.\n"
        assert not tokens(demo, "acme-corp").exists()
        assert not server.oauth.is_alive(grant)

    def test_the_json_says_whether_it_was_told(self, demo: World) -> None:
        ended = demo("account", "logout", "acme-corp", "-q", "-f", "json")
        assert ended.err == ""
        assert ended.json == {
            "account": "acme-corp",
            "had_tokens": True,
            "revoked": True,
            "error": None,
            "error_code": None,
        }

    def test_a_server_that_cannot_be_told(self, demo: World) -> None:
        with nobody_there() as demo.environ["MP_API_BASE_URL"]:
            ended = demo("account", "logout", "-f", "json")
        assert ended.code == 0
        assert "could not be told" in ended.err
        assert not tokens(demo, "acme-corp").exists()
        assert (ended.json["revoked"], bool(ended.json["error"])) == (False, True)

    def test_nothing_to_log_out_of(self, demo: World) -> None:
        ended = demo("account", "logout", "new-colleague", "-f", "json")
        assert (ended.code, ended.json["had_tokens"]) == (0, False)
        assert "was not logged in" in ended.err

    def test_what_it_cannot_be_done_to(self, demo: World, mp: World) -> None:
        assert demo("account", "logout", "ci").code == 3
        assert demo("account", "logout", "nobody").code == 4


class TestToken:
    def test_it_is_all_there_is_on_stdout(self, demo: World) -> None:
        ended = demo("account", "token")
        assert (ended.code, ended.out, ended.err) == (0, f"{ACME_CORP}\n", "")

    def test_of_a_variable(self, demo: World) -> None:
        assert demo("account", "token", "ci").out == f"{CI}\n"
        assert demo("account", "token", "-a", "ci").out == f"{CI}\n"
        demo.environ["MP_ACCOUNT"] = "ci"
        assert demo("account", "token").out == f"{CI}\n"

    def test_one_that_has_ended_is_renewed_first(self, demo: World) -> None:
        before = stored(demo, "acme-berlin")["access_token"]
        ended = demo("account", "token", "acme-berlin")
        assert ended.code == 0
        assert ended.out.strip() == stored(demo, "acme-berlin")["access_token"] != before

    def test_a_service_account_has_none(self, demo: World) -> None:
        ended = demo("account", "token", "acme-eu")
        assert (ended.code, ended.out) == (1, "")
        assert "service account" in ended.err
        assert "mp exec -a acme-eu" in ended.err

    def test_a_login_that_is_over(self, demo: World) -> None:
        ended = demo("account", "token", "agency")
        assert (ended.code, ended.out) == (2, "")
        assert "mp account login agency" in ended.err

    def test_nobody(self, demo: World) -> None:
        ended = demo("account", "token", "nobody")
        assert (ended.code, ended.out) == (4, "")


class TestTest:
    def test_one_that_is_accepted(self, demo: World) -> None:
        ended = demo("account", "test", "-f", "json")
        assert ended.code == 0, ended.err
        result = ended.json
        assert list(result) == [
            "account_name",
            "ok",
            "user",
            "accessible_project_count",
            "error",
            "error_code",
            "error_details",
        ]
        assert (result["account_name"], result["ok"]) == ("acme-corp", True)
        assert result["user"]["email"] == "ana@acme.example"
        assert result["accessible_project_count"] > 1
        assert (result["error"], result["error_code"], result["error_details"]) == (None,) * 3

    def test_what_it_finds_is_kept(self, demo: World) -> None:
        demo("account", "test", "agency")
        shown = demo("account", "show", "agency", "-f", "json").json
        assert shown["status"] == "needs_login"

    @pytest.mark.parametrize(
        ("account", "code", "error"),
        [("agency", 2, "OAUTH_REFRESH_REVOKED"), ("nobody", 4, "ACCOUNT_NOT_FOUND")],
    )
    def test_one_that_is_not(self, demo: World, account: str, code: int, error: str) -> None:
        ended = demo("account", "test", account, "-f", "json")
        assert ended.code == code
        assert (ended.json["ok"], ended.json["error_code"]) == (False, error)
        assert ended.json["error"]
        assert ended.err.startswith("error: ")

    def test_too_many_requests(self, demo: World, server: SandboxServer) -> None:
        server.faults.add("/api/app/me", Fault(status=429, retry_after=3600))
        assert demo("account", "test").code == 5

    def test_nobody_there_is_no_refusal(self, demo: World) -> None:
        with nobody_there() as demo.environ["MP_API_BASE_URL"]:
            ended = demo("account", "test", "ci", "-f", "json")
        assert ended.code == 1
        assert ended.json["ok"] is False

    def test_an_empty_machine(self, mp: World) -> None:
        ended = mp("account", "test", "-f", "json")
        assert ended.code == 1
        assert ended.json["error_code"] == "CONFIG_ERROR"
        ended = mp("account", "test", "--all")
        assert (ended.code, ended.out) == (0, "")
        assert "mp login" in ended.err

    def test_all_are_tested_and_told_in_order(self, demo: World) -> None:
        ended = demo("account", "test", "--all", "-f", "json")
        assert ended.code == 2
        names = [each["account_name"] for each in ended.json]
        assert names == [each["name"] for each in demo("account", "list", "-f", "json").json]
        accepted = {each["account_name"] for each in ended.json if each["ok"]}
        assert {"acme-corp", "ci"} <= accepted
        assert not {"agency", "new-colleague"} & accepted
        assert f"{len(accepted)} of {len(names)} accounts are accepted." in ended.err
        assert "\n  new-colleague: Account 'new-colleague' has not logged in yet.\n" in ended.err
        assert "\x1b" not in ended.err
        assert "\r" not in ended.err

    def test_all_that_are_accepted(self, demo: World) -> None:
        for each in demo("account", "test", "--all", "-f", "json").json:
            if not each["ok"]:
                demo("account", "remove", each["account_name"], "--force")
        ended = demo("account", "test", "--all")
        assert ended.code == 0
        lines = ended.out.splitlines()
        assert all(line.split("\t")[1] == "true" for line in lines)
        assert lines

    def test_an_interrupt_ends_what_has_just_begun(
        self, demo: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, ended = threading.Event(), threading.Event()

        def test_accounts(context: Context, names: object, tell: object, stop: Stop) -> None:
            begun.set()
            with pytest.raises(APIError):
                stop.wait(60)
            ended.set()

        def start(thread: threading.Thread) -> None:
            start_thread(thread)
            assert begun.wait(60)
            raise KeyboardInterrupt

        start_thread = threading.Thread.start
        monkeypatch.setattr(testing, "test_accounts", test_accounts)
        monkeypatch.setattr(threading.Thread, "start", start)
        assert demo("account", "test", "--all").code == 130
        assert ended.wait(30)

    def test_all_is_instead_of_a_name(self, demo: World) -> None:
        assert demo("account", "test", "ci", "--all").code == 3

    @pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "plain"])
    def test_no_secret_is_in_any_format(self, demo: World, format_: str) -> None:
        ended = demo("account", "test", "--all", "-f", format_, "-v")
        assert "made-up-" not in (ended.out + ended.err).replace("made-up-client", "")


class TestDerivedName:
    LINE = ("account", "add", "--derive-name", "--region", "us", "-p", "3713226")

    def test_mixpanel_names_it(self, mp: World, server: SandboxServer) -> None:
        mp.environ |= {"MP_API_BASE_URL": server.base_url, "CI_TOKEN": CI}
        for name in ("acme-inc", "acme-inc-2"):
            ended = mp(*self.LINE, "--token-env", "CI_TOKEN")
            assert ended.code == 0, ended.err
            assert f"Account {name} is added." in ended.err

    def test_a_credential_that_is_refused(self, mp: World, server: SandboxServer) -> None:
        mp.environ |= {"MP_API_BASE_URL": server.base_url, "CI_TOKEN": "canary-77aa"}
        ended = mp(*self.LINE, "--token-env", "CI_TOKEN")
        assert ended.code == 2
        assert "canary" not in ended.err
        assert not mp.config.exists()

    def test_it_is_one_or_the_other(self, mp: World) -> None:
        assert mp(*self.LINE, "mine", "--token-env", "X").code == 3
        assert mp("account", "add", "--region", "us", "--token-env", "X").code == 3

    def test_a_browser_account_gets_its_name_by_logging_in(self, mp: World) -> None:
        ended = mp(*self.LINE, "--type", "oauth_browser")
        assert ended.code == 3
        assert "mp login" in ended.err


@pytest.mark.parametrize("line", ["account test ci", "account test --all"])
def test_a_proxy_that_cannot_be_used_is_a_result(
    demo: World, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "odd://x")
    ended = demo(*line.split(), "-f", "json")
    assert ended.code == (2 if "--all" in line else 1)
    results = ended.json if isinstance(ended.json, list) else [ended.json]
    assert {each["error_code"] for each in results} == {"PROXY_UNUSABLE"}
