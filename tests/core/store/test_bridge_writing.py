"""A bridge is written for one user alone, and never over or instead of something else."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import ConfigError, InvalidArgumentError, StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.store.bridge import BridgeEntry, read_bridge
from mixdesk.store.bridge_writing import refuse_destination, remove_bridge, write_bridge
from mixdesk.store.tokens import TokenEntry

ACCOUNTS = {
    "service account": AccountEntry(
        "team", "service_account", "us", "5", username="u.é", secret=Secret('s"3\\cr\u00ebt')
    ),
    "bearer": AccountEntry("ci", "oauth_token", "in", token=Secret("t")),
    "variable": AccountEntry("ci", "oauth_token", "in", token_env="CI_TOKEN"),
    "browser": AccountEntry("me", "oauth_browser", "eu"),
}
TOKENS = TokenEntry(
    Secret("access"), 2_000_000_000.0, Secret("refresh"), scope="projects", client_id="c1"
)
TEAM = BridgeEntry("", ACCOUNTS["service account"])


def bridge_at(path: Path, bridge: BridgeEntry = TEAM) -> BridgeEntry:
    return bridge._replace(path=str(path), base=str(path.parent))


def put(path: Path, value: object) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    path.chmod(0o600)
    return path.read_bytes()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fields(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
@pytest.mark.parametrize(
    "rest", [{}, {"project": "7", "workspace": 9, "headers": {"X-A": "1", "X-B": "é"}}]
)
def test_what_is_written_is_read_back(
    tmp_path: Path, account: AccountEntry, rest: dict[str, Any]
) -> None:
    tokens = TOKENS if account.type == "oauth_browser" else None
    bridge = bridge_at(tmp_path / "auth.json", BridgeEntry("", account, tokens, **rest))
    write_bridge(bridge)
    assert read_bridge(bridge.place) == bridge


def test_the_keys_are_those_of_the_documented_layout(tmp_path: Path) -> None:
    path = tmp_path / "auth.json"
    account = AccountEntry("me", "oauth_browser", "eu", "5")
    write_bridge(bridge_at(path, BridgeEntry("", account, TOKENS, "7", 9, {"X-A": "1"})))
    assert fields(path) == {
        "version": 2,
        "account": {
            "name": "me",
            "type": "oauth_browser",
            "region": "eu",
            "default_project": "5",
        },
        "tokens": {
            "access_token": "access",
            "refresh_token": "refresh",
            "expires_at": "2033-05-18T03:33:20Z",
            "scope": "projects",
            "token_type": "Bearer",
            "client_id": "c1",
        },
        "project": "7",
        "workspace": 9,
        "headers": {"X-A": "1"},
    }


def test_keys_of_a_token_file_that_mean_nothing_here_stay_at_home(tmp_path: Path) -> None:
    tokens = TokenEntry(Secret("a"), 2e9, extra={"id_token": "private"})
    write_bridge(bridge_at(tmp_path / "auth.json", BridgeEntry("", ACCOUNTS["browser"], tokens)))
    assert "private" not in (tmp_path / "auth.json").read_text()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_it_is_for_this_user_alone_and_so_are_directories_made_for_it(
    tmp_path: Path, umask: int
) -> None:
    path = tmp_path / "deep" / "er" / "auth.json"
    os.umask(umask)
    write_bridge(bridge_at(path))
    assert mode(path) == 0o600
    assert [mode(above) for above in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_a_directory_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    write_bridge(bridge_at(tmp_path / "shared" / "auth.json"))
    assert mode(tmp_path / "shared") == 0o1777
    assert mode(tmp_path / "shared" / "auth.json") == 0o600


def test_one_that_others_could_read_is_replaced_by_one_they_cannot(tmp_path: Path) -> None:
    path = tmp_path / "auth.json"
    put(path, {"version": 2, "account": {}})
    path.chmod(0o644)
    write_bridge(bridge_at(path))
    assert mode(path) == 0o600
    assert fields(path)["account"]["name"] == "team"


# --- what lies there ------------------------------------------------------------------------

OTHERS = {
    "no JSON": "a letter",
    "half a bridge": '{"version": 2, "account": {',
    "too deep": "[" * 100_000,
    "an array": [1],
    "no account": {"version": 2},
    "no version": {"account": {}},
    "nothing": "",
    "no text": "\x00\x01",
}


@pytest.mark.parametrize("value", OTHERS.values(), ids=OTHERS)
def test_what_is_no_bridge_is_neither_overwritten_nor_removed(
    tmp_path: Path, value: object
) -> None:
    path = tmp_path / "auth.json"
    before = put(path, value)
    bridge = bridge_at(path)
    for act in (
        lambda: refuse_destination(bridge.place, force=False),
        lambda: write_bridge(bridge),
        lambda: remove_bridge(bridge.place),
    ):
        with pytest.raises(ConfigError) as caught:
            act()
        assert caught.value.details == {"path": str(path), "reason": "not_a_bridge"}
        assert str(path) in caught.value.summary
        assert caught.value.hint
        assert path.read_bytes() == before
    write_bridge(bridge, force=True)
    assert read_bridge(bridge.place) == bridge


@pytest.mark.parametrize("version", [1, 2, 3, None])
def test_a_bridge_of_any_version_is_replaced_and_removed(
    tmp_path: Path, version: int | None
) -> None:
    path = tmp_path / "auth.json"
    put(path, {"version": version, "account": "?"})
    refuse_destination(bridge_at(path).place, force=False)
    write_bridge(bridge_at(path))
    put(path, {"version": version, "account": "?"})
    assert remove_bridge(bridge_at(path).place)
    assert not path.exists()


def by_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def by_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def by_second_name(path: Path) -> None:
    os.link(path, path.with_name("second"))


def by_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def by_another_owner(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, 65534)


SPOILED: list[tuple[Callable[[Path], None], str]] = [
    (by_link, "link"),
    (by_dangling_link, "link"),
    (by_second_name, "hard_link"),
    (by_fifo, "kind"),
    (by_another_owner, "owner"),
]


@pytest.mark.parametrize(
    ("spoil", "reason"), SPOILED, ids=[spoil.__name__[3:] for spoil, _ in SPOILED]
)
def test_what_somebody_may_have_planted_is_left_alone_even_when_insisted(
    tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "auth.json"
    write_bridge(bridge_at(path))
    content = path.read_bytes()
    spoil(path)
    before = {each: os.lstat(each) for each in tmp_path.iterdir()}
    place = bridge_at(path).place
    for act in (
        lambda: refuse_destination(place, force=True),
        lambda: write_bridge(bridge_at(path, TEAM._replace(project="1")), force=True),
        lambda: remove_bridge(place),
    ):
        with pytest.raises(StoreError) as caught:
            act()
        assert caught.value.code == "STORE_UNSAFE_PATH"
        assert caught.value.details["reason"] == reason
        assert str(path) in caught.value.summary
    assert {each: os.lstat(each).st_ino for each in tmp_path.iterdir()} == {
        each: status.st_ino for each, status in before.items()
    }
    for other in ("elsewhere", "second"):
        if (tmp_path / other).exists():
            assert (tmp_path / other).read_bytes() == content


def test_a_file_too_large_for_a_bridge_gives_way_only_when_insisted(tmp_path: Path) -> None:
    path = tmp_path / "auth.json"
    put(path, "")
    os.truncate(path, 2 << 20)
    for act in (
        lambda: write_bridge(bridge_at(path)),
        lambda: remove_bridge(bridge_at(path).place),
    ):
        with pytest.raises(StoreError, match="larger than"):
            act()
    write_bridge(bridge_at(path), force=True)
    assert fields(path)["version"] == 2


# --- where it is not written ----------------------------------------------------------------


def test_a_directory_is_no_place_for_a_bridge(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    for name in ("there", "link"):
        with pytest.raises(InvalidArgumentError) as caught:
            refuse_destination(bridge_at(tmp_path / name).place, force=True)
        assert caught.value.violation == "directory"
        assert f"{tmp_path / name}/" in (caught.value.hint or "")


def by_directory(git: Path) -> None:
    git.mkdir()


def by_file(git: Path) -> None:
    git.write_text("gitdir: ../elsewhere\n")


def by_git_link(git: Path) -> None:
    git.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("make", "below"),
    [
        (by_directory, "auth.json"),
        (by_directory, "not/yet/there/auth.json"),
        (by_directory, ".git/auth.json"),
        (by_file, "auth.json"),
        (by_file, "not/yet/there/auth.json"),
        (by_git_link, "auth.json"),
    ],
)
def test_a_git_work_tree_is_a_place_only_when_insisted(
    tmp_path: Path, make: Callable[[Path], None], below: str
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    make(tree / ".git")
    place = bridge_at(tree / below).place
    with pytest.raises(ConfigError) as caught:
        refuse_destination(place, force=False)
    assert caught.value.details["reason"] == "work_tree"
    assert caught.value.details["work_tree"] == str(tree)
    assert str(tree / below) in caught.value.summary
    assert "--force" in (caught.value.hint or "")
    refuse_destination(place, force=True)
    assert {each.name for each in tree.iterdir()} == {".git"}


def test_a_work_tree_that_a_link_leads_to_counts_and_one_that_it_leaves_does_not(
    tmp_path: Path,
) -> None:
    for name in ("tree/.git", "tree/sub", "out"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "into").symlink_to("tree/sub")
    (tmp_path / "tree" / "out").symlink_to("../out")
    with pytest.raises(ConfigError):
        refuse_destination(bridge_at(tmp_path / "into" / "auth.json").place, force=False)
    refuse_destination(bridge_at(tmp_path / "tree" / "out" / "auth.json").place, force=False)


# --- removing -------------------------------------------------------------------------------


def test_removing_is_done_once_and_said_once(tmp_path: Path) -> None:
    bridge = bridge_at(tmp_path / "auth.json")
    write_bridge(bridge)
    assert remove_bridge(bridge.place) is True
    assert remove_bridge(bridge.place) is False
    assert read_bridge(bridge.place) is None


def test_removing_where_nothing_is_makes_nothing(tmp_path: Path) -> None:
    assert remove_bridge(bridge_at(tmp_path / "no" / "where" / "auth.json").place) is False
    assert [*tmp_path.iterdir()] == [tmp_path / "home"]


def test_one_that_others_can_read_can_be_removed(tmp_path: Path) -> None:
    bridge = bridge_at(tmp_path / "auth.json")
    write_bridge(bridge)
    Path(bridge.path).chmod(0o644)
    with pytest.raises(StoreError):
        read_bridge(bridge.place)
    assert remove_bridge(bridge.place) is True


def test_what_a_killed_writer_left_goes_with_it(tmp_path: Path) -> None:
    left = tmp_path / ".auth.json.4242-0123456789ab.tmp"
    put(left, "half a secret")
    assert remove_bridge(bridge_at(tmp_path / "auth.json").place) is False
    assert not left.exists()
