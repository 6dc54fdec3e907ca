"""``mp doctor``: what it says, what it mends, how it ends."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from mixdesk.api.reach import Reason, Unusable
from mixdesk.clock import SystemClock
from mixdesk.ops import doctor
from mixdesk.ops.doctor import Finding, network
from mixdesk.ops.doctor.finding import TOPICS
from mixdesk.sandbox.server import SandboxServer
from mixdesk_cli.views.doctor import FIELDS, text
from mixdesk_cli.views.doctor_words import WORDS, next_step, sentence
from tests.cli.world import Ended, World
from tests.fakes.nobody import nobody_there

CONFIG = """\
[active]
account = "team"

[accounts.team]
type = "service_account"
region = "us"
default_project = "11"
username = "u"
secret = "canary-77aa"
"""

NOW = 1_800_000_000.0


@pytest.fixture
def well(mp: World) -> World:
    """A machine on which nothing is wrong, and whose network is not asked."""
    mp.write(CONFIG)
    programs = mp.home / "bin"
    programs.mkdir(mode=0o700)
    for name in ("mp", "mixdesk"):
        (programs / name).write_text("from mixdesk_cli.main import run\n")
        (programs / name).chmod(0o700)
    mp.environ["PATH"] = str(programs)
    return mp


def look(machine: World, *options: str) -> Ended:
    return machine("doctor", "--offline", *options)


def by_code(ended: Ended) -> dict[str, Any]:
    return {each["code"]: each for each in ended.json}


def test_nothing_wrong_exits_0_and_says_so(well: World) -> None:
    ended = look(well)
    assert (ended.code, ended.err) == (0, "Nothing is wrong.\n")
    rows = [line.split("\t") for line in ended.out.splitlines()]
    assert {row[0] for row in rows} == {"ok", "note"}
    assert {row[2] for row in rows if row[0] == "ok"} == {
        *("files_private", "nothing_left", "config_sound", "environment_plain"),
        *("no_bridge", "accounts_ready", "mp_is_ours"),
    }


def test_a_desktop_has_a_browser_and_a_clipboard(well: World) -> None:
    well.environ |= {"DISPLAY": ":0", "BROWSER": "xclip"}
    program = well.home / "bin" / "xclip"
    program.write_text("")
    program.chmod(0o700)
    told = [line.split("\t") for line in look(well).out.splitlines()]
    assert {row[2] for row in told if row[1] == "terminal"} >= {"browser_ready", "clipboard_ready"}


def test_an_empty_machine_has_nothing_wrong_and_stays_empty(well: World) -> None:
    well.environ["HOME"] = str(well.home / "nobody")
    assert look(well, "--fix").code == 0
    assert not (well.home / "nobody").exists()


def test_what_is_wrong_exits_1_and_once_it_is_mended_0(well: World) -> None:
    well.config.chmod(0o644)
    ended = look(well, "-f", "json")
    assert ended.code == 1
    assert "1 thing is wrong.\n  Mend what can be mended safely: mp doctor --fix" in ended.err
    finding = by_code(ended)["open_to_others"]
    assert (finding["severity"], finding["subject"]) == ("warning", str(well.config))
    assert (finding["next"], finding["can_fix"]) == ("mp doctor --fix", True)
    assert well.config.stat().st_mode & 0o777 == 0o644
    ended = look(well, "--fix", "-f", "json")
    assert (ended.code, ended.err) == (0, "1 thing is mended. Nothing is wrong.\n")
    finding = by_code(ended)["open_to_others"]
    assert (finding["fixed"], finding["next"]) == (True, None)
    assert well.config.stat().st_mode & 0o777 == 0o600
    assert look(well, "-q").out == ""


def test_what_only_the_user_can_mend_stays_wrong(well: World) -> None:
    well.config.chmod(0o644)
    well.environ["MP_PROJECT_ID"] = "12"
    ended = look(well, "--fix", "-f", "json")
    assert (ended.code, ended.err) == (1, "1 thing is mended. 1 thing is wrong.\n")
    finding = by_code(ended)["hides_choice"]
    assert (
        finding["summary"] == "MP_PROJECT_ID hides your saved project 11: in this shell it is 12."
    )
    assert finding["next"] == "unset MP_PROJECT_ID"


def test_quiet_shows_problems_and_what_was_mended_alone(well: World) -> None:
    assert look(well, "-q") == Ended(0, "", "")
    well.config.chmod(0o644)
    for format_ in ("table", "plain", "json", "jsonl", "csv"):
        ended = look(well, "-q", "-f", format_)
        assert ended.err == ""
        assert len(re.findall(r"open to others", ended.out)) == 1
        assert "browser" not in ended.out
    assert [each["code"] for each in look(well, "-q", "--fix", "-f", "json").json] == [
        "open_to_others"
    ]


@pytest.mark.parametrize("line", [["--nonsense"], ["extra"], ["-f", "xml"], ["-t", "x", "-a", "y"]])
def test_bad_arguments_exit_3(well: World, line: list[str]) -> None:
    assert look(well, *line).code == 3


def test_other_axes_mean_nothing_here(well: World) -> None:
    assert "--account means nothing" in look(well, "-a", "team").err


def test_an_unknown_home_is_a_configuration_error(
    well: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    well.environ["HOME"] = ""
    monkeypatch.setenv("HOME", "nowhere")
    assert look(well).code == 1


def test_a_file_that_cannot_be_read_is_a_finding_and_no_failure(well: World) -> None:
    well.write("[")
    ended = look(well, "-f", "json")
    assert ended.code == 1
    finding = by_code(ended)["config_unreadable"]
    assert finding["subject"].startswith(f"{well.config}:1")
    assert "not TOML" in finding["summary"]
    assert finding["next"].startswith("Mend that line")


def test_the_table_is_grouped_with_the_worst_first(demo: World) -> None:
    (demo.home / ".mp" / "accounts" / "agency" / "tokens.json").chmod(0o644)
    ended = look(demo, "-f", "table")
    lines = ended.out.splitlines()
    assert lines[0] == "files"
    assert lines[1].startswith("  error    ")
    assert lines[3] == "             mp doctor --fix"
    headings = [line for line in lines if line and not line.startswith(" ")]
    assert len(headings) == len(set(headings))
    assert headings.index("files") < headings.index("config") < headings.index("bridge")


@pytest.mark.parametrize("width", ["40", "60", "200"])
def test_a_command_is_never_cut(demo: World, width: str) -> None:
    demo.environ |= {"COLUMNS": width, "MP_AUTH_FILE": "/nowhere/" + "x" * 100}
    (demo.home / ".mp" / "accounts" / ("long" * 10)).mkdir(mode=0o700)
    (demo.home / ".mp" / "accounts" / ("long" * 10) / "tokens.json").touch(mode=0o600)
    out = look(demo, "-f", "table").out
    assert f"rm -r {demo.home}/.mp/accounts/{'long' * 10}\n" in out
    assert "…" not in out.replace("=…", "")


def test_verbose_shows_codes_and_touches_nothing(well: World) -> None:
    note = well.home / ".mp" / "login.json"
    note.write_text("{}")
    note.chmod(0o600)
    out = look(well, "-v", "-f", "table").out
    assert "[interrupted_login]" in out
    assert note.exists()
    assert "[" not in look(well, "-f", "table").out
    assert well("-v", "doctor", "--offline", "--fix").code == 0
    assert not note.exists()


def test_no_secret_is_shown(demo: World) -> None:
    secrets = set(re.findall(r'(?:secret|token) += "(.+)"', demo.config.read_text()))
    assert len(secrets) == 4
    demo.environ |= {"MP_USERNAME": "u", "MP_SECRET": "canary-1", "MP_OAUTH_TOKEN": "canary-1"}
    for format_ in ("table", "plain", "json", "jsonl", "csv"):
        ended = look(demo, "-v", "-f", format_)
        assert not any(secret in ended.out + ended.err for secret in {*secrets, "canary-1"})
        assert "made-up-" not in ended.out + ended.err


def test_hostile_names_never_reach_the_terminal(well: World) -> None:
    name = "\x1b]0;owned\x07\u202e\u009b31m"
    directory = well.home / ".mp" / "accounts" / name
    directory.mkdir(parents=True)
    (directory / "tokens.json").touch()
    well.environ |= {"MP_TARGET": name, "MP_REGION": name, "MP_API_BASE_URL": name}
    for format_ in ("table", "plain", "json", "jsonl", "csv"):
        out = look(well, "-f", format_).out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)


def test_the_columns_of_json_and_csv_agree(demo: World) -> None:
    records = look(demo, "-f", "json").json
    assert all(tuple(each) == (*FIELDS, "facts") for each in records)
    heading = look(demo, "-f", "csv").out.splitlines()[0]
    assert tuple(heading.split(",")) == FIELDS


def test_the_network_is_asked_unless_it_is_declined(
    well: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half of a long wait for an answer would be a difference between the clocks.
    monkeypatch.setattr(SystemClock, "now", lambda clock: NOW + 0.5)
    monkeypatch.setattr(SystemClock, "monotonic", lambda clock: 0.0)
    with SandboxServer(now=SystemClock().now) as server:
        well.environ["MP_API_BASE_URL"] = server.base_url
        look(well)
        assert len(server.requests) == 0
        ended = well("doctor", "-f", "json")
        assert len(server.requests) == 1
    assert ended.code == 0
    found = by_code(ended)
    assert found["reachable"]["subject"] == f"127.0.0.1:{server.port}"
    assert found["clock_right"]["facts"] == {"seconds": 0}
    with nobody_there() as well.environ["MP_API_BASE_URL"]:
        ended = well("doctor", "-q", "-f", "json")
    assert ended.code == 1
    assert [each["code"] for each in ended.json] == ["connection_refused"]


@pytest.mark.parametrize(("is_terminal", "options", "term"), [
    (True, (), "xterm"),
    (False, (), "xterm"),
    (True, ("-q",), "xterm"),
    (True, (), "dumb"),
])  # fmt: skip
def test_progress_is_for_terminals_and_goes_away(
    well: World,
    monkeypatch: pytest.MonkeyPatch,
    is_terminal: bool,
    options: tuple[str, ...],
    term: str,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    well.environ |= {"TERM": term, "COLUMNS": "60"}
    with SandboxServer() as server:
        well.environ["MP_API_BASE_URL"] = server.base_url
        err = well("doctor", *options).err
    shows = is_terminal and not options and term == "xterm"
    assert ("asking 127.0.0.1" in err) is shows
    if shows:
        assert "\x1b" not in err
        *_, last, rest = err.split("\r")
        assert last.strip() == ""
        assert rest == "Nothing is wrong.\n"


# --- the app's own file ---------------------------------------------------------------------


def preferences(machine: World, text: str) -> None:
    path = machine.home / ".mp" / "ui.toml"
    path.write_text(text)
    path.chmod(0o600)


def test_keys_of_the_app_that_make_no_sense_are_found(well: World) -> None:
    preferences(well, '[app.keymap]\n"accounts.use" = "w"\n"everywhere.leave" = "Q"\n')
    ended = look(well, "-f", "json")
    assert ended.code == 1
    found = by_code(ended)["keymap"]
    assert found["severity"] == "warning"
    assert found["subject"].endswith("ui.toml:2")
    assert "accounts.use_account" in look(well).out


def test_keys_of_the_app_that_make_sense_are_fine(well: World) -> None:
    preferences(well, '[app.keymap]\n"everywhere.leave" = "Q"\n')
    assert look(well).code == 0


def test_a_file_of_the_app_that_is_not_toml_is_found(well: World) -> None:
    preferences(well, "[app\n")
    ended = look(well, "-f", "json")
    assert ended.code == 1
    assert "ui.toml" in by_code(ended)["preferences_unreadable"]["subject"]


# --- words ---------------------------------------------------------------------------------


def codes_of_the_core() -> set[str]:
    """Every code that the checks can give, but those of a configuration's own problems."""
    sources = Path(doctor.__file__).parent.glob("*.py")
    source = "\n".join(path.read_text() for path in sources)
    direct = re.findall(r'found\(\s*"\w+",\s*"(\w+)"', source)
    about = re.findall(r'_about\(\s*scene,\s*entry,\s*"(\w+)"', source)
    tests = re.findall(r'_last_test\(scene, entry, "\w+", "(\w+)"\)', source)
    either = re.findall(r'code = "(\w+)" if .+ else "(\w+)"', source)
    ends = [f"{kind}_{end}" for kind in ("login", "bridge") for end in ("ended", "ends_soon")]
    twins = re.findall(r'\("(same_\w+)", .+\), \("(same_\w+)", ', source)
    known = {*direct, *about, *tests, *ends, *get_args(Reason), *get_args(Unusable)}
    known |= {code for pair in (*either, *twins) for code in pair}
    return known | {"incomplete_environment"}


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    with_own_words = {"bridge_unreadable", "config_unreadable"}
    assert codes_of_the_core() - with_own_words == set(WORDS)
    assert network.Network is doctor.Network


