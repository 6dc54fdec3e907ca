"""Hand-written files, byte by byte: a change touches the line it is about."""

from __future__ import annotations

import pytest

from mixdesk.store.config import ConfigManager
from tests.core.store.support import text_of, write_config

DESK = """\
# Who I am at work.   [accounts.fake]

[active]
account = 'team'  # the usual one
workspace = 0x349E5D

# The team.
[accounts.team]    # from the wiki
type            = "service_account"
region          = 'us'     # not eu!
default_project = "3713224"
username        = "team.x"
secret          = '''
#not a comment'''
# end of team

# Inline ones.
[accounts]
ci = { type = "oauth_token", region = "eu", token_env = "MP_CI" }  # robot
me.type = 'oauth_browser'
me.region = "in"

[targets."my shop"]
account = "team"
project = "1"
workspace = 1_000_000

[targets.ci]
account = "ci"
project = "2"

[settings]
custom_header = { name = "X-A", value = "1" }  # cluster
theirs = [
  1,  # one
  2,
]
"""


def changed(old: str, new: str) -> str:
    assert DESK.count(old) == 1, old
    return DESK.replace(old, new)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
class TestOneLine:
    """Each change, and the only text that it replaces."""

    def check(self, config: ConfigManager, newline: str, change: object, expected: str) -> None:
        write_config(config, DESK.replace("\n", newline))
        assert callable(change)
        change(config)
        assert text_of(config) == expected.replace("\n", newline)

    def test_a_value_keeps_its_quotes_and_its_comment(
        self, config: ConfigManager, newline: str
    ) -> None:
        self.check(
            config,
            newline,
            lambda config: config.update_account("team", region="in"),
            changed("region          = 'us'", "region          = 'in'"),
        )

    def test_an_inline_table_stays_inline(self, config: ConfigManager, newline: str) -> None:
        self.check(
            config,
            newline,
            lambda config: config.update_account("ci", region="us"),
            changed('region = "eu", token_env', 'region = "us", token_env'),
        )

    def test_a_dotted_key_stays_dotted(self, config: ConfigManager, newline: str) -> None:
        self.check(
            config,
            newline,
            lambda config: config.update_account("me", region="us"),
            changed('me.region = "in"', 'me.region = "us"'),
        )

    def test_a_switch_of_account_takes_the_workspace_along(
        self, config: ConfigManager, newline: str
    ) -> None:
        self.check(
            config,
            newline,
            lambda config: config.set_active(account="ci"),
            changed(
                "account = 'team'  # the usual one\nworkspace = 0x349E5D\n",
                "account = 'ci'  # the usual one\n",
            ),
        )

    def test_a_removed_account_leaves_the_comments_above_and_below(
        self, config: ConfigManager, newline: str
    ) -> None:
        start = DESK.index("[accounts.team]")
        end = DESK.index("# Inline ones.")
        expected = (DESK[:start] + "\n" + DESK[end:]).replace(
            "account = 'team'  # the usual one\nworkspace = 0x349E5D\n", ""
        )
        self.check(
            config,
            newline,
            lambda config: config.remove_account("team", force=True),
            expected,
        )

    def test_a_removed_inline_account_takes_its_line_only(
        self, config: ConfigManager, newline: str
    ) -> None:
        self.check(
            config,
            newline,
            lambda config: config.remove_account("ci", force=True),
            changed(
                'ci = { type = "oauth_token", region = "eu", token_env = "MP_CI" }  # robot\n', ""
            ),
        )

    def test_a_renamed_account_keeps_its_place_and_comments(
        self, config: ConfigManager, newline: str
    ) -> None:
        expected = changed("[accounts.team]", "[accounts.squad]")
        expected = expected.replace("account = 'team'", "account = 'squad'")
        expected = expected.replace('account = "team"', 'account = "squad"')
        self.check(config, newline, lambda config: config.rename_account("team", "squad"), expected)

    def test_a_new_account_comes_after_the_others(
        self, config: ConfigManager, newline: str
    ) -> None:
        self.check(
            config,
            newline,
            lambda config: config.add_account("new", type="oauth_browser", region="us"),
            changed(
                'me.region = "in"\n',
                'me.region = "in"\n\n[accounts.new]\ntype = "oauth_browser"\nregion = "us"\n',
            ),
        )

    def test_a_removed_target_leaves_one_blank_line(
        self, config: ConfigManager, newline: str
    ) -> None:
        block = '[targets."my shop"]\naccount = "team"\nproject = "1"\nworkspace = 1_000_000\n\n'
        self.check(
            config, newline, lambda config: config.remove_target("my shop"), changed(block, "")
        )

    def test_a_target_loses_its_workspace_and_nothing_else(
        self, config: ConfigManager, newline: str
    ) -> None:
        self.check(
            config,
            newline,
            lambda config: config.update_target("my shop", clear_workspace=True),
            changed("workspace = 1_000_000\n", ""),
        )

    def test_a_header_is_changed_where_it_stands(self, config: ConfigManager, newline: str) -> None:
        self.check(
            config,
            newline,
            lambda config: config.set_custom_header(name="X-B", value="1"),
            changed('name = "X-A"', 'name = "X-B"'),
        )

    def test_a_change_there_and_back_gives_the_same_bytes(
        self, config: ConfigManager, newline: str
    ) -> None:
        def there_and_back(config: ConfigManager) -> None:
            config.add_target("new", account="ci", project="9")
            config.update_account("team", region="eu")
            config.rename_account("team", "squad")
            config.remove_target("new")
            config.rename_account("squad", "team")
            config.update_account("team", region="us")

        self.check(config, newline, there_and_back, DESK)


