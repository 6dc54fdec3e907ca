"""What may come next on a line."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from mixdesk.store.me_cache import write_me
from mixdesk.store.storage import Storage
from mixdesk_cli.completion.answer import Candidate, candidates
from mixdesk_cli.completion.speaking import speak
from tests.cli.world import World

TARGETS = ["ai-demo", "ecom", "eu-prod", "india", "legacy", "prod"]


@pytest.fixture
def offline(demo: World) -> World:
    """The demo where nobody answers; a test that asked would not end at once."""
    demo.environ["MP_API_BASE_URL"] = "http://127.0.0.1:9"
    return demo


def values(world: World, *words: str) -> list[str]:
    """What the last of the words may become."""
    return [each.value for each in candidates(words[:-1], words[-1], world.environ)]


class TestCommandsAndOptions:
    def test_commands_of_each_level(self, mp: World) -> None:
        assert {"account", "use", "project", "completion"} <= set(values(mp, ""))
        assert values(mp, "acc") == ["account"]
        assert values(mp, "project", "") == ["list", "show", "use"]
        assert values(mp, "-q", "project", "s") == ["show"]

    def test_every_command_of_the_tree_says_what_it_is(self, mp: World) -> None:
        for words in ([], ["account"], ["target"], ["project"], ["workspace"]):
            found = candidates(words, "", mp.environ)
            assert found
            assert all(each.about for each in found)

    def test_options_of_a_verb(self, mp: World) -> None:
        found = values(mp, "project", "list", "--")
        assert {"--refresh", "--format", "--account", "--no-color", "--help"} <= set(found)
        assert "--workspace" not in found  # it means nothing there
        assert "--answer" not in values(mp, "completion", "--")

    def test_values_of_an_option(self, mp: World) -> None:
        assert values(mp, "account", "list", "-f", "j") == ["json", "jsonl"]
        assert values(mp, "account", "list", "--format=j") == ["--format=json", "--format=jsonl"]
        assert values(mp, "completion", "") == ["bash", "zsh", "fish"]

    @pytest.mark.parametrize(
        "words",
        [
            ("nonsense", ""),
            ("account", "nonsense", ""),
            ("account", "list", "extra", "more", ""),
            ("-f", "x"),
            ("account", "rename", "ci", "new"),
            ("-t", "ecom", "-a", "ci", "account", "use", "nowhere"),
        ],
    )
    def test_where_nothing_may_come_there_is_nothing(
        self, demo: World, words: tuple[str, ...]
    ) -> None:
        assert values(demo, *words) == []

    @pytest.mark.parametrize("flag", ["--version", "--help", "-h"])
    def test_an_option_that_would_print_prints_nothing(
        self, mp: World, capsys: pytest.CaptureFixture[str], flag: str
    ) -> None:
        values(mp, flag, "")
        assert capsys.readouterr() == ("", "")


class TestNames:
    def test_accounts(self, offline: World) -> None:
        assert values(offline, "account", "use", "a") == [
            "acme-berlin",
            "acme-corp",
            "acme-eu",
            "acme-india",
            "agency",
            "auditor",
        ]
        for words in (("-a", "war"), ("session", "-a", "war"), ("account", "token", "war")):
            assert values(offline, *words) == ["warehouse"]
        assert values(offline, "session", "--account=war") == ["--account=warehouse"]

    def test_targets(self, offline: World) -> None:
        assert values(offline, "target", "show", "") == TARGETS
        assert values(offline, "session", "-t", "E") == ["ecom", "eu-prod"]

    def test_what_use_takes(self, offline: World) -> None:
        found = values(offline, "use", "")
        assert found[:6] == TARGETS
        assert "warehouse" in found
        assert values(offline, "use", "account:war") == ["account:warehouse"]
        assert values(offline, "use", "target:") == [f"target:{name}" for name in TARGETS]
        offline("target", "add", "ci", "-a", "agency", "-p", "1")
        assert values(offline, "use", "c") == ["ci", "contractor"]
        assert "account:ci" in values(offline, "use", "a")

    def test_projects_by_name_or_id(self, offline: World) -> None:
        assert values(offline, "project", "show", "e-c") == ["E-Commerce"]
        assert values(offline, "project", "show", "3018") == ["3018488"]
        assert values(offline, "open", "web") == ["Webshop München", "Webshop Kraków"]
        assert values(offline, "session", "-p", "99881")[:2] == ["998812", "998813"]
        assert values(offline, "session", "-p", "E") == []

    def test_projects_are_those_of_the_account_on_the_line(self, offline: World) -> None:
        assert values(offline, "project", "show", "-a", "ci", "EU") == []
        assert values(offline, "-a", "acme-berlin", "project", "show", "EU P") == ["EU Production"]
        assert values(offline, "project", "show", "-t", "india", "IN") == [
            "IN Production",
            "IN Staging",
        ]

    def test_only_projects_that_can_be_saved_are_offered_for_that(self, offline: World) -> None:
        assert values(offline, "project", "use", "EU") == []
        assert values(offline, "project", "use", "-a", "acme-berlin", "EU P") == ["EU Production"]

    def test_a_name_of_several_is_offered_by_id(self, offline: World) -> None:
        twins = {"1": {"name": "Twin"}, "2": {"name": "Twin"}, "3": {"name": "One"}}
        place = Storage.at(offline.home / ".mp").account("acme-corp", "me.json")
        write_me(place, {"projects": twins}, 1e9)
        assert sorted(values(offline, "project", "show", "")) == ["1", "2", "One"]

    def test_workspaces(self, offline: World) -> None:
        assert values(offline, "workspace", "use", "") == ["All Project Data", "Console"]
        assert values(offline, "workspace", "show", "34484") == ["3448413", "3448414"]
        assert values(offline, "session", "-w", "") == ["3448413", "3448414"]
        assert values(offline, "workspace", "show", "-p", "3018488", "3") == ["3448423", "3448424"]

    def test_what_stands_beside_them(self, offline: World) -> None:
        (found,) = candidates(["project", "show"], "E-C", offline.environ)
        assert found == Candidate("E-Commerce", "3018488 · Acme Inc.")
        (found,) = candidates(["use"], "wareh", offline.environ)
        assert found.about == "account, service account · us"

    def test_names_that_a_terminal_would_obey_are_not_offered(self, offline: World) -> None:
        with offline.config.open("a") as file:
            for name in (r"x\u001b[2J", r"x\ny", r"x\u202e", "x  y", "-x"):
                file.write(f'\n[targets."{name}"]\naccount = "ci"\nproject = "1"\n')
        assert values(offline, "target", "show", "x") == []
        assert values(offline, "target", "show", "") == TARGETS
        assert "target:-x" in values(offline, "use", "target:")

    def test_never_asked_is_not_asked(self, offline: World) -> None:
        for line in (("project", "show"), ("project", "use"), ("open",)):
            assert values(offline, *line, "-a", "acme-eu", "") == []

    @pytest.mark.parametrize("text", ["this is no toml", "[accounts.x]\ntype = 7\n", ""])
    def test_a_file_that_is_broken_breaks_nothing(self, mp: World, text: str) -> None:
        mp.write(text)
        for words in (("use", ""), ("project", "use", ""), ("-p", ""), ("workspace", "show", "")):
            assert values(mp, *words) in ([], ["x"])

    @pytest.mark.parametrize("variable", ["MP_REGION", "MP_PROJECT_ID", "MP_AUTH_FILE"])
    def test_a_variable_that_is_bad_breaks_nothing(self, demo: World, variable: str) -> None:
        demo.environ[variable] = "nonsense"
        assert values(demo, "project", "show", "E") == []
        assert values(demo, "use", "ecom") == ["ecom"]


class TestWhatTheShellKnows:
    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            (("exec", "--", "gi"), "command"),
            (("exec", "-a", "ci", "--", "git", "st"), "file"),
            (("account", "export-bridge", "--to", "x"), "file"),
        ],
    )
    def test_is_left_to_it(self, demo: World, words: tuple[str, ...], kind: str) -> None:
        assert candidates(words[:-1], words[-1], demo.environ) == [Candidate("", "", kind)]
        for shell in ("zsh", "fish"):
            assert speak(shell, (words[-1], *words[:-1]), demo.environ) == f"\t{kind}\n"
        assert speak("bash", ("mp " + " ".join(words), words[-1]), demo.environ) == f"\t{kind}\n"


class TestTheVerb:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_prints_a_script_without_looking_at_any_file(self, mp: World, shell: str) -> None:
        ended = mp("completion", shell)
        assert (ended.code, ended.err) == (0, "")
        assert f"mp completion {shell}" in ended.out
        assert list(mp.home.iterdir()) == []

    @pytest.mark.parametrize("line", [(), ("csh",), ("bash", "zsh")])
    def test_a_bad_line_exits_3(self, mp: World, line: tuple[str, ...]) -> None:
        ended = mp("completion", *line)
        assert (ended.code, ended.out) == (3, "")

    def test_answers(self, demo: World) -> None:
        assert demo("completion", "bash", "--answer", "--", "mp use ec", "ec").out == "ecom\n"
        assert demo("completion", "zsh", "--answer", "--", "ec", "use").out.startswith("ecom:")
        assert demo("completion", "fish", "--answer", "--", "ec", "use").out.startswith("ecom\t")
        for shell in ("bash", "zsh", "fish"):
            assert demo("completion", shell, "--answer").code == 0

    def test_colons_are_quoted_for_zsh(self, demo: World) -> None:
        line = ("completion", "zsh", "--answer", "--", "account:war", "use")
        assert demo(*line).out.startswith("account\\:warehouse:account, ")

    @pytest.mark.parametrize(
        ("typed", "found"),
        [("'EU P", "EU Production"), ('"EU P', "EU Production"), ("EU\\ P", "EU Production")],
    )
    def test_quotes_of_fish_are_read(self, demo: World, typed: str, found: str) -> None:
        line = ("completion", "fish", "--answer", "--", typed, "project", "show")
        assert demo(*line).out.startswith(f"{found}\t")


def test_ten_thousand_projects_and_a_hundred_accounts_take_no_time(demo: World) -> None:
    projects = {
        str(10**6 + n): {"name": f"Project {n}", "organization_id": 1} for n in range(10**4)
    }
    me = {"projects": projects, "organizations": {"1": {"name": "Acme"}}}
    write_me(Storage.at(demo.home / ".mp").account("acme-corp", "me.json"), me, 1e9)
    assert len(values(demo, "project", "show", "")) == 10**4
    spent = time.process_time()
    assert values(demo, "project", "show", "project 9999") == ["Project 9999"]
    assert time.process_time() - spent < 1


def test_an_answer_loads_nothing_heavy(demo: World) -> None:
    program = (
        "import sys\n"
        "from mixdesk_cli.main import run\n"
        "run(['completion', 'bash', '--answer', '--', 'mp project use E', 'E'])\n"
        "heavy = {'httpx', 'tomlkit', 'pydantic', 'textual', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**demo.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "E-Commerce\n"
    assert done.stderr == "[]\n"