def test_every_code_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    section = page.split("### mp doctor\n")[1].split("\n## ")[0]
    listed = "\n".join(line for line in section.splitlines() if line.startswith("| `"))
    own_words = {"bridge_unreadable", "config_unreadable", "keymap", "preferences_unreadable"}
    assert set(re.findall(r"`(\w+)`", listed)) - set(TOPICS) == set(WORDS) | own_words
    fixable = set(re.findall(r"`(\w+)`\*", listed))
    assert fixable == {code for code in WORDS if f'"{code}"' in mended_codes()}


def mended_codes() -> str:
    """The lines of the core that give a finding together with what mends it."""
    sources = Path(doctor.__file__).parent.glob("*.py")
    calls = re.findall(r"found\((.+?)\)\n", "".join(p.read_text() for p in sources), re.DOTALL)
    return "".join(call for call in calls if "repair" in call or "partial" in call)


FACTS: dict[str, str | int | float | None] = {
    "summary": "It is wrong.",
    "hint": "Do that.",
    "mode": "0644",
    "want": "600",
    "uid": 7,
    "target": "/real",
    "wanted": "directory",
    "reason": "it is so",
    "limit": 1048576,
    "count": 3,
    "of": 4,
    "account": "ana",
    "accounts": 1,
    "targets": 2,
    "workspace": 71,
    "name": "All",
    "belongs_to": "12",
    "project": "11",
    "host": "x.example",
    "path": "/there",
    "by": "MP_STORAGE_DIR",
    "kind": "target",
    "value": "x",
    "axis": "project",
    "hidden": "11",
    "at": NOW - 7200,
    "variable": "CI_TOKEN",
    "owner": "mixpanel_headless",
    "directory": "/ours",
    "instead": None,
    "display": "X11",
    "took_ms": 12,
    "status": 503,
    "detail": "it says so",
    "proxy": "HTTPS_PROXY",
    "seconds": -3600,
}


