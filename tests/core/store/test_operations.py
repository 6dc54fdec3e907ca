"""What each operation of the config promises (contract, section 3)."""

from __future__ import annotations

import pytest

from mixdesk.exceptions import (
    AccountExistsError,
    AccountInUseError,
    AccountNotFoundError,
    ConfigError,
    InvalidArgumentError,
    TargetExistsError,
    TargetNotFoundError,
)
from mixdesk.model.records import AccountEntry, ActiveEntry, TargetEntry
from mixdesk.model.secret import Secret
from mixdesk.store.activity import recent
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage
from tests.core.store.support import data_of, error_of, text_of, write_config

TEAM = """\
[active]
account = "team"
workspace = 3448413

[accounts.team]
type = "service_account"
region = "us"
default_project = "3713224"
username = "team.x"
secret = "s3cret"

[accounts.personal]
type = "oauth_browser"
region = "eu"

[accounts.ci]
type = "oauth_token"
region = "in"
token_env = "MP_CI_TOKEN"

[targets.ecom]
account = "team"
project = "3018488"
workspace = 3448414

[targets.home]
account = "personal"
project = "77"
"""


@pytest.fixture
def team(config: ConfigManager) -> ConfigManager:
    write_config(config, TEAM)
    return config


class TestAccounts:
    def test_the_first_account_becomes_active(self, config: ConfigManager) -> None:
        config.add_account("team", type="oauth_browser", region="us")
        config.add_account("other", type="oauth_browser", region="eu")
        assert config.get_active() == ActiveEntry(account="team")

    def test_the_first_account_takes_over_from_a_dangling_one_and_its_workspace(
        self, config: ConfigManager
    ) -> None:
        write_config(config, '[active]\naccount = "gone"\nworkspace = 5\n')
        config.add_account("team", type="oauth_browser", region="us")
        assert config.get_active() == ActiveEntry(account="team")

    def test_a_service_account_is_saved_as_it_was_given(self, config: ConfigManager) -> None:
        added = config.add_account(
            "team",
            type="service_account",
            region="us",
            default_project="3713224",
            username="team.x",
            secret=Secret('s"3\\cret\n'),
        )
        expected = AccountEntry(
            "team", "service_account", "us", "3713224", "team.x", Secret('s"3\\cret\n')
        )
        assert added == config.get_account("team") == expected
        assert data_of(config)["accounts"]["team"] == {
            "type": "service_account",
            "region": "us",
            "default_project": "3713224",
            "username": "team.x",
            "secret": 's"3\\cret\n',
        }

    def test_accounts_are_listed_by_name(self, team: ConfigManager) -> None:
        assert [account.name for account in team.list_accounts()] == ["ci", "personal", "team"]

    def test_a_name_that_is_taken_is_refused(self, team: ConfigManager) -> None:
        before = text_of(team)
        with pytest.raises(AccountExistsError):
            team.add_account("team", type="oauth_browser", region="us")
        assert text_of(team) == before

    @pytest.mark.parametrize("name", ["", "a b", "a" * 65, "ünï", "a\n", "../x", "a.b", "a\x00"])
    def test_a_name_with_other_characters_or_too_long_is_refused(
        self, config: ConfigManager, name: str
    ) -> None:
        with pytest.raises(InvalidArgumentError):
            config.add_account(name, type="oauth_browser", region="us")
        assert not config.path.exists()

    @pytest.mark.parametrize("name", ["a", "A-1_z", "0", "-", "a" * 64])
    def test_a_name_of_up_to_64_plain_characters_is_taken(
        self, config: ConfigManager, name: str
    ) -> None:
        config.add_account(name, type="oauth_browser", region="us")
        assert [account.name for account in config.list_accounts()] == [name]

    @pytest.mark.parametrize("project", ["", "12a", "١٢", "1\n", " 1", "-1"])
    def test_a_project_that_is_not_all_digits_is_refused(
        self, team: ConfigManager, project: str
    ) -> None:
        before = text_of(team)
        for refused in (
            lambda config: config.add_account(
                "new", type="oauth_browser", region="us", default_project=project
            ),
            lambda config: config.update_account("team", default_project=project),
            lambda config: config.add_target("new", account="team", project=project),
            lambda config: config.update_target("ecom", project=project),
            lambda config: config.apply_session(project=project),
        ):
            assert isinstance(error_of(refused, team), ConfigError)
        assert text_of(team) == before

    @pytest.mark.parametrize(
        "workspace", [0, -1, True, 1 << 63, 10**5_000, -(10**5_000)], ids=lambda n: hex(n)[:9]
    )
    def test_a_workspace_that_is_not_above_zero_is_refused(
        self, team: ConfigManager, workspace: int
    ) -> None:
        before = text_of(team)
        for refused in (
            lambda config: config.set_active(workspace=workspace),
            lambda config: config.add_target(
                "new", account="team", project="1", workspace=workspace
            ),
            lambda config: config.update_target("ecom", workspace=workspace),
        ):
            assert isinstance(error_of(refused, team), InvalidArgumentError)
        assert text_of(team) == before

    def test_an_account_needs_what_its_type_needs_and_nothing_else(
        self, config: ConfigManager
    ) -> None:
        token, secret = Secret("t"), Secret("s")
        for refused in (
            lambda config: config.add_account("a", type="service_account", region="us"),
            lambda config: config.add_account(
                "a", type="service_account", region="us", username="", secret=secret
            ),
            lambda config: config.add_account("a", type="oauth_token", region="us"),
            lambda config: config.add_account(
                "a", type="oauth_token", region="us", token=token, token_env="MP_T"
            ),
            lambda config: config.add_account(
                "a", type="oauth_browser", region="us", secret=secret
            ),
            lambda config: config.add_account("a", type="basic", region="us"),
            lambda config: config.add_account("a", type="oauth_browser", region="xx"),
        ):
            assert isinstance(error_of(refused, config), InvalidArgumentError)
        assert not config.path.exists()

    def test_what_utf_8_cannot_hold_is_refused(self, team: ConfigManager) -> None:
        half = Secret("\udcff")
        for refused in (
            lambda config: config.add_account(
                "a", type="service_account", region="us", username="u", secret=half
            ),
            lambda config: config.add_account(
                "a", type="service_account", region="us", username="\ud800", secret=Secret("s")
            ),
            lambda config: config.add_account("a", type="oauth_token", region="us", token=half),
            lambda config: config.update_account("team", secret=half),
        ):
            assert isinstance(error_of(refused, team), ConfigError)
        assert text_of(team) == TEAM

    def test_a_secret_of_any_other_characters_is_read_back(self, config: ConfigManager) -> None:
        secret = "".join(map(chr, range(0x20))) + "\x7f\x85\u2028\U0010ffff'''\"\"\"\\ # [x]"
        config.add_account(
            "a", type="service_account", region="us", username="u", secret=Secret(secret)
        )
        config.update_account("a", region="eu")
        assert config.get_account("a").secret == Secret(secret)
        config.update_account("a", secret=Secret(secret[::-1]))
        assert config.get_account("a").secret == Secret(secret[::-1])

    def test_a_token_takes_the_place_of_its_variable_and_back(self, team: ConfigManager) -> None:
        team.update_account("ci", token=Secret("t"))
        assert data_of(team)["accounts"]["ci"] == {
            "type": "oauth_token",
            "region": "in",
            "token": "t",
        }
        team.update_account("ci", token_env="MP_OTHER")
        assert data_of(team)["accounts"]["ci"]["token_env"] == "MP_OTHER"
        assert "token" not in data_of(team)["accounts"]["ci"]

    def test_a_field_of_another_type_is_refused(self, team: ConfigManager) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            team.update_account("personal", secret=Secret("s"))
        assert caught.value.detected_auth_type == "oauth_browser"

    def test_a_new_project_of_the_active_account_clears_the_workspace(
        self, team: ConfigManager
    ) -> None:
        team.update_account("team", region="eu", default_project="3713224")
        assert team.get_active() == ActiveEntry("team", 3448413)
        team.update_account("team", default_project="1")
        assert team.get_active() == ActiveEntry("team")

    def test_taking_the_project_of_the_active_account_away_clears_the_workspace(
        self, team: ConfigManager
    ) -> None:
        team.update_account("team", clear_default_project=True)
        assert team.get_active() == ActiveEntry("team")
        assert team.get_account("team").default_project is None

    def test_a_new_project_of_another_account_keeps_the_workspace(
        self, team: ConfigManager
    ) -> None:
        team.update_account("personal", default_project="1")
        assert team.get_active() == ActiveEntry("team", 3448413)

    def test_an_account_that_targets_refer_to_is_removed_only_with_force(
        self, team: ConfigManager
    ) -> None:
        before = text_of(team)
        with pytest.raises(AccountInUseError) as caught:
            team.remove_account("team")
        assert caught.value.referenced_by == ["ecom"]
        assert text_of(team) == before
        assert team.remove_account("team", force=True) == ["ecom"]
        assert "team" not in data_of(team)["accounts"]

    def test_a_removed_active_account_clears_both_keys(self, team: ConfigManager) -> None:
        team.remove_account("team", force=True)
        assert team.get_active() == ActiveEntry()
        assert data_of(team).get("active", {}) == {}

    def test_removing_another_account_keeps_the_active_choice(self, team: ConfigManager) -> None:
        assert team.remove_account("ci") == []
        assert team.get_active() == ActiveEntry("team", 3448413)

    def test_targets_and_the_active_choice_follow_a_renamed_account(
        self, team: ConfigManager
    ) -> None:
        team.rename_account("team", "squad")
        assert team.get_active() == ActiveEntry("squad", 3448413)
        assert team.get_target("ecom").account == "squad"
        assert team.get_account("squad").username == "team.x"
        with pytest.raises(AccountNotFoundError):
            team.get_account("team")

    def test_a_taken_name_is_no_new_name(self, team: ConfigManager) -> None:
        with pytest.raises(AccountExistsError):
            team.rename_account("team", "ci")

    def test_what_is_not_there_is_not_found(self, team: ConfigManager) -> None:
        before = text_of(team)
        for missing in (
            lambda config: config.get_account("nobody"),
            lambda config: config.update_account("nobody", region="us"),
            lambda config: config.rename_account("nobody", "somebody"),
            lambda config: config.remove_account("nobody"),
            lambda config: config.set_active(account="nobody"),
            lambda config: config.apply_session(account="nobody", project="1"),
            lambda config: config.add_target("t", account="nobody", project="1"),
            lambda config: config.update_target("ecom", account="nobody"),
        ):
            assert isinstance(error_of(missing, team), AccountNotFoundError)
        for missing in (
            lambda config: config.get_target("nowhere"),
            lambda config: config.update_target("nowhere", project="1"),
            lambda config: config.rename_target("nowhere", "somewhere"),
            lambda config: config.remove_target("nowhere"),
            lambda config: config.apply_target("nowhere"),
        ):
            assert isinstance(error_of(missing, team), TargetNotFoundError)
        assert text_of(team) == before


