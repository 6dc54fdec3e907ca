"""The demo's files hold every state there is, and are what mixdesk itself would write."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mixdesk.ops.accounts import list_accounts
from mixdesk.ops.context import Context
from mixdesk.ops.session import view_session
from mixdesk.ops.targets import list_targets
from mixdesk.sandbox.data import ORGANIZATIONS, first_workspace
from mixdesk.sandbox.seed import ENVIRONMENT, seed

NOW = 1_760_000_000.0


class _Clock:
    def now(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError("a seed waits for nothing")


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    root = tmp_path / "demo"
    root.mkdir(mode=0o700)
    seed(root, clock=_Clock())
    places = {"MP_STORAGE_DIR": str(root), "MP_CONFIG_PATH": str(root / "config.toml")}
    environ = {"HOME": str(root), **places, **ENVIRONMENT}
    return Context.from_environment(environ, clock=_Clock())


def test_the_accounts_are_in_every_state(ctx: Context) -> None:
    rows = {row.name: row for row in list_accounts(ctx)}
    assert {row.type for row in rows.values()} == {
        "oauth_browser",
        "oauth_token",
        "service_account",
    }
    assert {row.region for row in rows.values()} == {"us", "eu", "in"}
    assert {row.status for row in rows.values()} == {
        "ok",
        "needs_login",
        "needs_token",
        "untested",
    }
    assert {row.token_env_set for row in rows.values()} == {True, False, None}
    left = {name: row.token_expires_at - NOW for name, row in rows.items() if row.token_expires_at}
    assert left == {
        "acme-corp": 3480.0,
        "contractor": 240.0,
        "acme-berlin": -21600.0,
        "agency": -93600.0,
    }
    assert [name for name, row in rows.items() if row.has_tokens is False] == ["new-colleague"]
    renewing = {name for name, row in rows.items() if row.can_refresh}
    assert renewing == {"acme-corp", "acme-berlin", "agency"}
    assert not [row for row in rows.values() if row.problem]


def test_one_target_is_broken_and_one_protected(ctx: Context) -> None:
    rows = list_targets(ctx)
    assert len(rows) == 6
    assert [row.name for row in rows if row.problem] == ["legacy"]
    assert [row.name for row in rows if row.is_protected] == ["prod"]
    assert [row.name for row in rows if row.is_active] == ["ai-demo"]
    assert [row.name for row in rows if row.workspace and not row.workspace_name] == []


def test_the_session_has_names_for_everything(ctx: Context) -> None:
    view = view_session(ctx)
    assert (view.project_name, view.organization) == ("AI Demo", "Acme Inc.")
    assert view.workspace_name == "All Project Data"
    assert view.user_email == "ana@acme.example"
    assert view.resolution.headers.value == {"X-Mixpanel-Cluster": "internal-1"}
    assert [problem.code for problem in view.problems] == ["dangling_account"]


def test_the_file_looks_hand_written(ctx: Context) -> None:
    text = ctx.config.path.read_text()
    assert text.startswith("# ")
    assert text.count("#") > 10


def test_ids_are_told_apart() -> None:
    projects = [key for each in ORGANIZATIONS for key, _ in each.projects]
    assert len(ORGANIZATIONS) == 3
    assert len(projects) == len(set(projects)) >= 30
    spaces = [first_workspace(key) + index for key in projects for index in (0, 1)]
    assert len(spaces) == len(set(spaces))


def test_all_of_it_is_private(ctx: Context) -> None:
    for path in ctx.storage.root.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
