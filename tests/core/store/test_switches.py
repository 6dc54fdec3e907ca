"""Going back to who was active before the last switch, exactly."""

from __future__ import annotations

import json
import random
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import AccountNotFoundError, ConfigError
from mixdesk.model.records import AccountEntry
from mixdesk.store.activity import recent
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage
from tests.core.store.support import data_of, error_of, text_of, write_config

CANARY = "canary-5d1e77"

TEAM = f"""\
[active]
account = "team"
workspace = 3448413

[accounts.team]
type = "service_account"
region = "us"
default_project = "3713224"
username = "team.x"
secret = "{CANARY}"

[accounts.personal]
type = "oauth_browser"
region = "eu"

[accounts.ci]
type = "oauth_token"
region = "in"
default_project = "9"
token_env = "MP_CI_TOKEN"

[targets.ecom]
account = "team"
project = "3018488"
workspace = 3448414

[targets.home]
account = "personal"
project = "77"
"""

Switch = Callable[[ConfigManager], object]


@pytest.fixture
def team(config: ConfigManager) -> ConfigManager:
    write_config(config, TEAM)
    return config


def meaning_of(config: ConfigManager) -> dict[str, Any]:
    """What the file means; an empty table says as much as none."""
    return {name: table for name, table in data_of(config).items() if table}


def record(config: ConfigManager) -> Path:
    return config.path.with_name("config.toml.previous")


def by_hand(config: ConfigManager, old: str, new: str) -> None:
    """Change the file as a program does that knows nothing of switches."""
    text = text_of(config)
    assert old in text
    write_config(config, text.replace(old, new, 1))