class TestActive:
    def test_switching_account_leaves_the_workspace_behind(self, team: ConfigManager) -> None:
        assert team.set_active(account="personal") == ActiveEntry("personal")
        assert data_of(team)["active"] == {"account": "personal"}

    def test_using_the_active_account_again_leaves_its_workspace_behind_too(
        self, team: ConfigManager
    ) -> None:
        assert team.set_active(account="team") == ActiveEntry("team")

    def test_an_account_and_a_workspace_are_saved_together(self, team: ConfigManager) -> None:
        assert team.set_active(account="ci", workspace=5) == ActiveEntry("ci", 5)

    def test_a_workspace_alone_keeps_the_account(self, team: ConfigManager) -> None:
        assert team.set_active(workspace=5) == ActiveEntry("team", 5)

    def test_clearing_the_account_clears_the_workspace(self, team: ConfigManager) -> None:
        assert team.clear_active(account=True) == ActiveEntry()

    def test_clearing_the_workspace_keeps_the_account(self, team: ConfigManager) -> None:
        assert team.clear_active(workspace=True) == ActiveEntry("team")

    def test_a_project_goes_to_the_active_account_and_clears_the_workspace(
        self, team: ConfigManager
    ) -> None:
        assert team.apply_session(project="9") == ActiveEntry("team")
        assert team.get_account("team").default_project == "9"
        assert "project" not in data_of(team)["active"]

    def test_all_three_axes_are_saved_in_one_write(self, team: ConfigManager) -> None:
        before = team.fingerprint()
        team.apply_session(account="personal", project="9", workspace=7)
        assert team.get_active() == ActiveEntry("personal", 7)
        assert team.get_account("personal").default_project == "9"
        assert team.fingerprint() != before
        assert len(recent(Storage.at(team.path.parent).activity, 9)) == 1

    def test_a_project_without_an_account_is_refused(self, config: ConfigManager) -> None:
        with pytest.raises(ConfigError):
            config.apply_session(project="9")
        assert not config.path.exists()


