"""What does not hold in a file is named, one by one, and stands in nobody else's way."""

from __future__ import annotations

import pytest

from mixdesk.exceptions import (
    AccountNotFoundError,
    ConfigError,
    MixdeskError,
    StoreError,
    TargetNotFoundError,
)
from mixdesk.model.records import Problem
from mixdesk.model.secret import Secret
from mixdesk.store.config import ConfigManager
from tests.core.store.support import data_of, error_of, text_of, write_config

SOUND = '[accounts.sound]\ntype = "oauth_browser"\nregion = "us"\n'


def only_problem(config: ConfigManager, text: str) -> Problem:
    """The one problem of a file, whose sound account must be there all the same."""
    write_config(config, text + SOUND)
    assert config.get_account("sound").region == "us"
    (problem,) = config.problems()
    assert problem.path == str(config.path)
    assert problem.summary.endswith(".")
    assert problem.hint
    return problem


def place(problem: Problem) -> tuple[str, str | None, int | None, str | None]:
    return (problem.code, problem.key, problem.line, problem.suggestion)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[accounts.a]\ntype = "oauth_browser"\nregoin = "us"\n',
            ("unknown_key", "regoin", 3, "region"),
        ),
        (
            '# one\n\n[accounts.a]\ntype = "oauth_browser"\nregion = "us"\n"colour" = 1\n',
            ("unknown_key", "colour", 6, None),
        ),
        ('[accounts.a]\ntype = "oauth_browser"\n', ("missing_key", "region", 1, None)),
        (
            '[accounts.a]\ntype = "oauth_browser"\nregion = "eur"\n',
            ("bad_value", "region", 3, "eu"),
        ),
        (
            '[accounts.a]\ntype = "oauth_brwser"\nregion = "eu"\n',
            ("bad_value", "type", 2, "oauth_browser"),
        ),
        (
            '[accounts.a]\ntype = "oauth_browser"\nregion = "eu"\ndefault_project = 5\n',
            ("bad_value", "default_project", 4, None),
        ),
        (
            '[accounts.a]\ntype = "oauth_browser"\nregion = "eu"\ndefault_project = "\u0661"\n',
            ("bad_value", "default_project", 4, None),
        ),
        (
            '[accounts.a]\ntype = "service_account"\nregion = "eu"\nusername = ""\nsecret = "s"\n',
            ("bad_value", "username", 4, None),
        ),
        (
            '[accounts.a]\ntype = "service_account"\nregion = "eu"\nusername = "u"\nsecret = 5\n',
            ("bad_value", "secret", 5, None),
        ),
        (
            '[accounts.a]\ntype = "oauth_token"\nregion = "eu"\ntoken = "t"\ntoken_env = "T"\n',
            ("one_token", "token", 4, None),
        ),
        ('[accounts.a]\ntype = "oauth_token"\nregion = "eu"\n', ("one_token", None, 1, None)),
        ("[accounts]\na = 5\n", ("no_table", None, 2, None)),
        ('[accounts]\na = { type = "x" }\n', ("bad_value", "type", 2, None)),
        (
            '[accounts."a b"]\ntype = "oauth_browser"\nregion = "eu"\n',
            ("bad_name", None, 1, None),
        ),
        (
            '[targets.t]\naccount = "sound"\nproject = "1"\nworkspce = 4\n',
            ("unknown_key", "workspce", 4, "workspace"),
        ),
        ('[targets.t]\naccount = "sound"\nproject = 1\n', ("bad_value", "project", 3, None)),
        ('[targets.t]\naccount = "sound"\n', ("missing_key", "project", 1, None)),
        (
            '[targets.t]\naccount = "sound"\nproject = "1"\nworkspace = 0\n',
            ("bad_value", "workspace", 4, None),
        ),
        (
            '[targets.t]\naccount = "sound"\nproject = "1"\nworkspace = true\n',
            ("bad_value", "workspace", 4, None),
        ),
        ('[active]\nacount = "sound"\n', ("unknown_key", "acount", 2, "account")),
        ("[active]\nworkspace = -1\n", ("bad_value", "workspace", 2, None)),
        ("[acounts]\nx = 1\n", ("unknown_key", "acounts", 1, "accounts")),
        ("[settings]\ncustom_header = 1\n", ("bad_value", "custom_header", 2, None)),
        (
            '[settings]\ncustom_header = { name = "X", value = "a\\nb" }\n',
            ("bad_value", "custom_header", 2, None),
        ),
    ],
)
def test_a_problem_names_file_line_key_and_what_was_meant(
    config: ConfigManager, text: str, expected: tuple[str, str | None, int | None, str | None]
) -> None:
    assert place(only_problem(config, text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "targets = 5\n",
        "targets = [1]\n",
        "active = 'sound'\n",
        "settings = 1\n",
        "[[targets]]\naccount = 'sound'\n",
        "[[active]]\naccount = 'sound'\n",
    ],
)
def test_a_section_that_is_no_table_blocks_only_itself(config: ConfigManager, text: str) -> None:
    problem = only_problem(config, text)
    assert (problem.code, problem.line) == ("no_table", 1)


