"""``docs/sessions.md``: a row for every name of the three documents, a test for every row."""

from __future__ import annotations

import ast
import inspect
import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mixdesk import clients
from mixdesk.clients import DeviceSession, device_session

from .extract_names import OUTPUT, bitfount_names, nebius_names, q2_names
from .sessions import Desk

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "sessions.md").read_text(encoding="utf-8")
NAMES: dict[str, list[str]] = json.loads(OUTPUT.read_text(encoding="utf-8"))
TITLES = {
    "bitfount": "DeviceSession, BitfountSession",
    "q2": "OAuthClient, OAuthToken",
    "nebius": "Bearer, Receiver",
}


class Row(NamedTuple):
    """A row of a table."""

    document: str
    names: tuple[str, ...]
    here: str
    test: str


def section(document: str) -> str:
    """The part of the page that is about a document."""
    return re.split(r"^## ", PAGE.partition(f"\n## {TITLES[document]}\n")[2], flags=re.M)[0]


def rows() -> Iterator[Row]:
    for document in TITLES:
        for line in section(document).splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("| `"):
                names, here, _, test = cells
                yield Row(document, tuple(re.findall("`(.+?)`", names)), here, test.strip("`"))


ROWS = list(rows())


@pytest.mark.parametrize("document", TITLES)
def test_every_name_of_a_document_has_a_row(document: str) -> None:
    named = [name for row in ROWS if row.document == document for name in row.names]
    assert set(NAMES[document]) - set(named) == set()
    assert len(named) == len(set(named)), "a name has one row"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.names[0])
def test_a_row_says_what_is_done_and_names_a_test_that_there_is(row: Row) -> None:
    assert row.here
    file, *names = row.test.split("::")
    body = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8")).body
    for name in names:
        definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        (found,) = [n for n in body if isinstance(n, definitions) and n.name == name]
        body = found.body
    assert names[-1].startswith("test_")


@pytest.mark.parametrize("name", NAMES["bitfount"])
def test_a_name_of_bitfount_is_ours_too(name: str) -> None:
    whole, _, given = name.partition("(")
    owner, _, member = whole.partition(".")
    found = getattr(clients, owner.split()[0])
    if " " in whole or owner == "AuthEnvironmentError":
        return  # what it extends, and what an error takes, is our own
    if member:
        assert inspect.getattr_static(found, member).__doc__
        found = inspect.getattr_static(found, member)
    parameter, _, default = given.partition(")")[0].partition("=")
    if parameter:
        ours = inspect.signature(found).parameters[parameter.lstrip("*")]
        assert ours.default == (ast.literal_eval(default) if default else ours.empty)
        assert ours.kind in (ours.POSITIONAL_OR_KEYWORD, ours.VAR_KEYWORD)


class TestTheExtraction:
    """From pages that are made up, as the three look."""

    def test_of_pdoc_reads_definitions_and_glued_lists(self) -> None:
        page = """\
Thing
class Thing( size: int = 5, **more,):
Attributes
colour
: The colour.weight
: The weight.
Ancestors
- other.Base
- builtins.object
Methods
def grow(self, by) -> None:
Grows.
Raises
OddError
: If odd.EvenError
: If even.
Variables
shape : Optional[str]
- Its shape.
length
- Its length.
"""
        assert list(bitfount_names(page)) == [
            *("Thing", "Thing(size=5)", "Thing(**more)", "Thing.colour", "Thing.weight"),
            *("Thing extends other.Base", "Thing.grow()", "Thing.grow(by)"),
            *("Thing.grow() raises OddError", "Thing.grow() raises EvenError"),
            *("Thing.shape", "Thing.length"),
        ]

    def test_of_sphinx_reads_what_has_a_source(self) -> None:
        page = """\
class a.b.Thing(size, colour='red')[source]
Thing(size: int, colour: str = ‘red’)
size: int
colour: Optional[str] = None
classmethod make(of)[source]
class a.b.Other[source]
property name: str
async get()[source]
Return type:
"""
        assert list(q2_names(page)) == [
            *("Thing", "Thing(size)", "Thing(colour='red')", "Thing.size", "Thing.colour"),
            *("Thing.make()", "Thing.make(of)", "Thing.name", "Thing.get()"),
        ]

    def test_of_pydoctor_reads_a_list_and_an_example(self) -> None:
        page = """\
If a writer text stream is provided, Receiver._fetch writes. Use reasonable timeouts.
bearer = Bearer(name, endpoint)
token = await bearer.receiver().fetch()
Module auth Undocumented
Class Bearer Bearer that bears.
Variable log Undocumented
"""
        assert list(nebius_names(page)) == [
            *("module auth", "Bearer", "variable log", "Receiver._fetch", "Bearer"),
            *("Bearer(name)", "Bearer(endpoint)", "Bearer.receiver()", "Receiver.fetch()"),
            *("Bearer(writer)", "Receiver(writer)", "Receiver.fetch(timeout)"),
        ]

    def test_has_found_what_there_is(self) -> None:
        assert {document: len(names) for document, names in NAMES.items()} == {
            "bitfount": 36,
            "q2": 23,
            "nebius": 21,
        }


def test_the_example_of_a_session_gives_what_it_says(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", section("bitfount"), re.S | re.M)
    said = {
        "https://api.example.com/app": desk.audience,
        '"auth.example.com"': repr(desk.issuer),
        "my-program": "made-up-client-us",
        "https://elsewhere.example/": f"http://localhost:{desk.server.port}/",
    }
    for name, real in said.items():
        assert name in example
        example = example.replace(name, real)
    monkeypatch.setattr(device_session, "prompt", desk.hear)
    monkeypatch.setattr(device_session, "SessionMachine", lambda: desk.machine)
    file = tmp_path / "example.py"
    file.write_text(example)
    runpy.run_path(str(file))
    assert capsys.readouterr().out.splitlines() == re.findall("# → (.+)$", example, re.M)
    assert desk.logins == 1
    assert DeviceSession is clients.DeviceSession