class TestTargets:
    def test_a_target_is_saved_as_it_was_given(self, team: ConfigManager) -> None:
        added = team.add_target("new", account="ci", project="5", workspace=6)
        assert added == team.get_target("new") == TargetEntry("new", "ci", "5", 6)
        assert data_of(team)["targets"]["new"] == {"account": "ci", "project": "5", "workspace": 6}

    def test_a_taken_name_is_refused(self, team: ConfigManager) -> None:
        with pytest.raises(TargetExistsError):
            team.add_target("ecom", account="ci", project="5")
        with pytest.raises(TargetExistsError):
            team.rename_target("ecom", "home")

    def test_a_target_applied_writes_account_project_and_workspace_at_once(
        self, team: ConfigManager
    ) -> None:
        assert team.apply_target("ecom") == ActiveEntry("team", 3448414)
        assert team.get_account("team").default_project == "3018488"
        assert len(recent(Storage.at(team.path.parent).activity, 9)) == 1

    def test_a_target_without_workspace_leaves_none(self, team: ConfigManager) -> None:
        assert team.apply_target("home") == ActiveEntry("personal")
        assert team.get_account("personal").default_project == "77"
        assert team.get_account("team").default_project == "3713224"

    def test_a_new_project_takes_the_targets_workspace_away(self, team: ConfigManager) -> None:
        assert team.update_target("ecom", project="1") == TargetEntry("ecom", "team", "1")
        assert team.update_target("ecom", project="2", workspace=3).workspace == 3

    def test_a_target_keeps_what_is_not_given(self, team: ConfigManager) -> None:
        assert team.update_target("ecom", workspace=9) == TargetEntry("ecom", "team", "3018488", 9)
        assert team.update_target("ecom", project="3018488").workspace == 9
        assert team.update_target("ecom", clear_workspace=True).workspace is None

    def test_a_target_of_any_name_that_is_there_is_used_and_removed(
        self, config: ConfigManager
    ) -> None:
        name = 'odd "name" [x] \u00fc'
        quoted = 'odd \\"name\\" [x] \u00fc'
        write_config(config, f'{TEAM}\n[targets."{quoted}"]\naccount = "ci"\nproject = "4"\n')
        assert config.apply_target(name) == ActiveEntry("ci")
        config.rename_target(name, "plain")
        assert config.get_target("plain").project == "4"
        config.remove_target("plain")
        assert [target.name for target in config.list_targets()] == ["ecom", "home"]

    def test_a_new_target_takes_a_plain_name_only(self, team: ConfigManager) -> None:
        with pytest.raises(InvalidArgumentError):
            team.add_target("two words", account="ci", project="1")
        with pytest.raises(InvalidArgumentError):
            team.rename_target("ecom", "two words")