def finding(code: str, **more: Any) -> Finding:
    return Finding("files", code, "error", "/some where", {**FACTS, **more})


@pytest.mark.parametrize("code", sorted(WORDS))
def test_words_are_whole_sentences_and_the_next_step_is_one_line(code: str) -> None:
    said = sentence(finding(code), NOW)
    assert re.fullmatch(r"[^{}\n]+[.…]", said)
    assert not re.search(r"\bNone\b| \.|\(\)", said)
    step = next_step(finding(code), NOW)
    assert step is None or ("\n" not in step and "{" not in step and "None" not in step)


def test_a_path_is_quoted_for_the_shell() -> None:
    assert next_step(finding("open_to_others"), NOW) == "chmod 600 '/some where'"


def test_words_depend_on_the_facts() -> None:
    assert "2 h ago" in sentence(finding("login_ended"), NOW)
    assert "ends in 2 h" in sentence(finding("login_ends_soon", at=NOW + 7200), NOW)
    assert sentence(finding("clock_off"), NOW).startswith("Your clock is 1 h ahead,")
    assert "1 h behind" in sentence(finding("clock_off", seconds=3600), NOW)
    assert next_step(finding("mp_is_anothers", instead="mixdesk"), NOW) == "mixdesk"
    assert next_step(finding("mp_is_anothers"), NOW) == 'export PATH=/ours:"$PATH"'
    assert next_step(finding("mp_missing", directory=None), NOW) is None
    assert next_step(finding("no_clipboard", display="Wayland"), NOW) == "Install wl-clipboard."
    assert next_step(finding("no_clipboard", display=None), NOW) is None
    assert next_step(finding("proxy_failed"), NOW) == "unset HTTPS_PROXY"
    assert next_step(finding("proxy_failed", proxy=None), NOW) == "Check the proxy."
    assert "(account ana)" in sentence(finding("interrupted_login"), NOW)
    assert "account" not in sentence(finding("interrupted_login", account=None), NOW)