def test_a_removed_secret_leaves_nothing_of_itself(config: ConfigManager) -> None:
    """Its last lines look like comments, its characters like line ends."""
    for secret in ("'''\n# s3cret\n#s3cret'''", "'x\u2028# s3cret'", '"""\n\n# s3cret\n\n#"""'):
        write_config(
            config,
            f'[accounts.a]\ntype = "service_account"\nregion = "us"\nusername = "u"\n'
            f'secret = {secret}\n# mine\n\n# theirs\n[accounts.b]\ntype = "oauth_browser"\n'
            'region = "us"\n',
        )
        config.remove_account("a")
        assert "s3cret" not in text_of(config)
        assert "# theirs\n" in text_of(config)


def test_a_file_without_a_last_line_end_gets_one_only_where_something_follows(
    config: ConfigManager,
) -> None:
    text = '[accounts.a]\ntype = "oauth_browser"\nregion = "us"'
    write_config(config, text)
    config.add_target("t", account="a", project="1")
    assert text_of(config) == f'{text}\n\n[targets.t]\naccount = "a"\nproject = "1"\n'


def test_the_first_file_is_as_the_contract_shows_it(config: ConfigManager) -> None:
    config.add_account("team", type="oauth_browser", region="us", default_project="5")
    config.add_target("shop", account="team", project="5", workspace=7)
    assert text_of(config) == (
        '[accounts.team]\ntype = "oauth_browser"\nregion = "us"\ndefault_project = "5"\n\n'
        '[active]\naccount = "team"\n\n'
        '[targets.shop]\naccount = "team"\nproject = "5"\nworkspace = 7\n'
    )


def test_mixed_line_ends_stay_as_they_are(config: ConfigManager) -> None:
    text = '[accounts.a]\r\ntype = "oauth_browser"\nregion = "us"\r\n\n# x\r\n[settings]\nx = 1\r\n'
    write_config(config, text)
    config.update_account("a", region="eu")
    assert text_of(config) == text.replace('"us"', '"eu"')


def test_an_account_that_is_no_table_is_removed(config: ConfigManager) -> None:
    text = '[[accounts.a]]\ntype = "oauth_browser"\nregion = "us"\n'
    write_config(config, text)
    problems = [problem.code for problem in config.problems()]
    assert problems == ["no_table"]
    config.remove_account("a")
    assert config.problems() == ()


@pytest.mark.parametrize("edge", ["", " "])
def test_an_inline_table_that_loses_its_last_key_keeps_its_spaces(
    config: ConfigManager, edge: str
) -> None:
    text = '[accounts.a]\ntype = "oauth_browser"\nregion = "us"\n[targets]\n'
    text += f't = {{{edge}account = "a", '
    write_config(config, f'{text}project = "1", workspace = 5{edge}}}  # t\n')
    config.update_target("t", clear_workspace=True)
    assert text_of(config) == f'{text}project = "1"{edge}}}  # t\n'