class TestSettings:
    def test_a_header_is_saved_inline_and_read_back(self, team: ConfigManager) -> None:
        team.set_custom_header(name="X-Mixpanel-Cluster", value="internal-1")
        assert team.get_custom_header() == ("X-Mixpanel-Cluster", "internal-1")
        line = 'custom_header = {name = "X-Mixpanel-Cluster", value = "internal-1"}\n'
        assert text_of(team) == f"{TEAM}\n[settings]\n{line}"

    def test_unknown_settings_are_kept(self, config: ConfigManager) -> None:
        settings = "[settings]\ntheirs = [1, 2]  # not ours\n[settings.more]\nx = 0x10\n"
        write_config(config, settings)
        config.set_custom_header(name="X", value="1")
        config.add_account("a", type="oauth_browser", region="us")
        assert data_of(config)["settings"]["theirs"] == [1, 2]
        assert data_of(config)["settings"]["more"] == {"x": 16}
        assert "theirs = [1, 2]  # not ours\n" in text_of(config)
        assert config.problems() == ()

    def test_a_header_with_odd_keys_is_mended(self, config: ConfigManager) -> None:
        write_config(config, '[settings]\ncustom_header = { name = "X", valeu = "1", n = 2 }\n')
        assert config.get_custom_header() is None
        config.set_custom_header(name="Y", value="2")
        assert config.get_custom_header() == ("Y", "2")
        assert config.problems() == ()

    @pytest.mark.parametrize(
        ("name", "value"), [("", "1"), ("X Y", "1"), ("X", "a\nb"), ("X", ""), ("X", " a")]
    )
    def test_a_header_that_cannot_be_sent_is_refused(
        self, config: ConfigManager, name: str, value: str
    ) -> None:
        with pytest.raises(InvalidArgumentError):
            config.set_custom_header(name=name, value=value)


