"""Reads every name out of the three documents that the sessions follow.

``python tests/core/clients/extract_names.py BITFOUNT.txt Q2.txt NEBIUS.txt`` writes
``document_names.json`` anew. The same pages give the same bytes. Only facts are taken: names,
parameters, defaults, what is raised. Each page is a web page rendered to text.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

OUTPUT = Path(__file__).with_name("document_names.json")

_SELF = ("self", "cls")


def bitfount_names(text: str) -> Iterator[str]:
    """The names of a page that pdoc made: definitions, then glued lists of what they have."""
    lines = text.splitlines()
    owner, section = "", ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line in ("Attributes", "Ancestors", "Methods", "Raises", "Variables"):
            section = line
        elif found := re.match(r"(class|def) (\w+)\((.*)\).*:$", line):
            kind, name, given = found.groups()
            whole = name if kind == "class" else f"{owner.partition('.')[0]}.{name}"
            owner, section = whole, ""
            yield from definition(whole, given, is_called=kind == "def")
        elif below.startswith(": ") and section in ("Attributes", "Raises"):
            # "…: what the last one is.the_next_one"
            name = re.findall(r"\w+", line)[-1]
            yield f"{owner}.{name}" if section == "Attributes" else f"{owner}() raises {name}"
        elif section == "Ancestors" and line.startswith("- ") and "builtins" not in line:
            yield f"{owner} extends {line[2:]}"
        elif section == "Variables" and (found := re.match(r"(\w+)(?: : [\w\[\]]+)?$", line)):
            yield f"{owner.partition('.')[0]}.{found[1]}"


def q2_names(text: str) -> Iterator[str]:
    """The names of a page that Sphinx made: each definition on a line, ``[source]`` behind it."""
    owner = ""
    for line in text.splitlines():
        if found := re.match(r"class [\w.]+\.(\w+)\((.*)\)\[source\]", line):
            owner = found[1]
            yield from definition(owner, found[2])
        elif found := re.match(r"property (\w+):", line):
            yield f"{owner}.{found[1]}"
        elif found := re.match(r"(?:classmethod |async )?(\w+)\((.*)\)\[source\]", line):
            yield from definition(f"{owner}.{found[1]}", found[2], is_called=True)
        elif found := re.match(r"(\w+): \w+(?:\[\w+\])?(?: = .+)?$", line):
            yield f"{owner}.{found[1]}"


def nebius_names(text: str) -> Iterator[str]:
    """The names of a page that pydoctor made, most of which is prose and an example."""
    for kind, name in re.findall(r"^(Class|Module|Variable|Type Variable) (\w+)", text, re.M):
        yield name if kind == "Class" else f"{kind.lower()} {name}"
    for name in re.findall(r"\b(?:nebius(?:\.\w+)+|Receiver\._\w+)", text):
        yield name
    for given in re.findall(r"= Bearer\((.*)\)$", text, re.M):
        yield from definition("Bearer", given)
    for method in re.findall(r"\.(\w+)\(\)", text):
        yield f"{'Receiver' if method == 'fetch' else 'Bearer'}.{method}()"
    for name in re.findall(r"\ba (\w+) text stream", text):
        yield f"Bearer({name})"
        yield f"Receiver({name})"
    if "Use reasonable timeouts" in text:
        yield "Receiver.fetch(timeout)"


def definition(name: str, given: str, *, is_called: bool = False) -> Iterator[str]:
    """A class or a function, then each of its parameters, with the default as it is written."""
    yield f"{name}()" if is_called else name
    made = ast.parse(f"def function({given}): ...").body[0]
    assert isinstance(made, ast.FunctionDef)
    free = len(made.args.args) - len(made.args.defaults)
    defaults = [*[None] * free, *made.args.defaults]
    for each, default in zip(made.args.args, defaults, strict=True):
        if each.arg not in _SELF:
            yield f"{name}({each.arg}{f'={ast.unparse(default)}' if default else ''})"
    for stars, more in (("*", made.args.vararg), ("**", made.args.kwarg)):
        if more is not None:
            yield f"{name}({stars}{more.arg})"


READERS = {"bitfount": bitfount_names, "q2": q2_names, "nebius": nebius_names}


def main() -> None:
    """Write the names of the pages."""
    arguments = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    for document in READERS:
        arguments.add_argument(document, type=Path, help="the page as text")
    pages = vars(arguments.parse_args())
    found = {
        document: list(dict.fromkeys(read(pages[document].read_text(encoding="utf-8"))))
        for document, read in READERS.items()
    }
    OUTPUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
