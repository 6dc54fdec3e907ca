"""Contract, resolution: which source decides each axis, and what it hides, for every combination.

Two tables are the contract's own words: the order of the sources, and what each says where. What
the resolver must answer follows from them: the first source that speaks wins, the others are what
it hides, in that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixdesk.exceptions import ConfigError
from mixdesk.model.records import Axis, Resolution, Shadowed, Source
from mixdesk.resolve.session import resolve_session

from .inputs import BEARER, BRIDGE_PATH, QUAD, Inputs, ReadOnly

ORDER = {
    "account": ("env quad", "env bearer", "param", "target", "bridge", "active"),
    "project": ("env", "param", "target", "bridge", "account_default"),
    "workspace": ("env", "param", "target", "bridge", "active"),
}


class Word(NamedTuple):
    """What one source says of one axis, and the inputs that make it say so."""

    value: object
    origin: str
    inputs: dict[str, Any]


ENV_PROJECT = {"env_project": "10"}
TARGET = {"target": True}
BRIDGE = {"bridge": True}

SAYS: dict[tuple[str, str], Word] = {
    ("account", "env quad"): Word(
        "env-service-account", "MP_USERNAME + MP_SECRET", {"env_account": QUAD, **ENV_PROJECT}
    ),
    ("account", "env bearer"): Word(
        "env-oauth-token", "MP_OAUTH_TOKEN", {"env_account": BEARER, **ENV_PROJECT}
    ),
    ("account", "param"): Word("from-param", "--account", {"param_account": "from-param"}),
    ("account", "target"): Word("from-target", "target ecom", TARGET),
    ("account", "bridge"): Word("carried", BRIDGE_PATH, BRIDGE),
    ("account", "active"): Word(
        "from-active", "[active].account", {"active_account": "from-active"}
    ),
    ("project", "env"): Word("10", "MP_PROJECT_ID", ENV_PROJECT),
    ("project", "param"): Word("20", "--project", {"param_project": "20"}),
    ("project", "target"): Word("30", "target ecom", TARGET),
    ("project", "bridge"): Word("40", BRIDGE_PATH, {**BRIDGE, "bridge_project": "40"}),
    ("project", "account_default"): Word(
        "50", "default_project of {account}", {"default_project": "50", "bridge_default": "50"}
    ),
    ("workspace", "env"): Word(1, "MP_WORKSPACE_ID", {"env_workspace": 1}),
    ("workspace", "param"): Word(2, "--workspace", {"param_workspace": 2}),
    ("workspace", "target"): Word(3, "target ecom", {**TARGET, "target_workspace": 3}),
    ("workspace", "bridge"): Word(4, BRIDGE_PATH, {**BRIDGE, "bridge_workspace": 4}),
    ("workspace", "active"): Word(5, "[active].workspace", {"active_workspace": 5}),
}

NAMES: dict[str, Source] = {
    "param": "param",
    "target": "target",
    "bridge": "bridge",
    "active": "active",
    "account_default": "account_default",
}
"""What a resolution calls a source; all others are the environment."""

Cells = frozenset[tuple[str, str]]
"""Who says something of what."""

ALONG = {
    # A target and a bridge cannot speak of one axis alone; an account of the environment
    # takes its project from there.
    ("account", "env quad"): {("project", "env")},
    ("account", "env bearer"): {("project", "env")},
    **{(axis, "target"): {("account", "target"), ("project", "target")} for axis in ORDER},
    **{(axis, "bridge"): {("account", "bridge")} for axis in ORDER},
}

SOURCES: dict[str, Cells] = {
    # Each with all it can say.
    "env quad": frozenset({("account", "env quad"), ("project", "env"), ("workspace", "env")}),
    "env bearer": frozenset({("account", "env bearer"), ("project", "env"), ("workspace", "env")}),
    "env": frozenset({("project", "env"), ("workspace", "env")}),
    **{source: frozenset(cell for cell in SAYS if cell[1] == source) for source in NAMES},
}


def with_what_comes_along(cells: Cells) -> Cells:
    return cells.union(*(ALONG.get(cell, set()) for cell in cells))


def inputs_of(cells: Cells) -> Inputs:
    """The inputs in which exactly these speak."""
    given: dict[str, Any] = {}
    for cell in sorted(cells):
        inputs = SAYS[cell].inputs
        variables = {**given.get("env_account", {}), **inputs.get("env_account", {})}
        given |= {**inputs, "env_account": variables}
    return Inputs(**given)


def expected(axis: str, cells: Cells) -> Axis:
    """What the contract answers for an axis."""
    account = None if axis == "account" else expected("account", cells)
    words = []
    for source in ORDER[axis]:
        # A default project is that of the resolved account; the environment's accounts have none.
        without = source == "account_default" and account and account.source in ("env", "unset")
        if (axis, source) in cells and not without:
            word = SAYS[axis, source]
            origin = word.origin.format(account=account.value if account else None)
            words.append(Shadowed(word.value, NAMES.get(source, "env"), origin))
    if not words:
        return Axis(None, "unset", "")
    winner, *hidden = words
    return Axis(winner.value, winner.source, winner.origin, tuple(hidden))


def check(cells: Cells) -> Resolution:
    """Compare what is resolved with what the contract says, axis by axis."""
    resolution = inputs_of(cells).resolve()
    for axis in ORDER:
        assert getattr(resolution, axis) == expected(axis, cells), axis
    assert (resolution.entry.name if resolution.entry else None) == resolution.account.value
    return resolution


def every_combination() -> Iterator[Any]:
    """The sources alone, in pairs, in threes … each with all it can say."""
    for count in range(len(SOURCES) + 1):
        for names in combinations(SOURCES, count):
            if not {"param", "target"} <= set(names):
                cells: Cells = frozenset().union(*(SOURCES[name] for name in names))
                yield pytest.param(cells, id=" + ".join(names) or "nothing")


@pytest.mark.parametrize("cells", every_combination())
def test_each_axis_comes_from_the_first_source_that_speaks(cells: Cells) -> None:
    check(cells)


@st.composite
def some_cells(draw: st.DrawFn) -> Cells:
    """Any sources, each speaking of some axes only."""
    excluded = draw(st.sampled_from(["param", "target"]))
    cells = draw(st.frozensets(st.sampled_from(sorted(SAYS))))
    return with_what_comes_along(frozenset(cell for cell in cells if cell[1] != excluded))


@settings(max_examples=300, deadline=None)
@given(some_cells())
def test_a_source_that_says_nothing_of_an_axis_leaves_it_to_the_next(cells: Cells) -> None:
    resolution = check(cells)
    inputs = inputs_of(cells)
    given_to_it = (ReadOnly(inputs.environ()), inputs.config(), inputs.carried())
    if resolution.account.value is None or resolution.project.value is None:
        with pytest.raises(ConfigError):
            resolve_session(*given_to_it, **inputs.named())
        return
    session = resolve_session(*given_to_it, **inputs.named())
    assert session.account.name == resolution.account.value
    assert session.project_id == resolution.project.value
    assert session.workspace_id == resolution.workspace.value


def test_the_tables_speak_of_the_same_sources() -> None:
    assert set(SAYS) == {(axis, source) for axis, sources in ORDER.items() for source in sources}
    assert len({word.value for word in SAYS.values()}) == len(SAYS)


@pytest.mark.parametrize(
    ("inputs", "owner"),
    [
        (Inputs(param_account="from-param", default_project="50"), "from-param"),
        (Inputs(target=True, default_project="50"), "from-target"),
        (Inputs(bridge=True, bridge_default="50"), "carried"),
        (Inputs(active_account="from-active", default_project="50"), "from-active"),
    ],
    ids=["param", "target", "bridge", "active"],
)
def test_the_default_project_is_that_of_the_account_that_won(inputs: Inputs, owner: str) -> None:
    project = inputs.resolve().project
    default = Shadowed("50", "account_default", f"default_project of {owner}")
    assert [Shadowed(project.value, project.source, project.origin), *project.shadowed][-1] == (
        default
    )


@pytest.mark.parametrize("variables", [QUAD, BEARER], ids=["quad", "bearer"])
def test_an_account_of_the_environment_hides_no_project_of_its_own(
    variables: dict[str, str],
) -> None:
    inputs = Inputs(env_account=variables, env_project="9", active_account="from-active")
    assert inputs.resolve().project == Axis("9", "env", "MP_PROJECT_ID")