class TestTransactions:
    def test_a_body_that_raises_writes_nothing(self, team: ConfigManager) -> None:
        before, state = text_of(team), team.fingerprint()

        def interrupted() -> None:
            with team.transaction() as change:
                change.document.set_value(("active",), "account", "ci")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert text_of(team) == before
        assert team.fingerprint() == state

    @pytest.mark.parametrize(
        ("table", "key", "value"),
        [
            (("accounts", "team"), "region", "moon"),
            (("accounts", "ci"), "colour", "red"),
            (("targets", "ecom"), "account", "nobody"),
            (("active",), "account", "nobody"),
            (("active",), "workspace", 0),
            ((), "colour", "red"),
        ],
    )
    def test_no_change_adds_a_problem_to_the_file(
        self, team: ConfigManager, table: tuple[str, ...], key: str, value: object
    ) -> None:
        def change() -> None:
            with team.transaction() as change:
                change.document.set_value(table, key, value)

        with pytest.raises(ConfigError) as caught:
            change()
        assert caught.value.details["key"] == key
        assert text_of(team) == TEAM

    def test_a_change_to_what_is_there_already_does_not_touch_the_file(
        self, team: ConfigManager
    ) -> None:
        state = team.fingerprint()
        team.update_account("team", region="us")
        team.set_active(workspace=3448413)
        assert team.fingerprint() == state
        assert recent(Storage.at(team.path.parent).activity, 9) == ()

    def test_the_lock_is_free_after_a_failed_change(self, team: ConfigManager) -> None:
        for _ in range(3):
            with pytest.raises(AccountNotFoundError):
                team.set_active(account="nobody")
        team.set_active(account="ci")

    def test_the_path_is_looked_up_when_the_manager_is_made(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MP_CONFIG_PATH", "/somewhere/one.toml")
        first = ConfigManager()
        monkeypatch.setenv("MP_CONFIG_PATH", "/somewhere/two.toml")
        assert str(first.path) == "/somewhere/one.toml"
        assert str(ConfigManager().path) == "/somewhere/two.toml"
        monkeypatch.delenv("MP_CONFIG_PATH")
        monkeypatch.setenv("HOME", "/home/somebody")
        assert str(ConfigManager().path) == "/home/somebody/.mp/config.toml"
