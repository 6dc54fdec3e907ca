"""What holds for every input: axes do not disturb each other, nothing is written, no surprises."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixdesk.exceptions import ConfigError
from mixdesk.model.records import Axis, Shadowed
from mixdesk.model.text import clean
from mixdesk.resolve.resolver import resolve
from mixdesk.resolve.session import resolve_session

from .inputs import BEARER, QUAD, Inputs, ReadOnly, bridge

quick = settings(max_examples=120, deadline=None)

names = st.sampled_from(["from-param", "from-target", "from-active", "other"])
projects = st.sampled_from(["1", "2", "3"])
workspaces = st.integers(1, 3)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


account_inputs = st.fixed_dictionaries(
    {
        "env_account": st.sampled_from([{}, {}, QUAD, BEARER, {**QUAD, **BEARER}]),
        "param_account": maybe(names),
        "target_account": names,
        "bridge_account": st.sampled_from(["carried", "from-active"]),
        "bridge_default": maybe(projects),
        "active_account": maybe(names),
        "default_project": maybe(projects),
    }
)
project_inputs = st.fixed_dictionaries(
    {
        "env_project": projects,
        "param_project": maybe(projects),
        "target_project": projects,
        "bridge_project": maybe(projects),
    }
)
workspace_inputs = st.fixed_dictionaries(
    {
        "env_workspace": maybe(workspaces),
        "param_workspace": maybe(workspaces),
        "target_workspace": maybe(workspaces),
        "bridge_workspace": maybe(workspaces),
        "active_workspace": maybe(workspaces),
    }
)


@st.composite
def worlds(draw: st.DrawFn) -> Inputs:
    """Inputs in which a target or parameters may be named, with or without a bridge."""
    fields = draw(account_inputs) | draw(project_inputs) | draw(workspace_inputs)
    if draw(st.booleans()):
        fields["env_project"] = None
    return Inputs(**fields, target=draw(st.booleans()), bridge=draw(st.booleans()))


def spoken(inputs: Inputs) -> Inputs:
    """The same, without the parameters that a target excludes."""
    if not inputs.target:
        return inputs
    return replace(inputs, param_account=None, param_project=None, param_workspace=None)


def everything_said(axis: Axis) -> list[Shadowed]:
    return [Shadowed(axis.value, axis.source, axis.origin), *axis.shadowed]


def without_default(axis: Axis) -> list[Shadowed]:
    """Everything said of the project but by the account: the one influence the contract writes."""
    return [w for w in everything_said(axis) if w.source not in ("account_default", "unset")]


@quick
@given(worlds(), workspace_inputs)
def test_the_workspace_inputs_move_no_other_axis(inputs: Inputs, other: dict[str, Any]) -> None:
    before, after = spoken(inputs).resolve(), spoken(replace(inputs, **other)).resolve()
    assert (before.account, before.entry) == (after.account, after.entry)
    assert before.project == after.project
    assert before.headers == after.headers


@quick
@given(worlds(), project_inputs)
def test_the_project_inputs_move_no_other_axis(inputs: Inputs, other: dict[str, Any]) -> None:
    if inputs.env_project is None:  # whether it is there decides whether the environment is whole
        other["env_project"] = None
    before, after = spoken(inputs).resolve(), spoken(replace(inputs, **other)).resolve()
    assert before.account == after.account
    assert before.workspace == after.workspace
    assert before.headers == after.headers


@quick
@given(worlds(), account_inputs)
def test_the_account_inputs_move_only_the_default_project(
    inputs: Inputs, other: dict[str, Any]
) -> None:
    before, after = spoken(inputs).resolve(), spoken(replace(inputs, **other)).resolve()
    assert before.workspace == after.workspace
    assert before.headers == after.headers
    assert without_default(before.project) == without_default(after.project)


@quick
@given(worlds())
def test_the_default_project_is_never_another_accounts(inputs: Inputs) -> None:
    resolution = spoken(inputs).resolve()
    own = resolution.entry.default_project if resolution.entry else None
    words = everything_said(resolution.project)
    assert all(word.value == own for word in words if word.source == "account_default")


@quick
@given(worlds())
def test_the_same_input_gives_the_same_output_and_all_of_it_stays(inputs: Inputs) -> None:
    inputs = spoken(inputs)
    environ, config, carried = inputs.environ(), inputs.config(), inputs.carried()
    before = repr((environ, config, carried))
    first = resolve(environ, config, carried, **inputs.named())
    assert repr((environ, config, carried)) == before
    assert inputs.resolve() == first  # through a mapping that cannot be written at all


@quick
@given(worlds())
def test_what_is_hidden_is_what_would_win_next(inputs: Inputs) -> None:
    """Take away the winner, and the first that it hid wins, with the rest behind it."""
    inputs = spoken(inputs)
    workspace = inputs.resolve().workspace
    without: dict[str, Inputs] = {
        "env": replace(inputs, env_workspace=None),
        "param": replace(inputs, param_workspace=None),
        "target": replace(inputs, target_workspace=None),
        "bridge": replace(inputs, bridge_workspace=None),
        "active": replace(inputs, active_workspace=None),
    }
    if workspace.source == "unset":
        assert workspace.shadowed == ()
        return
    next_one = without[workspace.source].resolve().workspace
    left = [word for word in everything_said(next_one) if word.source != "unset"]
    assert left == list(workspace.shadowed)


_parameters = st.fixed_dictionaries(
    {}, optional={"account": names, "project": projects, "workspace": workspaces}
)


@quick
@given(worlds(), _parameters)
def test_a_target_excludes_each_parameter_whatever_else_there_is(
    inputs: Inputs, named: dict[str, Any]
) -> None:
    call = partial(
        resolve, inputs.environ(), inputs.config(), inputs.carried(), target="ecom", **named
    )
    failure = _failure(call)
    assert type(failure) is (ValueError if named else type(None))


_wrong = {
    "MP_REGION": st.text().filter(lambda text: text not in ("", "us", "eu", "in"))
    | st.sampled_from(["US", "Eu", "iN", " us", "eu ", "in\n"]),
    "MP_PROJECT_ID": st.text().filter(lambda text: not re.fullmatch("[0-9]*", text)),
    "MP_WORKSPACE_ID": st.text().filter(lambda text: not re.fullmatch("[0-9]*", text))
    | st.from_regex("0+", fullmatch=True)
    | st.integers(max_value=0).map(str)
    | st.integers(min_value=10**18).map(str),
}


@quick
@given(st.data(), worlds())
def test_a_bad_value_is_named_with_its_variable_and_never_ignored(
    data: st.DataObject, inputs: Inputs
) -> None:
    inputs = spoken(inputs)
    variable = data.draw(st.sampled_from(sorted(_wrong)))
    value = data.draw(_wrong[variable])
    environ = {**inputs.environ(), variable: value}
    with pytest.raises(ConfigError) as caught:
        resolve(environ, inputs.config(), inputs.carried(), **inputs.named())
    shown = clean(value, 40)
    assert caught.value.details == {"variable": variable, "value": shown}
    assert variable in caught.value.summary
    assert repr(shown) in caught.value.summary


BOTH = {"MP_PROJECT_ID": "5", "MP_REGION": "eu"}
SETS = {
    "env-service-account": {"MP_USERNAME": "u", "MP_SECRET": "s"},
    "env-oauth-token": {"MP_OAUTH_TOKEN": "t"},
}


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from(["", value])
            for part in (BOTH, *SETS.values())
            for name, value in part.items()
        },
    )
)
def test_a_set_of_variables_is_whole_or_reported_or_not_begun(environ: dict[str, str]) -> None:
    there = {name for name, value in environ.items() if value}
    whole = [account for account, own in SETS.items() if {*own, *BOTH} <= there]
    begun = [own for account, own in SETS.items() if {*own} & there and account not in whole]
    resolution = resolve(environ, Inputs().config())
    assert [w.value for w in everything_said(resolution.account) if w.source == "env"] == whole
    assert [problem.code for problem in resolution.problems] == (
        ["incomplete_environment"] * len(begun)
    )
    for problem, own in zip(resolution.problems, begun, strict=True):
        begins, _, lacks = problem.summary.partition("without")
        assert set(re.findall(r"MP_\w+", begins)) == {*own} & there
        assert set(re.findall(r"MP_\w+", lacks)) == {*own, *BOTH} - there


_text = st.text(max_size=12) | st.sampled_from(["us", "eu", "1", "0", "ecom", "from-param"])
_environments = st.dictionaries(
    st.sampled_from(
        [
            *("MP_USERNAME", "MP_SECRET", "MP_OAUTH_TOKEN", "MP_PROJECT_ID", "MP_REGION"),
            *("MP_WORKSPACE_ID", "MP_ACCOUNT", "MP_TARGET", "MP_AUTH_FILE"),
        ]
    ),
    _text,
)
_configs = st.sampled_from(
    [
        Inputs().config(),
        Inputs(active_account="gone", active_workspace=3).config(),
        Inputs(active_account="from-active", default_project="5", target_account="gone").config(),
    ]
)
_bridges = st.sampled_from([None, bridge(), bridge(project="4", headers={"X": "y"})])
_named = st.fixed_dictionaries(
    {},
    optional={
        "account": _text,
        "project": _text,
        "workspace": st.integers() | st.booleans(),
        "target": _text,
    },
)


@settings(max_examples=300, deadline=None)
@given(_environments, _configs, _bridges, _named)
def test_whatever_it_is_given_it_answers_or_raises_a_documented_error(
    environ: dict[str, str], config: Any, carried: Any, named: dict[str, Any]
) -> None:
    excluded = "target" in named and len(named) > 1
    for function in (resolve, resolve_session):
        failure = _failure(partial(function, ReadOnly(environ), config, carried, **named))
        if isinstance(failure, ConfigError):
            assert failure.message.isprintable()
        else:
            assert (failure is not None) == excluded


def _failure(call: Callable[[], object]) -> ValueError | ConfigError | None:
    """The documented error that a call raises; any other passes through and fails the test."""
    try:
        call()
    except (ConfigError, ValueError) as error:
        return error
    return None