@pytest.mark.parametrize(
    ("text", "section", "key", "line", "words"),
    [
        ("config_version = 2\n", (), "config_version", 1, "before 0.4"),
        ('default = "team"\n', (), "default", 1, "first layout"),
        ('[credentials.x]\ntype = "a"\n', (), "credentials", 1, "second layout"),
        ("[projects.x]\nid = 1\n", (), "projects", 1, "second layout"),
        (
            '[accounts.old]\nusername = "u"\nsecret = "s"\nproject_id = "1"\nregion = "us"\n',
            ("accounts", "old"),
            "project_id",
            4,
            "first layout",
        ),
        ('[active]\nproject = "1"\n', ("active",), "project", 2, "second layout"),
    ],
)
def test_an_old_layout_is_called_by_its_name_with_what_to_do(
    config: ConfigManager,
    text: str,
    section: tuple[str, ...],
    key: str,
    line: int,
    words: str,
) -> None:
    problem = only_problem(config, text)
    assert (problem.kind, problem.code) == ("layout", "old_layout")
    assert (problem.section, problem.key, problem.line) == (section, key, line)
    assert words in problem.summary


BROKEN = """\
[active]
account = "broken"
workspace = 5

[accounts.broken]
type = "service_account"
region = "moon"
username = "u"
secret = "s"

[accounts.sound]
type = "oauth_browser"
region = "us"

[targets.bad]
account = "sound"
project = 1

[targets.good]
account = "sound"
project = "1"

[targets.lost]
account = "gone"
project = "1"

[targets.over]
account = "broken"
project = "1"
"""


@pytest.fixture
def broken(config: ConfigManager) -> ConfigManager:
    write_config(config, BROKEN)
    return config


def test_one_broken_block_never_blocks_another(broken: ConfigManager) -> None:
    assert [account.name for account in broken.list_accounts()] == ["sound"]
    assert [target.name for target in broken.list_targets()] == ["good", "lost", "over"]
    broken.set_active(account="sound")
    broken.apply_target("good")
    broken.update_account("sound", region="in")
    broken.add_account("new", type="oauth_browser", region="eu")
    broken.add_target("another", account="sound", project="2")
    broken.remove_target("good")
    assert 'region = "moon"\n' in text_of(broken)
    assert [problem.code for problem in broken.problems()] == [
        "bad_value",
        "bad_value",
        "dangling_account",
    ]


def test_what_is_broken_says_why_when_it_is_asked_for(broken: ConfigManager) -> None:
    for asked in (
        lambda config: config.get_account("broken"),
        lambda config: config.set_active(account="broken"),
        lambda config: config.apply_target("over"),
    ):
        error = error_of(asked, broken)
        assert isinstance(error, ConfigError)
        assert "region in [accounts.broken]" in error.summary
        assert error.details["line"] == 7
    error = error_of(lambda config: config.apply_target("bad"), broken)
    assert error is not None
    assert error.details["line"] == 17
    assert text_of(broken) == BROKEN


def test_a_dangling_reference_is_reported_refused_and_repaired(broken: ConfigManager) -> None:
    lost = [problem for problem in broken.problems() if problem.kind == "reference"]
    assert [(problem.section, problem.key, problem.line) for problem in lost] == [
        (("targets", "lost"), "account", 24)
    ]
    with pytest.raises(AccountNotFoundError):
        broken.apply_target("lost")
    broken.update_target("lost", account="sound")
    broken.apply_target("lost")
    assert not any(problem.kind == "reference" for problem in broken.problems())


def test_a_dangling_active_account_is_reported_and_repaired(config: ConfigManager) -> None:
    write_config(config, f'[active]\naccount = "gone"\n{SOUND}')
    (problem,) = config.problems()
    assert (problem.kind, problem.section, problem.line) == ("reference", ("active",), 2)
    assert config.get_active().account == "gone"
    config.set_active(account="sound")
    assert config.problems() == ()


def test_a_target_whose_account_was_removed_with_force_is_reported(config: ConfigManager) -> None:
    write_config(config, f'{SOUND}[targets.t]\naccount = "sound"\nproject = "1"\n')
    config.remove_account("sound", force=True)
    assert [problem.code for problem in config.problems()] == ["dangling_account"]
    assert config.get_target("t").account == "sound"