@pytest.mark.parametrize(
    ("subject", "by", "step"),
    [
        ("[active].workspace", None, "mp workspace use ID"),
        ("[active].workspace", "MP_PROJECT_ID", "unset MP_PROJECT_ID"),
        ("MP_WORKSPACE_ID", None, "unset MP_WORKSPACE_ID"),
        ("target ecom", None, "mp target update ecom -w ID"),
    ],
)
def test_a_workspace_elsewhere_is_parted_where_it_was_put(
    subject: str, by: str | None, step: str
) -> None:
    found = finding("foreign_workspace", project_by=by)._replace(subject=subject)
    assert next_step(found, NOW) == step


def test_a_problem_of_the_file_brings_its_own_words() -> None:
    assert sentence(finding("unknown_key"), NOW) == "It is wrong."
    assert next_step(finding("unknown_key"), NOW) == "Do that."


def test_what_could_not_be_mended_says_why_and_what_to_do_by_hand() -> None:
    failed = finding("open_to_others", failed="Read-only file system")._replace(can_fix=True)
    assert sentence(failed, NOW).endswith("It could not be mended: Read-only file system.")
    assert next_step(failed, NOW) == "chmod 600 '/some where'"
    assert next_step(failed._replace(fixed=True), NOW) is None


def test_every_command_that_is_named_exists(mp: World) -> None:
    commands = {step for _, step in WORDS.values() if step and step.startswith("mp ")}
    commands |= {"mp target update NAME -w ID", "mp workspace use ID", "mp doctor --fix"}
    assert len(commands) > 8
    for command in commands:
        kinds = ("account", "target") if "{kind}" in command else ("",)
        for kind in kinds:
            _, *line = command.replace("{kind}", kind).split()
            verbs = [part for part in line if not part.startswith(("-", "{")) and part.islower()]
            ended = mp(*verbs[:2], "--help")
            assert ended.code == 0, command
            assert all(part in ended.out for part in line if part.startswith("-")), command


def test_wide_characters_are_counted_in_cells() -> None:
    shown = text([finding("unknown_key", summary="日本 " * 20)], NOW, width=60, colour=False)
    assert max(len(line) for line in shown.splitlines()) < 45


def test_what_the_line_says_of_colour_is_no_finding(well: World) -> None:
    assert "no_colour" not in look(well, "--no-color").out
    well.environ["NO_COLOR"] = "1"
    assert "no_colour" in look(well).out
