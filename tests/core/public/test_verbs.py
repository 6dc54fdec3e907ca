"""The namespaces as a program uses them: on the files that the environment names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

import mixdesk as mp


@pytest.fixture
def team() -> mp.AccountSummary:
    return mp.accounts.add(
        "team",
        type="service_account",
        region="us",
        default_project="11",
        username="team.x",
        secret=SecretStr("s"),
    )


class TestAccounts:
    def test_there_are_none_and_no_file_is_made_by_looking(self, home: Path) -> None:
        assert mp.accounts.list() == []
        assert mp.session.show() == mp.ActiveSession()
        assert list(home.iterdir()) == []

    def test_are_listed_by_name(self, team: mp.AccountSummary) -> None:
        ana = mp.accounts.add("ana", type="oauth_browser")
        assert mp.accounts.list() == [ana, team]
        assert team == mp.AccountSummary(
            name="team", type="service_account", region="us", is_active=True, project_id="11"
        )
        assert (ana.region, ana.is_active, ana.status) == ("us", False, "untested")

    @pytest.mark.parametrize("secret", ["s3", SecretStr("s3")])
    def test_take_a_secret_plain_or_wrapped(self, secret: SecretStr | str) -> None:
        mp.accounts.add("a", type="service_account", region="us", username="u", secret=secret)
        mp.accounts.add("b", type="oauth_token", region="us", token=secret)
        entry = mp.ConfigManager().get_account("a")
        assert entry.secret is not None
        assert entry.secret.get_secret_value() == "s3"
        session = mp.resolve_session({}, mp.ConfigManager().snapshot(), account="b", project="1")
        assert isinstance(session.account, mp.OAuthTokenAccount)
        assert session.account.token is not None
        assert session.account.token.get_secret_value() == "s3"

    @pytest.mark.parametrize("kind", ["service_account", "oauth_token"])
    def test_need_a_region_where_nobody_can_ask_for_it(self, kind: mp.AccountType) -> None:
        with pytest.raises(mp.InvalidArgumentError) as caught:
            mp.accounts.add("a", type=kind, token="t")
        assert (caught.value.violation, caught.value.detected_auth_type) == ("region", kind)

    def test_are_updated_and_renamed(self, team: mp.AccountSummary) -> None:
        assert mp.accounts.update("team", region="eu").region == "eu"
        assert mp.accounts.update("team", default_project="12").project_id == "12"
        renamed = mp.accounts.rename("team", "crew")
        assert (renamed.name, renamed.is_active) == ("crew", True)
        assert mp.accounts.show() == renamed == mp.accounts.show("crew")

    def test_name_the_targets_that_refer_to_them(self, team: mp.AccountSummary) -> None:
        mp.targets.add("ecom", account="team", project="12")
        assert mp.accounts.show("team").referenced_by_targets == ["ecom"]
        with pytest.raises(mp.AccountInUseError) as caught:
            mp.accounts.remove("team")
        assert caught.value.referenced_by == ["ecom"]
        assert mp.accounts.remove("team", force=True) == ["ecom"]
        assert mp.accounts.list() == []

    def test_that_are_broken_are_left_out_and_explained(
        self, team: mp.AccountSummary, home: Path
    ) -> None:
        config = home / ".mp" / "config.toml"
        config.write_text(config.read_text() + "\n[accounts.bad]\ntype = 'oauth_browser'\n")
        assert [account.name for account in mp.accounts.list()] == ["team"]
        with pytest.raises(mp.ConfigError, match="region") as caught:
            mp.accounts.show("bad")
        assert not isinstance(caught.value, mp.AccountNotFoundError)
        assert [p.section for p in mp.ConfigManager().problems()] == [("accounts", "bad")]

    def test_that_are_unknown_are_not_found(self, team: mp.AccountSummary) -> None:
        for verb in (mp.accounts.show, mp.accounts.use, mp.accounts.remove, mp.accounts.update):
            with pytest.raises(mp.AccountNotFoundError):
                verb("tema")
        with pytest.raises(ValueError, match="tema"):
            mp.accounts.rename("tema", "x")


class TestTargets:
    def test_are_saved_changed_renamed_and_removed(self, team: mp.AccountSummary) -> None:
        made = mp.targets.add("ecom", account="team", project="12", workspace=72)
        assert made == mp.Target(name="ecom", account="team", project="12", workspace=72)
        assert mp.targets.list() == [made] == [mp.targets.show("ecom")]
        assert mp.targets.update("ecom", workspace=73).workspace == 73
        assert mp.targets.update("ecom", project="13").workspace is None
        assert mp.targets.rename("ecom", "shop").name == "shop"
        mp.targets.remove("shop")
        assert mp.targets.list() == []

    def test_that_are_used_become_the_choice(self, team: mp.AccountSummary) -> None:
        mp.accounts.add("ana", type="oauth_browser", region="eu")
        mp.targets.add("ecom", account="ana", project="12", workspace=72)
        assert mp.targets.use("ecom") == mp.ActiveSession(account="ana", workspace=72)
        assert mp.session.show() == mp.ActiveSession(account="ana", workspace=72)
        assert mp.accounts.show("ana").project_id == "12"

    def test_that_cannot_be_are_refused(self, team: mp.AccountSummary) -> None:
        mp.targets.add("ecom", account="team", project="12")
        with pytest.raises(mp.TargetExistsError):
            mp.targets.add("ecom", account="team", project="12")
        with pytest.raises(mp.AccountNotFoundError):
            mp.targets.add("new", account="tema", project="12")
        with pytest.raises(mp.InvalidArgumentError):
            mp.targets.add("new", account="team", project="x")
        for verb in (mp.targets.show, mp.targets.use, mp.targets.remove, mp.targets.update):
            with pytest.raises(mp.TargetNotFoundError):
                verb("ecm")


class TestTheChoice:
    def test_of_an_account_leaves_the_workspace_behind(self, team: mp.AccountSummary) -> None:
        mp.accounts.add("ana", type="oauth_browser", region="eu")
        mp.session.use(workspace=5)
        assert mp.session.show() == mp.ActiveSession(account="team", workspace=5)
        mp.accounts.use("ana")
        assert mp.session.show() == mp.ActiveSession(account="ana")

    def test_of_a_project_is_the_accounts_own(self, team: mp.AccountSummary) -> None:
        mp.session.use(project="12", workspace=72)
        assert mp.accounts.show().project_id == "12"
        assert mp.session.show().workspace == 72

    def test_of_a_target_excludes_the_rest(self, team: mp.AccountSummary) -> None:
        with pytest.raises(ValueError, match="excludes"):
            mp.session.use(target="ecom", account="team")


class TestWhereTheFilesAre:
    def test_is_looked_up_at_each_call(
        self, team: mp.AccountSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tmp_path / "other.toml"
        monkeypatch.setenv("MP_CONFIG_PATH", str(other))
        assert mp.accounts.list() == []
        mp.accounts.add("elsewhere", type="oauth_browser")
        assert "elsewhere" in other.read_text()
        monkeypatch.delenv("MP_CONFIG_PATH")
        assert [account.name for account in mp.accounts.list()] == ["team"]

    def test_is_private_from_the_first_moment(self, team: mp.AccountSummary, home: Path) -> None:
        modes = {path: path.stat().st_mode & 0o777 for path in (home / ".mp").rglob("*")}
        assert modes
        assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())
        assert (home / ".mp").stat().st_mode & 0o777 == 0o700
