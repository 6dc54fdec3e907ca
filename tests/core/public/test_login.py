"""Logging in and out by the public calls alone, with a browser that is a command."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

import mixdesk as mp
from mixdesk.login.events import (
    BrowserOpened,
    Event,
    Failed,
    NoBrowser,
    ProjectHidden,
    RegionTried,
    Saved,
    UrlReady,
)
from mixdesk.model.rules import AccountType
from mixdesk.model.secret import Secret
from mixdesk.sandbox.faults import Fault
from mixdesk.store.config import ConfigManager
from tests.core.sandbox.asking import ACME_EU

from .here import Here, first_of

# --- how ------------------------------------------------------------------------------------


def test_a_service_account_of_the_environment_finds_its_region(
    here: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    here.setenv("MP_USERNAME", ACME_EU[0])
    here.setenv("MP_SECRET", ACME_EU[1])
    summary = mp.accounts.login_unified(project_picker=first_of("eu"))
    assert (summary.type, summary.region, summary.is_active) == ("service_account", "eu", True)
    assert summary.user_email == "robot@acme.example"
    assert summary.project_id
    assert summary.project_name
    assert mp.accounts.show().name == summary.name
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("us: no (401)\neu: yes\n")
    assert ACME_EU[1] not in err


def test_a_bearer_of_the_environment_is_stored(here: Here) -> None:
    here.setenv("MP_OAUTH_TOKEN", "made-up-bearer-of-ci")
    here.setenv("MP_PROJECT_ID", "3713224")
    summary = mp.accounts.login_unified(name="ci")
    entry = ConfigManager().get_account("ci")
    assert (summary.type, entry.region, entry.default_project) == ("oauth_token", "us", "3713224")
    assert (entry.token, entry.token_env) == (Secret("made-up-bearer-of-ci"), None)


def test_a_bearer_stays_in_its_variable_also_when_it_logs_in_again(here: Here) -> None:
    here.setenv("CI", "made-up-bearer-of-ci")
    mp.accounts.login_unified(name="ci", token_env="CI", project="3713224")
    mp.accounts.login_unified(name="ci", account_type="oauth_token")
    entry = ConfigManager().get_account("ci")
    assert (entry.token, entry.token_env, entry.default_project) == (None, "CI", "3713224")
    assert b"made-up" not in (here.root / "config.toml").read_bytes()


def test_with_a_browser(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    here.browse()
    summary = mp.accounts.login_unified(project_picker=first_of("us"))
    assert (summary.name, summary.type, summary.region) == ("acme-inc", "oauth_browser", "us")
    assert (summary.user_email, summary.status) == ("ana@acme.example", "ok")
    out, err = capsys.readouterr()
    assert out == ""
    assert f"  {here.server.origin}/us/oauth/authorize/?response_type=code&" in err
    assert err.endswith("is active.\n")
    with mp.Workspace() as ws:
        assert ws.me().user_email == summary.user_email
        assert ws.project.id == summary.project_id


def test_without_starting_one_the_address_is_told_alone(
    here: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    mp.accounts.add("acme", type="oauth_browser", region="us")
    here.browse()
    result = mp.accounts.login("acme", open_browser=False, on_event=here.elsewhere())
    assert result.account_name == "acme"
    assert result.user == mp.MeUserInfo(id=4711, email="ana@acme.example")
    assert result.tokens_path.exists()
    assert result.client_path.exists()
    assert result.expires_at is not None
    assert here.all(NoBrowser) == [NoBrowser("not asked for")]
    assert here.all(BrowserOpened) == []
    assert mp.accounts.show("acme").project_id is not None, "the first project it sees"
    assert mp.accounts.token("acme") is not None
    assert capsys.readouterr() == ("", ""), "who listens is told instead"


def test_an_account_that_sees_no_project_logs_in_all_the_same(here: Here) -> None:
    mp.accounts.add("guest", type="oauth_browser", region="us")
    hear = here.elsewhere("guest")
    mp.accounts.login("guest", open_browser=False, on_event=hear)
    assert mp.accounts.show("guest").project_id is None
    mp.accounts.add("far", type="oauth_browser", region="in")
    mp.accounts.login("far", open_browser=False, on_event=here.elsewhere())
    assert mp.accounts.show("far").region == "in"


def test_saying_no(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    here.browse("-")
    with pytest.raises(mp.OAuthError) as caught:
        mp.accounts.login_unified()
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert here.everything() == {}
    assert capsys.readouterr().out == ""


# --- again ----------------------------------------------------------------------------------


def test_logging_in_again_keeps_the_project_and_the_name(here: Here) -> None:
    first = here.log_in()
    before = mp.accounts.token("acme")
    mp.accounts.add("other", type="oauth_browser", region="us")
    mp.accounts.use("other")
    again = mp.accounts.login_unified(
        name="acme", no_browser=True, project="999", on_event=here.elsewhere()
    )
    assert again.project_id == first.project_id
    assert (again.is_active, mp.accounts.show().name) == (True, "acme")
    assert mp.accounts.token("acme") != before


@pytest.mark.parametrize("arguments", [{"region": "eu"}, {"service_account": True}])
def test_logging_in_again_changes_neither_type_nor_region(
    here: Here, arguments: dict[str, str]
) -> None:
    here.log_in()
    before = here.everything()
    here.setenv("MP_USERNAME", ACME_EU[0])
    here.setenv("MP_SECRET", ACME_EU[1])
    kind: AccountType = "oauth_browser" if "region" in arguments else "service_account"
    with pytest.raises(mp.ConfigError, match="a login does not make it"):
        mp.accounts.login_unified(name="acme", **{"account_type": kind, **arguments})  # type: ignore[arg-type]
    assert here.everything() == before


def test_only_a_browser_account_has_a_login(here: Here) -> None:
    mp.accounts.add("ci", type="oauth_token", region="us", token="x")
    with pytest.raises(mp.ConfigError):
        mp.accounts.login("ci")
    with pytest.raises(mp.AccountNotFoundError):
        mp.accounts.login("nobody")
    with pytest.raises(mp.InvalidArgumentError):
        mp.accounts.logout("ci")


def test_logging_out(here: Here) -> None:
    here.log_in()
    ended = mp.accounts.logout("acme")
    assert ended == mp.LogoutResult(account_name="acme", revoked=True)
    assert mp.accounts.show("acme").status == "needs_login"
    with pytest.raises(mp.OAuthError):
        mp.accounts.token("acme")
    assert mp.accounts.logout("acme") == mp.LogoutResult(account_name="acme", revoked=False)


def test_logging_out_of_a_server_that_is_gone_says_so(here: Here) -> None:
    here.log_in()
    here.server.faults.add("/oauth/revoke_token", Fault("drop"))
    ended = mp.accounts.logout("acme")
    assert not ended.revoked
    assert ended.error
    assert not (here.root / "accounts" / "acme" / "tokens.json").exists()


# --- who is asked, and told -----------------------------------------------------------------


def test_a_picker_gets_projects_by_organization_and_name(here: Here) -> None:
    given: list[tuple[mp.MeResponse, list[tuple[str, mp.MeProjectInfo]]]] = []

    def pick(me: mp.MeResponse, projects: list[tuple[str, mp.MeProjectInfo]]) -> str:
        given.append((me, projects))
        return first_of("us")(me, projects)

    mp.accounts.login_unified(no_browser=True, project_picker=pick, on_event=here.elsewhere())
    ((me, projects),) = given
    assert isinstance(me, mp.MeResponse)
    assert len(projects) == len(me.projects) > 3
    assert all(me.projects[id] == each for id, each in projects)
    names = {str(id): each.name for id, each in me.organizations.items()}
    keys = [
        (names[str(each.organization_id)].casefold(), each.name.casefold()) for _, each in projects
    ]
    assert len(set(keys)) > 3
    assert keys == sorted(keys)


def test_a_picker_that_fails_fails_the_login(here: Here) -> None:
    def pick(me: mp.MeResponse, projects: list[tuple[str, mp.MeProjectInfo]]) -> str:
        raise LookupError("none of them")

    with pytest.raises(LookupError):
        mp.accounts.login_unified(no_browser=True, project_picker=pick, on_event=here.elsewhere())
    assert here.everything() == {}


def test_without_a_picker_several_projects_are_an_error(here: Here) -> None:
    with pytest.raises(mp.ConfigError) as caught:
        mp.accounts.login_unified(no_browser=True, on_event=here.elsewhere())
    assert len(caught.value.details["available_projects"]) > 3
    assert here.everything() == {}
    assert here.events[-1] == Failed(caught.value)


def test_a_project_in_the_way_is_told(here: Here) -> None:
    here.setenv("MP_PROJECT_ID", "424242")
    here.log_in()
    assert here.all(ProjectHidden) == [ProjectHidden("424242")]


@pytest.mark.parametrize("fails", [False, True])
def test_progress_is_shown_while_me_is_asked(here: Here, fails: bool) -> None:
    told: list[str] = []

    @contextmanager
    def progress(message: str) -> Iterator[None]:
        told.append(message)
        try:
            yield
        finally:
            told.append(f"asked {len(here.server.requests.to('/api/app/me'))}")

    if fails:
        here.server.faults.add("/api/app/me", Fault(status=403))
    here.setenv("MP_OAUTH_TOKEN", "made-up-bearer-of-ci")
    try:
        mp.accounts.login_unified(region="us", project="3713224", progress=progress)
        assert not fails
    except mp.AuthenticationError:
        assert fails
    assert told == ["Asking Mixpanel what you can see …", "asked 1"]


def test_one_who_listens_hears_all_and_nothing_is_printed(
    here: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    here.setenv("MP_OAUTH_TOKEN", "made-up-bearer-of-nightly")
    mp.accounts.login_unified(name="n", project_picker=first_of("eu"), on_event=here.events.append)
    assert here.all(RegionTried) == [RegionTried("us", 401), RegionTried("eu", 200)]
    assert isinstance(here.events[-1], Saved)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [UrlReady, NoBrowser, Saved])
def test_one_who_listens_and_fails_ends_it(here: Here, kind: type[Event]) -> None:
    other = here.elsewhere()

    def hear(event: Event) -> None:
        if isinstance(event, kind):
            raise OSError("nobody reads any more")
        other(event)

    with pytest.raises(OSError, match="nobody reads"):
        mp.accounts.login_unified(
            name="acme", no_browser=True, project_picker=first_of("us"), on_event=hear
        )
    assert (here.everything() == {}) == (kind is not Saved)


def test_it_works_where_a_loop_is_running(here: Here) -> None:
    async def program() -> mp.AccountSummary:
        return here.log_in()

    assert asyncio.run(program()).name == "acme"
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(here.log_in).result().name == "acme"


# --- a secret on stdin ----------------------------------------------------------------------


def stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def test_a_secret_comes_from_stdin(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, f"{ACME_EU[1]}\n".encode())
    here.setenv("MP_USERNAME", ACME_EU[0])
    here.setenv("MP_SECRET", "another one")
    summary = mp.accounts.login_unified(
        service_account=True, secret_stdin=True, project_picker=first_of("eu")
    )
    assert ConfigManager().get_account(summary.name).secret == Secret(ACME_EU[1])


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"canary" + b"x" * (64 << 10), "is longer than 64 KiB"),
        (b"canary\xff\xfe", "is no text"),
    ],
)
def test_a_secret_that_is_none(
    here: Here, monkeypatch: pytest.MonkeyPatch, content: bytes, how: str
) -> None:
    stdin(monkeypatch, content)
    with pytest.raises(mp.InvalidArgumentError, match=how) as caught:
        mp.accounts.login_unified(service_account=True, secret_stdin=True)
    assert caught.value.violation == "secret_stdin"
    assert "canary" not in repr((caught.value.to_dict(), caught.value.__context__))
    assert here.everything() == {}


# --- what makes no sense --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "violation", "detected"),
    [
        (
            {"service_account": True, "token_env": "X"},
            "mutually_exclusive",
            "service_account",
        ),
        (
            {"service_account": True, "account_type": "oauth_token"},
            "mutually_exclusive",
            "oauth_token",
        ),
        (
            {"account_type": "oauth_browser", "token_env": "X"},
            "mutually_exclusive",
            "oauth_browser",
        ),
        ({"service_account": True, "no_browser": True}, "no_browser_misuse", "service_account"),
        ({"token_env": "X", "no_browser": True}, "no_browser_misuse", "oauth_token"),
        ({"token_env": "X", "device": True}, "no_browser_misuse", "oauth_token"),
        ({"secret_stdin": True}, "secret_stdin_misuse", "oauth_browser"),
        ({"token_env": "X", "secret_stdin": True}, "secret_stdin_misuse", "oauth_token"),
        ({"account_type": "browser"}, "type", None),
        ({"region": "mars"}, "region", None),
        ({"name": "../x"}, "name", None),
        ({"project": "one"}, "project", None),
        ({"token_env": "$X"}, "token_env", None),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_happens(
    here: Here, arguments: dict[str, object], violation: str, detected: str | None
) -> None:
    with pytest.raises(mp.InvalidArgumentError) as caught:
        mp.accounts.login_unified(on_event=here.events.append, **arguments)  # type: ignore[arg-type]
    assert caught.value.violation == violation
    assert caught.value.detected_auth_type == detected
    assert here.everything() == {}
    assert here.server.requests.to("/") == []
    assert here.all(UrlReady) == []
