"""Exporting and removing a bridge, and the session as it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.world import World

SECRETS = ("made-up-access", "made-up-refresh", "made-up-secret", "made-up-bearer")


@pytest.fixture
def path(home: Path) -> Path:
    return home / "carried" / "bridge.json"


def export(mp: World, path: Path, *line: str) -> Any:
    return mp("account", "export-bridge", "--to", str(path), *line)


def inside(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_a_grant_in_two_places_is_warned_of(demo: World, path: Path) -> None:
    ended = export(demo, path)
    assert (ended.code, ended.out) == (0, "")
    assert f"Account acme-corp is in {path}." in ended.err
    assert "in two places" in ended.err
    assert "--access-only" in ended.err
    assert "--move-grant" in ended.err
    assert inside(path)["tokens"]["refresh_token"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(each in ended.err for each in SECRETS)


def test_without_the_grant_it_says_when_it_ends(demo: World, path: Path) -> None:
    ended = export(demo, path, "--access-only", "-f", "json")
    assert ended.code == 0, ended.err
    assert "in two places" not in ended.err
    assert "left, until 20" in ended.err
    assert "refresh_token" not in inside(path)["tokens"]
    assert ended.json["expires_at"]


def test_a_grant_that_moves_leaves_this_machine(demo: World, path: Path) -> None:
    ended = export(demo, path, "--move-grant")
    assert ended.code == 0
    assert "given its refresh token up" in ended.err
    assert "warning" not in ended.err
    assert demo("account", "show", "-f", "json").json["can_refresh"] is False


def test_the_json_says_what_follows(demo: World, path: Path) -> None:
    ended = export(demo, path, "-a", "ci", "-p", "3713226", "-w", "12", "-q", "-f", "json")
    assert ended.err == ""
    assert ended.json == {
        "path": str(path),
        "account": "ci",
        "expires_at": None,
        "carries_grant": False,
        "moved": False,
        "token_env": "ACME_CI_TOKEN",
        "used_here": False,
    }
    assert (inside(path)["project"], inside(path)["workspace"]) == ("3713226", 12)


def test_a_target_tells_account_project_and_workspace(demo: World, path: Path) -> None:
    assert export(demo, path, "-t", "ecom").code == 0
    content = inside(path)
    assert (content["account"]["name"], content["project"], content["workspace"]) == (
        "acme-corp",
        "3018488",
        3448424,
    )


def test_a_bridge_that_is_used_here_is_warned_of(demo: World, home: Path) -> None:
    place = home / ".claude" / "mixpanel" / "auth.json"
    ended = export(demo, place, "-a", "ci")
    assert f"mp account remove-bridge --at {place}" in ended.err
    session = demo("session", "-f", "json").json
    assert (session["account"]["value"], session["account"]["source"]) == ("ci", "bridge")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["--access-only", "--move-grant"], 3),
        (["-a", "ci", "--access-only"], 3),
        (["-a", "nobody"], 4),
        (["-t", "nowhere"], 4),
        (["-a", "new-colleague"], 2),
        (["-t", "ecom", "-p", "1"], 3),
    ],
)
def test_what_is_refused_writes_nothing(
    demo: World, path: Path, line: list[str], code: int
) -> None:
    ended = export(demo, path, *line)
    assert (ended.code, ended.out) == (code, "")
    assert not path.exists()


def test_a_git_work_tree_takes_force(demo: World, home: Path) -> None:
    (home / "tree" / ".git").mkdir(parents=True)
    place = home / "tree" / "bridge.json"
    refused = export(demo, place)
    assert refused.code == 1
    assert "--force" in refused.err
    assert not place.exists()
    assert export(demo, place, "--force").code == 0


def test_where_is_a_must(demo: World) -> None:
    assert demo("account", "export-bridge").code == 3


def test_removing_is_done_once_and_said_twice(demo: World, path: Path) -> None:
    export(demo, path)
    ended = demo("account", "remove-bridge", "--at", str(path))
    assert (ended.code, ended.out, ended.err) == (0, "", f"The bridge {path} is removed.\n")
    assert not path.exists()
    ended = demo("account", "remove-bridge", "--at", str(path), "-f", "json")
    assert ended.code == 0
    assert ended.json == {"path": str(path), "removed": False}
    assert f"There is no bridge at {path}." in ended.err


def test_the_one_that_is_used_here_needs_no_path(demo: World, path: Path) -> None:
    export(demo, path)
    assert "No bridge is used here." in demo("account", "remove-bridge").err
    assert path.exists()
    demo.environ["MP_AUTH_FILE"] = str(path)
    assert str(path) in demo("account", "remove-bridge").err
    assert not path.exists()


def test_what_is_no_bridge_is_left_alone(demo: World, home: Path) -> None:
    other = home / "notes.json"
    other.write_text("{}")
    other.chmod(0o600)
    assert demo("account", "remove-bridge", "--at", str(other)).code == 1
    assert other.exists()


def test_the_session_as_the_bridge_says(demo: World, path: Path) -> None:
    export(demo, path, "-t", "ecom")
    demo.environ["MP_AUTH_FILE"] = str(path)
    ended = demo("session", "--bridge", "-f", "json")
    assert ended.code == 0
    shown = ended.json["bridge"]
    assert shown["path"] == str(path)
    assert shown["account"] == {"name": "acme-corp", "type": "oauth_browser", "region": "us"}
    assert (shown["project"], shown["workspace"]) == ("3018488", 3448424)
    assert shown["can_refresh"] is True
    demo.environ["COLUMNS"] = "300"
    for format_ in ("table", "json", "jsonl", "csv", "plain"):
        ended = demo("session", "--bridge", "-f", format_, "-v")
        assert str(path) in ended.out
        assert not any(each in ended.out + ended.err for each in SECRETS)


def test_no_bridge_says_where_it_looked(demo: World, home: Path) -> None:
    ended = demo("session", "--bridge")
    assert (ended.code, ended.out) == (0, "")
    assert str(home / ".claude" / "mixpanel" / "auth.json") in ended.err
    assert str(home / "mixpanel_auth.json") in ended.err
    ended = demo("session", "--bridge", "-f", "json")
    assert ended.json == {"bridge": None}


def test_a_bridge_that_is_broken_is_an_error(demo: World, path: Path) -> None:
    demo.environ["MP_AUTH_FILE"] = str(path)
    assert demo("session", "--bridge").code == 1
