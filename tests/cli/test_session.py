"""``mp session``: who am I, and why."""

from __future__ import annotations

import pytest

from tests.cli.world import World


def test_an_empty_machine_is_told_how_to_start_with_commands_that_exist(mp: World) -> None:
    for verb in ("session", "account list"):
        ended = mp(verb.split()[0], *verb.split()[1:])
        assert ended.code == 0
        commands = [line.split() for line in ended.err.splitlines() if line.startswith("    mp ")]
        assert len(commands) == 4
        for _, *command in commands:
            given = [word for word in command if not word.isupper()]
            names = [word for word in given if not word.startswith("-")][:2]
            assert mp(*names[: 1 if names[0] == "demo" else 2], "--help").code == 0
            text = mp(*names[: 1 if names[0] == "demo" else 2], "--help").out
            assert all(word in text for word in given if word.startswith("--"))


def test_without_a_command_it_is_the_session(demo: World) -> None:
    assert demo().out == demo("session").out


def test_every_axis_has_its_source(demo: World) -> None:
    session = demo("session", "-f", "json").json
    assert (session["account"]["value"], session["account"]["source"]) == ("acme-corp", "active")
    assert session["project"]["source"] == "account_default"
    assert session["workspace"]["value"] == 3448413
    assert session["project"]["name"] == "AI Demo"
    assert session["user_email"] == "ana@acme.example"
    assert session["headers"] == ["X-Mixpanel-Cluster"]


def test_what_is_hidden_is_told(demo: World) -> None:
    demo.environ |= {"MP_PROJECT_ID": "3018488", "MP_ACCOUNT": "warehouse"}
    session = demo("session", "-f", "json").json
    assert session["project"]["origin"] == "MP_PROJECT_ID"
    assert [lost["value"] for lost in session["project"]["shadowed"]] == ["3713237"]
    assert session["account"]["origin"] == "MP_ACCOUNT"
    assert session["account"]["shadowed"][0]["value"] == "acme-corp"
    assert "hides 3713237" in demo("session", "-f", "table").out


@pytest.mark.parametrize("place", ["before", "after"])
def test_options_stand_before_or_after_the_verb(demo: World, place: str) -> None:
    options = ["-a", "warehouse", "-p", "77", "-w", "5"]
    line = [*options, "session"] if place == "before" else ["session", *options]
    session = demo(*line, "-f", "json").json
    assert session["account"]["value"] == "warehouse"
    assert session["account"]["origin"] == "--account"
    assert (session["project"]["value"], session["project"]["origin"]) == ("77", "--project")
    assert (session["workspace"]["value"], session["workspace"]["origin"]) == (5, "--workspace")


def test_the_later_of_two_counts(demo: World) -> None:
    line = ("-a", "ci", "session", "-a", "warehouse", "-f", "json")
    assert demo(*line).json["account"]["value"] == "warehouse"


def test_a_target_stands_for_all_three(demo: World) -> None:
    session = demo("-t", "ecom", "session", "-f", "json").json
    values = [session[axis]["value"] for axis in ("account", "project", "workspace")]
    assert values == ["acme-corp", "3018488", 3448424]


@pytest.mark.parametrize("flags", [["-a", "ci"], ["-p", "1"], ["-w", "1"]])
def test_a_target_excludes_the_others(demo: World, flags: list[str]) -> None:
    for line in (["-t", "ecom", "session", *flags], [*flags, "session", "-t", "ecom"]):
        ended = demo(*line)
        assert (ended.code, ended.out) == (3, "")


def test_a_flag_discards_a_variable_that_contradicts_it(demo: World) -> None:
    demo.environ["MP_TARGET"] = "ecom"
    assert demo("session", "-f", "json").json["account"]["origin"] == "target ecom"
    assert demo("session", "-a", "ci", "-f", "json").json["account"]["value"] == "ci"
    demo.environ = demo.environ | {"MP_ACCOUNT": "ci"}
    assert demo("session", "-t", "india", "-f", "json").json["account"]["value"] == "acme-india"
    assert demo("session", "-a", "warehouse", "-f", "json").json["account"]["value"] == "warehouse"