def test_a_broken_target_with_a_gone_account_is_renamed_and_removed(
    broken: ConfigManager,
) -> None:
    broken.rename_target("lost", "found")
    assert [p.section for p in broken.problems() if p.kind == "reference"] == [("targets", "found")]
    broken.remove_target("found")
    broken.remove_target("bad")
    assert [problem.section for problem in broken.problems()] == [("accounts", "broken")]


def test_a_change_mends_the_problem_it_is_about(broken: ConfigManager) -> None:
    assert broken.update_account("broken", region="eu").region == "eu"
    assert broken.update_target("bad", project="5").project == "5"
    assert [problem.code for problem in broken.problems()] == ["dangling_account"]


def test_a_change_that_leaves_its_block_broken_is_refused_with_its_line(
    broken: ConfigManager,
) -> None:
    for refused in (
        lambda config: config.update_account("broken", username="v"),
        lambda config: config.update_account("broken", region="mars"),
        lambda config: config.update_account("broken", secret=Secret("s3cret")),
    ):
        error = error_of(refused, broken)
        assert isinstance(error, ConfigError)
        assert error.details["line"] == 7
        assert text_of(broken) == BROKEN
    with pytest.raises(ConfigError):
        broken.update_target("bad", workspace=5)
    assert text_of(broken) == BROKEN


def test_a_value_that_breaks_a_sound_block_is_refused(config: ConfigManager) -> None:
    write_config(config, SOUND)
    with pytest.raises(ConfigError):
        config.update_account("sound", region="moon")  # type: ignore[arg-type]
    assert text_of(config) == SOUND


def test_broken_accounts_are_removed(broken: ConfigManager) -> None:
    assert broken.remove_account("broken", force=True) == ["over"]
    assert "active" not in data_of(broken) or data_of(broken)["active"] == {}


def test_an_account_of_an_impossible_name_is_removed_and_renamed(config: ConfigManager) -> None:
    bad = '[accounts."../.."]\ntype = "oauth_browser"\nregion = "us"\n'
    write_config(config, f'{bad}{SOUND}[accounts.""]\ntype = "oauth_browser"\nregion = "eu"\n')
    assert [problem.code for problem in config.problems()] == ["bad_name", "bad_name"]
    config.remove_account("../..")
    config.rename_account("", "empty")
    assert config.get_account("empty").region == "eu"
    assert config.problems() == ()


def test_problems_come_in_the_order_of_the_file(broken: ConfigManager) -> None:
    lines = [problem.line for problem in broken.problems()]
    assert lines == sorted(lines, key=lambda line: line or 0)
    assert None not in lines


def test_a_secret_of_the_wrong_kind_is_not_shown(config: ConfigManager) -> None:
    for key in ("secret", "token"):
        kind = "service_account" if key == "secret" else "oauth_token"
        extra = 'username = "u"\n' if key == "secret" else ""
        write_config(
            config, f'[accounts.a]\ntype = "{kind}"\nregion = "us"\n{extra}{key} = 271828\n'
        )
        for problem in config.problems():
            assert "271828" not in problem.summary + problem.hint
    error = error_of(lambda config: config.get_account("a"), config)
    assert error is not None
    assert "271828" not in f"{error}{error.details}{error!r}"


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"[accounts.a\n", 1, 12, "not TOML"),
        (b"a = 1\nb = \n", 2, 5, "not TOML"),
        (b"a = 1\na = 2\n", 2, 6, "overwrite"),
        (b'a = "x\n', 1, 7, "not TOML"),
        (b'a = """x\n', 2, None, "not TOML"),
        (b"a = 1\n\x00\n", 2, 1, "not TOML"),
        (b"a = '\x1b]0;x\x07'\n", 1, 6, "not TOML"),
        (b"\xef\xbb\xbfa = 1\n", 1, 1, "byte-order mark"),
        (b"a = 1\nb = '\xff'\n", 2, None, "not UTF-8"),
        (b"a = 1\r\nb = 2\r\n[x\r\n", 3, 3, "not TOML"),
    ],
)
def test_a_file_that_is_not_toml_is_an_error_with_line_and_column(
    config: ConfigManager, content: bytes, line: int, column: int | None, words: str
) -> None:
    write_config(config, content)
    with pytest.raises(StoreError) as caught:
        config.snapshot()
    error = caught.value
    assert error.code == "STORE_CORRUPT"
    assert (error.details["line"], error.details["column"]) == (line, column)
    assert f"{config.path}:{line}" in error.summary
    assert words in error.summary
    assert error.summary.isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"x = " + b"[" * 10_000 + b"]" * 10_000,
        b"x = " + b"9" * 5_000,
        b"[" + b"a." * 5_000 + b"a]",
        b"{" * 10_000,
    ],
    ids=["nested arrays", "a huge number", "a long path", "braces"],
)
def test_a_file_that_would_exhaust_the_reader_is_an_error_of_ours(
    config: ConfigManager, content: bytes
) -> None:
    write_config(config, content)
    before = config.path.read_bytes()
    assert is_ours(error_of(lambda config: config.snapshot(), config))
    assert is_ours(error_of(lambda config: config.set_active(workspace=5), config))
    assert config.path.read_bytes() in (before, before + b"\n\n[active]\nworkspace = 5\n")


