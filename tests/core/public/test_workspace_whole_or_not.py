"""A switch that fails: session, credential and file stay as they were, and calls go on."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import SecretStr

import mixdesk as mp
from mixdesk.store.config import ConfigManager
from mixdesk.store.locks import locked
from mixdesk.store.snapshot import locate
from tests.core.store.faults import fails_with, faulty, temporaries

from .desk import CONFIG, QUAD, Desk, axes, seen_by


class Failure(NamedTuple):
    """A switch that cannot be, and the error that says so."""

    use: dict[str, Any]
    kind: type[Exception]
    code: str = ""


FAILURES = {
    "an unknown account": Failure({"account": "nobody"}, mp.AccountNotFoundError),
    "a broken account": Failure({"account": "broken"}, mp.ConfigError, "CONFIG_ERROR"),
    "an account without a project": Failure({"account": "bare"}, mp.ConfigError, "CONFIG_ERROR"),
    "an account that never logged in": Failure(
        {"account": "late"}, mp.OAuthError, "OAUTH_TOKEN_ERROR"
    ),
    "an account whose login is over": Failure(
        {"account": "dead"}, mp.OAuthError, "OAUTH_REFRESH_REVOKED"
    ),
    "an account whose variable is not set": Failure(
        {"account": "silent"}, mp.OAuthError, "OAUTH_TOKEN_ERROR"
    ),
    "an unknown target": Failure({"target": "ecm"}, mp.TargetNotFoundError),
    "a target whose account is gone": Failure({"target": "ghost"}, mp.AccountNotFoundError),
    "a target whose account never logged in": Failure(
        {"target": "lateness"}, mp.OAuthError, "OAUTH_TOKEN_ERROR"
    ),
    "a target and an account": Failure({"target": "ecom", "account": "ci"}, ValueError),
    "a project that is none": Failure({"project": "x"}, mp.InvalidArgumentError),
    "an account and a project that is none": Failure(
        {"account": "ci", "project": ""}, mp.InvalidArgumentError
    ),
    "a workspace that is none": Failure({"workspace": 0}, mp.InvalidArgumentError),
    "a workspace past what a file can hold": Failure(
        {"workspace": 1 << 63}, mp.InvalidArgumentError
    ),
    "a sound project and a workspace that is none": Failure(
        {"project": "5", "workspace": -1}, mp.InvalidArgumentError
    ),
}

BEGINNINGS: dict[str, dict[str, Any]] = {
    "a service account": {"target": "ecom"},
    "a browser account": {"account": "personal", "workspace": 5009881},
}


BY_NAME: tuple[dict[str, Any], ...] = ({"account": "personal"}, {"target": "ecom"})


class Before:
    """What must be left of a workspace and the files."""

    def __init__(self, desk: Desk, ws: mp.Workspace) -> None:
        self._desk, self._ws = desk, ws
        self._session, self._bound = ws.session, ws._bound
        self._config = desk.config.read_bytes()
        self._activity = desk.activity

    def is_left(self) -> bool:
        """Whether nothing has changed but what a failed refresh notes of its account."""
        return (
            self._ws.session is self._session
            and self._ws._bound is self._bound
            and self._desk.config.read_bytes() == self._config
            and self._desk.activity == self._activity
            and temporaries(self._desk.home) == []
        )


def goes_on(desk: Desk, ws: mp.Workspace) -> bool:
    """Whether calls are answered, as whoever it was before and about what it was."""
    name, project, _ = axes(ws)
    views = ws.request("GET", "/api/app/projects/{project_id}/workspaces/public")["results"]
    asked_as = desk.server.requests[-1].account
    return asked_as == name and {view["project_id"] for view in views} == {int(project)}


@pytest.fixture(params=BEGINNINGS)
def ws(desk: Desk, request: pytest.FixtureRequest) -> mp.Workspace:
    return desk.open(**BEGINNINGS[request.param])


@pytest.mark.parametrize("is_saved", [False, True], ids=["to try", "to keep"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_what_cannot_be_leaves_all_as_it_was(
    desk: Desk, ws: mp.Workspace, failure: Failure, is_saved: bool
) -> None:
    before = Before(desk, ws)
    with pytest.raises(failure.kind) as caught:
        ws.use(**failure.use, persist=is_saved)
    if isinstance(caught.value, mp.MixdeskError):
        assert caught.value.code == (failure.code or caught.value.default_code)
    assert before.is_left()
    assert goes_on(desk, ws)


@pytest.mark.parametrize("variable", ["MP_PROJECT_ID", "MP_WORKSPACE_ID", "MP_REGION"], ids=str)
def test_a_bad_variable_hinders_only_who_looks_at_it(desk: Desk, variable: str) -> None:
    ws = desk.open()
    desk.patch.setenv(variable, "mars")
    before = Before(desk, ws)
    for switch in BY_NAME:
        with pytest.raises(mp.ConfigError, match=f"{variable} is 'mars'"):
            ws.use(**switch)
    assert before.is_left()
    assert axes(ws.use(project="3713230")) == ("team", "3713230", None)


@pytest.mark.parametrize("content", [b"[accounts", b"\xff", b"a = 1\na = 2\n"])
def test_a_file_that_does_not_parse_hinders_only_who_reads_it(desk: Desk, content: bytes) -> None:
    ws = desk.open()
    desk.write(desk.config, content)
    before = Before(desk, ws)
    for switch in (*BY_NAME, {"project": "5", "persist": True}):
        with pytest.raises(mp.StoreError) as caught:
            ws.use(**switch)
        assert caught.value.code == "STORE_CORRUPT"
    assert before.is_left()
    assert axes(ws.use(project="3713230")) == ("team", "3713230", None)
    assert goes_on(desk, ws)


def test_a_login_that_cannot_be_renewed_just_now_is_no_switch(desk: Desk) -> None:
    ws = desk.open()
    desk.log_in("personal", region="eu", ends_in=-60.0)
    before = Before(desk, ws)
    with desk.patch.context() as offline:
        offline.setenv("MP_API_BASE_URL", "http://127.0.0.1:1/{region}")
        with pytest.raises(mp.OAuthError) as caught:
            ws.use(account="personal")
        assert caught.value.details["is_temporary"]
    assert before.is_left()
    assert goes_on(desk, ws)
    assert seen_by(ws.use(account="personal").events()) == "Seen by personal in project 998812"


class TestWhatCannotBeSaved:
    switch: Mapping[str, Any] = {"account": "personal", "project": "998815", "persist": True}

    def test_for_want_of_a_lock(self, desk: Desk) -> None:
        ws = desk.open()
        before = Before(desk, ws)
        with desk.patch.context() as patch, locked(locate(desk.config), wait=0.0):
            hasty = partial(ConfigManager, wait=0.01)
            patch.setattr("mixdesk.ops.context.ConfigManager", hasty)
            with pytest.raises(mp.StoreError) as caught:
                ws.use(**self.switch)
        assert caught.value.code == "STORE_LOCKED"
        assert caught.value.details["pid"] == os.getpid()
        assert before.is_left()
        assert goes_on(desk, ws)
        assert axes(ws.use(**self.switch)) == ("personal", "998815", None)

    @pytest.mark.parametrize(
        "code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES], ids=errno.errorcode.get
    )
    def test_because_the_disk_refuses_whenever_it_is_asked(self, desk: Desk, code: int) -> None:
        ws, refused = desk.open(), set()
        os.utime(desk.root / "accounts" / "personal" / "tokens.json", (0, 0))  # known from now on
        for at in itertools.count():
            os.utime(desk.write(desk.config, CONFIG), (0, at))
            assert axes(ws.use(target="ecom")) == ("team", "3018488", 3448424)
            before = Before(desk, ws)
            with faulty(desk.patch, at, fails_with(code)) as system:
                error = _fails(ws, self.switch)
            if "rename" in system.calls[:at]:  # the file has its new name
                break
            if error is not None:
                refused.add(system.calls[at])
                assert before.is_left(), system.calls[at]
                assert error.details["errno"] == errno.errorcode[code]
        assert {"open", "write", "fsync", "rename"} <= refused

    @pytest.mark.parametrize("switch", [{"project": "5"}, {"workspace": 6}, {}], ids=str)
    def test_because_the_account_is_of_the_environment(
        self, desk: Desk, switch: dict[str, Any]
    ) -> None:
        desk.setenv({**QUAD, "MP_PROJECT_ID": "3713231"})
        ws = desk.open()
        before = Before(desk, ws)
        with pytest.raises(mp.AccountNotFoundError, match="env-service-account"):
            ws.use(**switch, persist=True)
        assert before.is_left()

    def test_because_the_target_gave_way_to_the_environment(self, desk: Desk) -> None:
        ws = desk.open()
        desk.setenv({**QUAD, "MP_PROJECT_ID": "3713231"})
        before = Before(desk, ws)
        with pytest.raises(mp.AccountNotFoundError, match="env-service-account"):
            ws.use(target="ecom", persist=True)
        assert before.is_left()
        assert goes_on(desk, ws)

    def test_because_the_file_has_another_account_of_that_name(self, desk: Desk) -> None:
        own = mp.ServiceAccount(name="team", region="us", username="auditor", secret=SecretStr("s"))
        ws = desk.open(session=mp.Session(account=own, project=mp.Project(id="5")))
        before = Before(desk, ws)
        with pytest.raises(mp.ConfigError, match="'team' of this session is not the one") as caught:
            ws.use(project="6", persist=True)
        assert str(desk.config) in str(caught.value)
        assert before.is_left()

    def test_because_a_bridge_carries_another_account_of_that_name(self, desk: Desk) -> None:
        desk.carry(project="998812")
        ws = desk.open()
        before = Before(desk, ws)
        with pytest.raises(mp.ConfigError, match="'personal' of this session is not the one"):
            ws.use(project="998815", persist=True)
        assert before.is_left()


def _fails(ws: mp.Workspace, switch: Mapping[str, Any]) -> mp.StoreError | None:
    try:
        ws.use(**switch)
    except mp.StoreError as error:
        return error
    return None


@pytest.fixture
def unreadable(desk: Desk) -> Iterator[Path]:
    tokens = desk.root / "accounts" / "personal" / "tokens.json"
    tokens.chmod(0o644)
    yield tokens
    tokens.chmod(0o600)


def test_tokens_that_are_not_safe_to_use_are_no_credential(desk: Desk, unreadable: Path) -> None:
    ws = desk.open()
    before = Before(desk, ws)
    with pytest.raises(mp.StoreError) as caught:
        ws.use(account="personal")
    assert (caught.value.code, caught.value.path) == ("STORE_UNSAFE_PATH", str(unreadable))
    assert before.is_left()
    assert goes_on(desk, ws)
