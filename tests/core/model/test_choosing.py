"""Which workspace is chosen among a project's: one order, whatever the answer's own."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.model.choosing import ALL_DATA, choose_workspace, rank
from mixdesk.model.records import WorkspaceEntry


def entry(key: int, name: str = "View", **marks: bool) -> WorkspaceEntry:
    return WorkspaceEntry(key, name, "11", **marks)


HIDDEN = entry(1, is_visible=False)
SHOWN = entry(2)
DEFAULT = entry(3, is_default=True)
ALL = entry(4, ALL_DATA)
GLOBAL = entry(5, is_global=True)
BY_RANK = [GLOBAL, ALL, DEFAULT, SHOWN, HIDDEN]


@pytest.mark.parametrize("first", range(len(BY_RANK)))
def test_the_first_of_the_order_is_chosen(first: int) -> None:
    there_are = BY_RANK[first:]
    assert choose_workspace(there_are) == there_are[0]
    assert choose_workspace(reversed(there_are)) == there_are[0]


def test_there_may_be_none() -> None:
    assert choose_workspace([]) is None
    assert choose_workspace(iter(())) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (entry(1, is_global=True, is_visible=False), ALL),
        (entry(1, ALL_DATA, is_visible=False), DEFAULT),
        (entry(1, is_default=True, is_visible=False), SHOWN),
    ],
)
def test_a_hidden_one_still_has_its_rank(one: WorkspaceEntry, other: WorkspaceEntry) -> None:
    assert choose_workspace([other, one]) == one


@pytest.mark.parametrize("name", ["all project data", "All Project Data ", "All  Project Data", ""])
def test_a_name_is_taken_at_its_word(name: str) -> None:
    assert choose_workspace([SHOWN, entry(9, name)]) == SHOWN


@pytest.mark.parametrize("kind", [{"is_global": True}, {"is_default": True}, {}])
def test_of_equals_the_first_of_the_answer_is_chosen(kind: dict[str, Any]) -> None:
    equals = [entry(key, **kind) for key in (7, 3, 5)]
    for order in itertools.permutations(equals):
        assert choose_workspace(order) == order[0]


marks = st.booleans()
entries = st.builds(
    WorkspaceEntry,
    id=st.integers(1, 9),
    name=st.sampled_from([ALL_DATA, "View"]),
    project=st.just("11"),
    is_global=marks,
    is_default=marks,
    is_visible=marks,
)


@given(st.lists(entries, min_size=1, max_size=6))
def test_the_order_is_that_of_the_contract(there_are: list[WorkspaceEntry]) -> None:
    expected = (
        next((each for each in there_are if each.is_global), None)
        or next((each for each in there_are if each.name == ALL_DATA), None)
        or next((each for each in there_are if each.is_default), None)
        or next((each for each in there_are if each.is_visible), None)
        or there_are[0]
    )
    chosen = choose_workspace(there_are)
    assert chosen is expected
    assert rank(expected) == min(map(rank, there_are))