def is_ours(error: MixdeskError | None) -> bool:
    """No error at all (the file was readable after all), or one that says the file is at fault."""
    return error is None or error.code == "STORE_CORRUPT"


def test_what_is_nested_as_deep_as_can_be_read_can_also_be_changed(config: ConfigManager) -> None:
    deep = "[settings]\nx = " + "[" * 300 + "]" * 300 + "\n"
    write_config(config, deep + SOUND)
    config.update_account("sound", region="in")
    assert text_of(config) == deep + SOUND.replace('"us"', '"in"')


def test_a_huge_number_is_a_problem_in_words(config: ConfigManager) -> None:
    huge = "0x" + "f" * 9_000
    problem = only_problem(config, f'[accounts.a]\ntype = {huge}\nregion = "us"\n')
    assert "a huge number" in problem.summary


def test_a_file_that_does_not_parse_is_never_overwritten(config: ConfigManager) -> None:
    content = write_config(config, SOUND + "[accounts.sound]\n")
    for change in (
        lambda config: config.add_account("a", type="oauth_browser", region="us"),
        lambda config: config.set_active(account="sound"),
        lambda config: config.remove_account("sound"),
        lambda config: config.remove_target("x"),
        lambda config: config.clear_active(account=True),
        lambda config: config.set_custom_header(name="X", value="1"),
    ):
        error = error_of(change, config)
        assert error is not None
        assert error.code == "STORE_CORRUPT"
    assert config.path.read_bytes() == content


def test_a_target_that_is_not_there_is_not_found_even_where_targets_are_no_table(
    config: ConfigManager,
) -> None:
    write_config(config, f"targets = 1\n{SOUND}")
    with pytest.raises(TargetNotFoundError):
        config.apply_target("x")
    with pytest.raises(ConfigError):
        config.add_target("x", account="sound", project="1")
    assert text_of(config) == f"targets = 1\n{SOUND}"


PADDING = "# " + "x" * 997 + "\n"


def test_crossing_one_mebibyte_is_said(config: ConfigManager) -> None:
    write_config(config, PADDING * 1048 + SOUND)
    assert config.problems() == ()
    while config.path.stat().st_size <= 1 << 20:
        name = f"t{config.path.stat().st_size}"
        config.add_target(name, account="sound", project="9" * 60)
    (problem,) = config.problems()
    assert (problem.kind, problem.code) == ("size", "over_peer_limit")
    config.remove_target(name)
    assert config.problems() == ()


def test_past_one_mebibyte_the_file_is_read_and_changed_all_the_same(
    config: ConfigManager,
) -> None:
    write_config(config, PADDING * 1100 + SOUND)
    config.update_account("sound", region="in")
    assert text_of(config) == PADDING * 1100 + SOUND.replace('"us"', '"in"')
    assert [problem.code for problem in config.problems()] == ["over_peer_limit"]


def test_sixteen_mebibytes_are_the_most_that_is_read(config: ConfigManager) -> None:
    write_config(config, b"#" + b"x" * ((16 << 20) - 1))
    config.snapshot()
    write_config(config, b"#" + b"x" * (16 << 20))
    with pytest.raises(StoreError) as caught:
        config.snapshot()
    assert (caught.value.code, caught.value.details["reason"]) == ("STORE_UNSAFE_PATH", "size")


def test_nothing_is_written_that_could_not_be_read_back(config: ConfigManager) -> None:
    padding = b"#" + b"x" * ((16 << 20) - 200) + b"\n"
    content = write_config(config, padding + SOUND.encode())
    with pytest.raises(StoreError) as caught:
        config.add_account(
            "a", type="service_account", region="us", username="u", secret=Secret("s" * 200)
        )
    assert (caught.value.code, caught.value.details["reason"]) == ("STORE_UNSAFE_PATH", "size")
    assert config.path.read_bytes() == content
    config.update_account("sound", region="in")
