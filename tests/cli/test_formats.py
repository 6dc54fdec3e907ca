"""Every reading verb in every format; no format carries an escape sequence."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.world import World

VERBS = ("session", "account list", "account show", "target list", "target show ecom")

HOSTILE = "\\u001b]0;owned\\u0007\\u001b[2Jx\\u202ey\\u009b31mz\\nnew"

HOSTILE_CONFIG = f"""
[active]
account = "a"
[accounts.a]
type = "service_account"
region = "us"
username = "u"
secret = "s"
default_project = "1"
[targets."{HOSTILE}"]
account = "a"
project = "1"
[targets."{HOSTILE}2"]
account = "{HOSTILE}"
project = "1"
[accounts."{HOSTILE}"]
type = "{HOSTILE}"
"{HOSTILE}" = 1
"""


@pytest.mark.parametrize("verb", VERBS)
def test_json_is_one_value_and_jsonl_its_lines(demo: World, verb: str) -> None:
    value = demo(*verb.split(), "-f", "json").json
    lines = [json.loads(line) for line in demo(*verb.split(), "-f", "jsonl").out.splitlines()]
    assert lines == (value if isinstance(value, list) else [value])


@pytest.mark.parametrize("verb", VERBS)
def test_csv_has_a_heading_and_as_many_values_in_each_line(demo: World, verb: str) -> None:
    heading, *rows = csv.reader(io.StringIO(demo(*verb.split(), "--format", "csv").out))
    assert rows
    assert all(len(row) == len(heading) for row in rows)


@pytest.mark.parametrize("verb", VERBS)
def test_plain_is_what_a_pipe_gets(demo: World, verb: str) -> None:
    plain = demo(*verb.split(), "-f", "plain").out
    assert demo(*verb.split()).out == plain
    assert plain
    assert len({line.count("\t") for line in plain.splitlines()}) == 1


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_a_table_fits_and_holds_no_colour_in_a_pipe(demo: World, verb: str, columns: str) -> None:
    demo.environ["COLUMNS"] = columns
    table = demo(*verb.split(), "-f", "table").out
    assert table
    assert "\x1b" not in table
    assert max(map(len, table.splitlines())) <= int(columns)


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "plain"])
@pytest.mark.parametrize("verb", ["session", "session --explain", "account list", "target list"])
def test_hostile_names_cannot_reach_the_terminal(mp: World, verb: str, format_: str) -> None:
    mp.write(HOSTILE_CONFIG)
    ended = mp(*verb.split(), "-f", format_)
    assert ended.code == 0
    for stream in (ended.out, ended.err):
        assert not [char for char in stream if not char.isprintable() and char not in "\n\t"]
    assert ended.out.count("\nnew") == 0


def test_a_hostile_name_is_found_by_its_exact_name_and_not_repeated_raw(mp: World) -> None:
    mp.write(HOSTILE_CONFIG)
    exact: str = json.loads(f'"{HOSTILE}"')
    shown = mp("target", "show", exact, "-f", "json")
    assert shown.json["name"] == exact
    missing = mp("target", "show", exact + "3")
    assert missing.code == 4
    assert "\x1b" not in missing.err


def test_an_unknown_format_is_a_bad_argument(demo: World) -> None:
    assert demo("session", "-f", "yaml").code == 3


@pytest.mark.parametrize("verb", ["account list", "target list"])
def test_an_empty_list_in_each_format(mp: World, verb: str) -> None:
    assert mp(*verb.split(), "-f", "json").json == []
    assert mp(*verb.split(), "-f", "jsonl").out == ""
    assert mp(*verb.split(), "-f", "plain").out == ""
    assert len(mp(*verb.split(), "-f", "csv").out.splitlines()) == 1
