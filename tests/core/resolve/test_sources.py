"""Contract, resolution: which source decides each axis, and what it hides, for every combination.

Per axis: every set of sources that can speak together. The first in the contract's order wins,
the others are what it hides, in that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from mixdesk.model.records import Axis, Shadowed, Source

from .inputs import BEARER, BRIDGE_PATH, QUAD, Inputs

Row = tuple[str, dict[str, Any], Shadowed]


def said(value: object, source: Source, origin: str) -> Shadowed:
    return Shadowed(value, source, origin)


# Each row: a source, the inputs that make it speak, and what it then says.
ACCOUNT: list[Row] = [
    (
        "quad",
        {"env_account": QUAD, "env_project": "9"},
        said("env-service-account", "env", "MP_USERNAME + MP_SECRET"),
    ),
    (
        "bearer",
        {"env_account": BEARER, "env_project": "9"},
        said("env-oauth-token", "env", "MP_OAUTH_TOKEN"),
    ),
    ("param", {"param_account": "from-param"}, said("from-param", "param", "--account")),
    ("target", {"target": True}, said("from-target", "target", "target ecom")),
    ("bridge", {"bridge": True}, said("carried", "bridge", BRIDGE_PATH)),
    (
        "active",
        {"active_account": "from-active"},
        said("from-active", "active", "[active].account"),
    ),
]

PROJECT: list[Row] = [
    ("env", {"env_project": "10"}, said("10", "env", "MP_PROJECT_ID")),
    ("param", {"param_project": "20"}, said("20", "param", "--project")),
    ("target", {"target": True}, said("30", "target", "target ecom")),
    ("bridge", {"bridge": True, "bridge_project": "40"}, said("40", "bridge", BRIDGE_PATH)),
    (
        "default",
        {"active_account": "from-active", "default_project": "50", "bridge_default": "50"},
        said("50", "account_default", "default_project of {account}"),
    ),
]

WORKSPACE: list[Row] = [
    ("env", {"env_workspace": 1}, said(1, "env", "MP_WORKSPACE_ID")),
    ("param", {"param_workspace": 2}, said(2, "param", "--workspace")),
    ("target", {"target": True, "target_workspace": 3}, said(3, "target", "target ecom")),
    ("bridge", {"bridge": True, "bridge_workspace": 4}, said(4, "bridge", BRIDGE_PATH)),
    ("active", {"active_workspace": 5}, said(5, "active", "[active].workspace")),
]


def every_combination(table: list[Row]) -> Iterator[Any]:
    for count in range(len(table) + 1):
        for rows in combinations(table, count):
            names = [name for name, _, _ in rows]
            if not {"param", "target"} <= set(names):
                yield pytest.param(rows, id="+".join(names) or "nothing")


def together(rows: tuple[Row, ...]) -> Inputs:
    given: dict[str, Any] = {}
    for _, inputs, _ in rows:
        given["env_account"] = {**given.get("env_account", {}), **inputs.get("env_account", {})}
        given |= {name: value for name, value in inputs.items() if name != "env_account"}
    return Inputs(**given)


def expected(rows: tuple[Row, ...], account: str | None = None) -> Axis:
    if not rows:
        return Axis(None, "unset", "")
    words = [
        said(row[2].value, row[2].source, row[2].origin.format(account=account)) for row in rows
    ]
    winner, *hidden = words
    return Axis(winner.value, winner.source, winner.origin, tuple(hidden))


@pytest.mark.parametrize("rows", every_combination(ACCOUNT))
def test_the_account_comes_from_the_first_source_that_speaks(rows: tuple[Row, ...]) -> None:
    resolution = together(rows).resolve()
    assert resolution.account == expected(rows)
    assert (resolution.entry.name if resolution.entry else None) == resolution.account.value


@pytest.mark.parametrize("rows", every_combination(PROJECT))
def test_the_project_comes_from_the_first_source_that_speaks(rows: tuple[Row, ...]) -> None:
    resolution = together(rows).resolve()
    assert resolution.project == expected(rows, resolution.account.value)


@pytest.mark.parametrize("rows", every_combination(WORKSPACE))
def test_the_workspace_comes_from_the_first_source_that_speaks(rows: tuple[Row, ...]) -> None:
    assert together(rows).resolve().workspace == expected(rows)


@pytest.mark.parametrize(
    ("inputs", "owner"),
    [
        (Inputs(param_account="from-param", default_project="50"), "from-param"),
        (Inputs(bridge=True, bridge_default="50"), "carried"),
        (Inputs(active_account="from-active", default_project="50"), "from-active"),
    ],
    ids=["param", "bridge", "active"],
)
def test_the_default_project_is_that_of_the_account_that_won(inputs: Inputs, owner: str) -> None:
    assert inputs.resolve().project == Axis("50", "account_default", f"default_project of {owner}")


@pytest.mark.parametrize("variables", [QUAD, BEARER], ids=["quad", "bearer"])
def test_an_account_of_the_environment_hides_no_project_of_its_own(
    variables: dict[str, str],
) -> None:
    inputs = Inputs(env_account=variables, env_project="9", active_account="from-active")
    assert inputs.resolve().project == Axis("9", "env", "MP_PROJECT_ID")