SWITCHES: dict[str, Switch] = {
    "an account": lambda config: config.apply_session(account="personal"),
    "an account with a project": lambda config: config.apply_session(account="ci", project="5"),
    "a project": lambda config: config.apply_session(project="5"),
    "a project with a workspace": lambda config: config.apply_session(project="5", workspace=6),
    "a workspace": lambda config: config.apply_session(workspace=6),
    "no workspace": lambda config: config.clear_active(workspace=True),
    "no account": lambda config: config.clear_active(account=True),
    "a target of the same account": lambda config: config.apply_target("ecom"),
    "a target of another account": lambda config: config.apply_target("home"),
    "another home project": lambda config: config.update_account("team", default_project="5"),
    "no home project": lambda config: config.update_account("team", clear_default_project=True),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_going_back_and_forth_restores_everything(team: ConfigManager, name: str) -> None:
    before = meaning_of(team)
    SWITCHES[name](team)
    after = meaning_of(team)
    assert after != before
    for _ in range(3):
        team.go_back()
        assert meaning_of(team) == before
        team.go_back()
        assert meaning_of(team) == after


def test_another_process_goes_back(team: ConfigManager, storage: Storage) -> None:
    before = data_of(team)
    team.apply_target("home")
    ConfigManager(team.path, storage=storage).go_back()
    assert data_of(team) == before


def test_going_back_is_about_the_last_of_many_switches(team: ConfigManager) -> None:
    choices: list[Switch] = list(SWITCHES.values())
    dice = random.Random(7)
    for _ in range(80):
        before, noted = meaning_of(team), record(team).exists() and record(team).read_bytes()
        error_of(dice.choice(choices), team)  # who is nobody cannot switch by project
        after = meaning_of(team)
        if after == before or record(team).read_bytes() == noted:
            write_config(team, TEAM)
            continue
        team.go_back()
        assert meaning_of(team) == before
        team.go_back()
        assert meaning_of(team) == after


def test_where_nobody_has_switched_there_is_nothing_to_take_back(team: ConfigManager) -> None:
    error = error_of(ConfigManager.go_back, team)
    assert isinstance(error, ConfigError)
    assert error.code == "NO_SWITCH"
    assert text_of(team) == TEAM


def test_a_change_that_is_no_switch_leaves_the_last_one_alone(team: ConfigManager) -> None:
    before = data_of(team)
    team.apply_session(account="ci")
    team.update_account("team", username="other")
    team.update_account("personal", default_project="12")
    team.add_target("new", account="team", project="1")
    team.apply_session(account="ci")
    team.go_back()
    now = data_of(team)
    assert now["active"] == before["active"]
    assert now["accounts"]["personal"]["default_project"] == "12"
    assert "new" in now["targets"]


def test_before_the_first_account_was_nobody(config: ConfigManager) -> None:
    config.add_account("first", type="oauth_browser", region="us", default_project="1")
    after = data_of(config)
    assert config.go_back().account is None
    assert data_of(config)["accounts"] == after["accounts"]
    assert config.go_back().account == "first"


def test_a_login_to_a_new_account_is_taken_back_and_the_account_stays(team: ConfigManager) -> None:
    entry = AccountEntry("new", "oauth_browser", "eu", "7")
    team.save_login(entry, is_new=True)
    team.go_back()
    now = data_of(team)
    assert now["active"] == {"account": "team", "workspace": 3448413}
    assert now["accounts"]["new"]["default_project"] == "7"
    assert team.go_back().account == "new"


OVERTAKEN: dict[str, tuple[str, str, str]] = {
    "account": ('account = "ci"', 'account = "personal"', "account is personal, not ci"),
    "workspace": ('account = "ci"', 'account = "ci"\nworkspace = 9', "workspace is 9, not none"),
    "project": ('default_project = "5"', 'default_project = "6"', "project of ci is 6, not 5"),
    "project left": ('"3713224"', '"1"', "project of team is 1, not 3713224"),
}


@pytest.mark.parametrize("what", OVERTAKEN)
def test_what_another_program_changed_since_is_told(team: ConfigManager, what: str) -> None:
    team.apply_session(account="ci", project="5")
    old, new, said = OVERTAKEN[what]
    by_hand(team, old, new)
    before = text_of(team)
    error = error_of(ConfigManager.go_back, team)
    assert error is not None
    assert error.code == "SWITCH_OVERTAKEN"
    assert said in error.summary
    assert "account team › project 3713224 › workspace 3448413" in (error.hint or "")
    assert text_of(team) == before


def test_after_another_program_the_next_switch_can_be_taken_back(team: ConfigManager) -> None:
    team.apply_session(account="ci")
    by_hand(team, 'account = "ci"', 'account = "personal"')
    overtaken = data_of(team)
    team.apply_target("ecom")
    team.go_back()
    assert data_of(team) == overtaken


def test_another_program_may_change_what_a_switch_is_not_about(team: ConfigManager) -> None:
    team.apply_session(account="ci")
    by_hand(team, "MP_CI_TOKEN", "OTHER_TOKEN")
    by_hand(team, 'region = "eu"', 'region = "us"')
    team.go_back()
    assert team.get_active().account == "team"
    assert "OTHER_TOKEN" in text_of(team)


@pytest.mark.parametrize("name", ["team", "ci"])
def test_an_account_that_is_renamed_is_still_gone_back_to(team: ConfigManager, name: str) -> None:
    team.apply_session(account="ci")
    team.rename_account(name, "new-name")
    after = data_of(team)
    team.go_back()
    assert team.get_active().account == ("new-name" if name == "team" else "team")
    assert team.get_active().workspace == 3448413
    team.go_back()
    assert data_of(team) == after


def test_an_account_that_is_gone_is_told(team: ConfigManager) -> None:
    team.apply_session(account="ci")
    team.remove_account("team", force=True)
    with pytest.raises(AccountNotFoundError):
        team.go_back()


def test_an_account_that_broke_is_told(team: ConfigManager) -> None:
    team.apply_session(account="ci")
    by_hand(team, 'region = "us"', 'region = "mars"')
    error = error_of(ConfigManager.go_back, team)
    assert error is not None
    assert "mars" in error.summary


def test_removing_the_active_account_is_told(team: ConfigManager) -> None:
    team.apply_session(account="ci")
    team.remove_account("ci")
    with pytest.raises(AccountNotFoundError):
        team.go_back()


def test_a_link_to_the_file_leads_to_the_same_switch(team: ConfigManager, tmp_path: Path) -> None:
    link = tmp_path / "dotfiles.toml"
    link.symlink_to(team.path)
    ConfigManager(link).apply_session(account="ci")
    assert not link.with_name("dotfiles.toml.previous").exists()
    assert team.go_back().account == "team"


def test_each_file_has_switches_of_its_own(team: ConfigManager, storage: Storage) -> None:
    other = ConfigManager(storage.root / "other.toml", storage=storage)
    write_config(other, TEAM)
    team.apply_session(account="ci")
    other.apply_session(account="personal")
    assert team.go_back().account == "team"
    assert other.get_active().account == "personal"


def test_the_record_is_private_and_holds_no_secret(team: ConfigManager) -> None:
    for switch in SWITCHES.values():
        switch(team)
        assert stat.S_IMODE(record(team).stat().st_mode) == 0o600
        assert CANARY not in record(team).read_text()
        write_config(team, TEAM)


def test_a_shorter_record_leaves_nothing_of_a_longer_one(team: ConfigManager) -> None:
    team.apply_session(account="personal", project="1" * 40)
    longer = record(team).stat().st_size
    team.apply_session(account="ci")
    team.apply_session(account="team")
    assert record(team).stat().st_size < longer
    assert record(team).read_bytes().count(b"\n") == 1


GARBAGE: dict[str, Any] = {
    "empty": b"",
    "half": b'{"before": {"account": "te',
    "not text": b"\xff\xfe\n",
    "another shape": b"[1, 2]\n",
    "a project that is none": {"account": "a", "workspace": None, "homes": {"a": 7}},
    "a workspace that is none": {"account": "a", "workspace": "x", "homes": {"a": None}},
    "an account that is none": {"account": 7, "workspace": None, "homes": {"a": None}},
    "nested": b"[" * 100_000,
}


@pytest.mark.parametrize("what", GARBAGE)
def test_a_record_that_makes_no_sense_is_none(team: ConfigManager, what: str) -> None:
    given = GARBAGE[what]
    content = given
    if isinstance(given, dict):
        content = json.dumps({"before": given, "after": given}).encode()
    record(team).write_bytes(content)
    record(team).chmod(0o600)
    error = error_of(ConfigManager.go_back, team)
    assert error is not None
    assert error.code == "NO_SWITCH"
    team.apply_session(account="ci")
    assert team.go_back().account == "team"


def test_a_planted_link_is_neither_read_nor_written(team: ConfigManager, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    record(team).symlink_to(victim)
    team.apply_session(account="ci")
    assert team.get_active().account == "ci"
    assert victim.read_text() == "mine"
    error = error_of(ConfigManager.go_back, team)
    assert error is not None
    assert error.code == "NO_SWITCH"


def test_going_back_is_in_the_activity_log(team: ConfigManager, storage: Storage) -> None:
    team.apply_session(account="ci")
    team.go_back()
    entry = recent(storage.activity, 1)[0]
    assert (entry.verb, entry.names) == ("session.use", ("team", "3713224"))


def test_comments_survive(team: ConfigManager) -> None:
    by_hand(team, 'account = "team"', 'account = "team"  # me')
    team.apply_session(account="ci")
    team.go_back()
    assert '"team"  # me' in text_of(team)
    assert tomllib.loads(text_of(team)) == tomllib.loads(TEAM)