def test_two_variables_that_contradict_each_other_are_named(demo: World) -> None:
    demo.environ |= {"MP_TARGET": "ecom", "MP_ACCOUNT": "ci"}
    ended = demo("session")
    assert ended.code == 1
    assert "MP_ACCOUNT=ci" in ended.err
    assert "MP_TARGET=ecom" in ended.err
    assert demo("account", "list").code == 0


def test_an_empty_variable_is_none(demo: World) -> None:
    demo.environ |= {"MP_TARGET": "", "MP_ACCOUNT": ""}
    assert demo("session", "-f", "json").json["account"]["source"] == "active"


@pytest.mark.parametrize(
    ("name", "value"),
    [("MP_REGION", "xx"), ("MP_PROJECT_ID", "12a"), ("MP_WORKSPACE_ID", "0")],
)
def test_a_bad_variable_is_named_with_its_value(demo: World, name: str, value: str) -> None:
    demo.environ[name] = value
    ended = demo("session")
    assert ended.code == 1
    assert name in ended.err
    assert value in ended.err


@pytest.mark.parametrize("flag", [["-p", "12a"], ["-p", "٣"], ["-w", "0"], ["-w", "9" * 5000]])
def test_a_bad_id_is_a_bad_argument(demo: World, flag: list[str]) -> None:
    assert demo("session", *flag).code == 3


@pytest.mark.parametrize("flag", [["-a", "nobody"], ["-t", "nowhere"]])
def test_an_unknown_name_is_not_found(demo: World, flag: list[str]) -> None:
    ended = demo("session", *flag)
    assert (ended.code, ended.out) == (4, "")
    assert flag[1] in ended.err


def test_explain_shows_every_place_in_its_order(demo: World) -> None:
    demo.environ["MP_PROJECT_ID"] = "3018488"
    out = demo("session", "--explain", "-f", "table").out
    project = [line for line in out.splitlines() if line.startswith("project")]
    places = ["environment", "command line", "target", "bridge file", "the account's own"]
    assert [place for line in project for place in places if place in line] == places
    assert "MP_PROJECT_ID" in project[0]
    assert "3713224 (hidden)" in project[4]


def test_explain_on_an_empty_machine(mp: World) -> None:
    ended = mp("session", "--explain", "-f", "table")
    assert ended.code == 0
    assert "found nowhere" in ended.out


def test_problems_are_warnings_beside_the_answer(demo: World) -> None:
    ended = demo("session")
    assert "acme-old" in ended.err
    assert f"{demo.config}:" in ended.err
    assert "acme-old" not in ended.out
    assert demo("session", "-q").err == ""


def test_an_active_account_that_is_gone_is_told(demo: World) -> None:
    demo.write(
        demo.config.read_text().replace('account   = "acme-corp"\nw', 'account="gone"\nw', 1)
    )
    ended = demo("session")
    assert ended.code == 0
    assert "gone" in ended.err


def test_accounts_without_an_active_one_are_named(demo: World) -> None:
    text = demo.config.read_text().replace('account   = "acme-corp"\nworkspace = 3448413', "", 1)
    demo.write(text)
    assert "acme-corp" in demo("session").err
    assert "mp account use" in demo("session").err


def test_an_account_without_a_project_is_told_how_to_choose_one(demo: World) -> None:
    told = "mp project use PROJECT -a new-colleague"
    assert told in demo("session", "-a", "new-colleague").err
    assert told not in demo("session", "-a", "new-colleague", "-p", "1").err
    assert told in demo("account", "use", "new-colleague").err
    assert "mp project use" not in demo("account", "use", "ci").err


def test_who_comes_from_a_bridge_is_not_told_to_save_a_project(demo: World) -> None:
    path = str(demo.home / "bridge.json")
    demo("account", "add", "bare", "--region", "us", "--token-env", "ACME_CI_TOKEN")
    demo("account", "export-bridge", "--to", path, "-a", "bare")
    demo.environ["MP_AUTH_FILE"] = path
    told = demo("session").err
    assert "No project is chosen." in told
    assert "-p ID" in told
    assert "mp project use" not in told


def test_an_incomplete_environment_is_reported(demo: World) -> None:
    demo.environ["MP_USERNAME"] = "u"
    assert "MP_SECRET" in demo("session").err
