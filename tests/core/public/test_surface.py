"""Code written for ``mixpanel_headless`` runs with only its import changed: every name is there.

``reference_surface.json`` holds the names, fields and signatures of that package's documented
auth surface; ``extract_surface.py`` makes it from the page.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import mixdesk as mp

SURFACE = json.loads(Path(__file__).with_name("reference_surface.json").read_text())

NAMES = sorted({*SURFACE["names"], *SURFACE["modules"], *SURFACE["classes"]})
FUNCTIONS = SURFACE["functions"]
FIELDS = [
    (owner, name, may_be_left_out)
    for owner, fields in SURFACE["classes"].items()
    for name, may_be_left_out in fields.items()
]


def find(name: str) -> Any:
    """What a dotted name means below ``mp``."""
    value: Any = mp
    for part in name.split("."):
        value = getattr(value, part)
    return value


def misfits(signature: inspect.Signature, wanted: list[dict[str, str]]) -> list[str]:
    """Why a call that the reference allows might not mean the same here."""
    ours = {name: each for name, each in signature.parameters.items() if name != "self"}
    found = []
    for parameter in wanted:
        name = parameter["name"]
        mine = ours.pop(name, None)
        if mine is None:
            found.append(f"takes no {name}")
        elif mine.kind.description != parameter["kind"]:
            found.append(f"{name} is {mine.kind.description}, not {parameter['kind']}")
        elif not same_default(mine.default, parameter.get("default")):
            found.append(f"{name} defaults to {mine.default}, not {parameter.get('default')}")
    found += [f"{mine} must not be needed" for mine in ours.values() if not is_optional(mine)]
    order = [each["name"] for each in wanted if each["kind"] != "keyword-only"]
    mine_in_order = [n for n, p in signature.parameters.items() if n != "self" and p.kind == 1]
    return found + ([] if mine_in_order == order else [f"positions are {mine_in_order}"])


def same_default(mine: object, written: str | None) -> bool:
    if written is None:
        return mine is inspect.Parameter.empty
    if written.startswith("_"):  # a private mark for "not given", where None means something
        return mine not in (inspect.Parameter.empty, None)
    return bool(mine == ast.literal_eval(written))


def is_optional(parameter: inspect.Parameter) -> bool:
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return True
    has_default = parameter.default is not inspect.Parameter.empty
    return parameter.kind is inspect.Parameter.KEYWORD_ONLY and has_default


def described_fields(owner: type) -> set[str]:
    """Fields of a class, its own and inherited, with a string below that describes them."""
    found = set()
    for base in inspect.getmro(owner):
        if base.__module__.startswith("mixdesk"):
            body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
            assert isinstance(body, ast.ClassDef)
            found |= {
                ast.unparse(node.target)
                for node, below in pairwise(body.body)
                if isinstance(node, ast.AnnAssign)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
            }
    return found


def test_there_is_something_to_compare() -> None:
    assert len(NAMES) > 40
    assert len(FUNCTIONS) > 35
    assert len(FIELDS) > 60


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_there(name: str) -> None:
    assert find(name) is not None
    if "." not in name:
        assert name in mp.__all__


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_called_in_the_same_way(name: str) -> None:
    function = find(name.removesuffix(".__init__"))
    assert misfits(inspect.signature(function), FUNCTIONS[name]) == []
    assert inspect.getdoc(function)
    owner, _, last = name.rpartition(".")
    home = find(owner) if owner else mp
    assert inspect.isclass(home) or last in home.__all__


@pytest.mark.parametrize(("owner", "name", "may_be_left_out"), FIELDS)
def test_a_field_is_there_and_described(owner: str, name: str, may_be_left_out: bool) -> None:
    model = find(owner)
    made = inspect.getattr_static(model, name, None)
    if isinstance(made, property):
        assert made.__doc__
        return
    assert issubclass(model, BaseModel), f"{owner}.{name} is no property"
    assert not (may_be_left_out and model.model_fields[name].is_required())
    if name != "type":  # the discriminator; its variants are the classes
        assert name in described_fields(model)


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda name, *, force=True: None, "force defaults to True"),
        (lambda name, force=False: None, "force is positional or keyword"),
        (lambda *, force=False: None, "takes no name"),
        (lambda name, *, force=False, more: None, "more must not be needed"),
        (lambda name, other=1, *, force=False: None, "other=1 must not be needed"),
        (lambda name="x", *, force=False: None, "name defaults to x"),
        (lambda other, name, *, force=False: None, "positions are"),
    ],
)
def test_a_signature_that_differs_is_found_out(function: Callable[..., None], problem: str) -> None:
    wanted = [
        {"name": "name", "kind": "positional or keyword"},
        {"name": "force", "kind": "keyword-only", "default": "False"},
    ]
    assert problem in "; ".join(misfits(inspect.signature(function), wanted))
