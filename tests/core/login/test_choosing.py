"""Which project a new login works in and what its account is called: given, found, or asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from mixdesk.exceptions import AccountExistsError, ConfigError, ProjectNotFoundError
from mixdesk.login.choosing import choose_name, choose_project
from mixdesk.login.events import Event, NameNeeded, ProjectHidden, ProjectNeeded
from mixdesk.login.request import LoginRequest
from mixdesk.store.me_cache import make_index

BROWSER = LoginRequest("oauth_browser")
PAIR = LoginRequest("service_account")


def answer(*projects: tuple[str, str, str, int]) -> dict[str, Any]:
    """``(id, name, domain, organization)`` as ``/me`` words it."""
    return {
        "organizations": {"1": {"id": 1, "name": "beta"}, "2": {"id": 2, "name": "Alpha"}},
        "projects": {
            key: {"name": name, "domain": domain, "organization_id": organization}
            for key, name, domain, organization in projects
        },
    }


US, EU = "mixpanel.com", "eu.mixpanel.com"
SEVERAL = answer(("1", "zeta", US, 1), ("2", "Yak", US, 2), ("3", "ant", US, 1), ("4", "b", EU, 2))
ONE = answer(("1", "zeta", US, 1))


async def project(
    me: Mapping[str, Any],
    request: LoginRequest = BROWSER,
    environ: Mapping[str, str] | None = None,
    pick: str | None = None,
) -> tuple[str | None, list[Event]]:
    told: list[Event] = []

    async def ask(needed: ProjectNeeded) -> str:
        assert needed in told, "asked before it was told"
        assert pick is not None
        return pick

    chosen = await choose_project(
        request, make_index(me), "us", environ or {}, ask if pick else None, me, told.append
    )
    return chosen, told


async def test_the_only_project_is_taken() -> None:
    assert await project(ONE) == ("1", [])


async def test_no_project_at_all_is_none() -> None:
    assert await project(answer()) == (None, [])


async def test_the_one_that_is_given_comes_first() -> None:
    request = LoginRequest("oauth_browser", project="2")
    assert await project(SEVERAL, request, {"MP_PROJECT_ID": "3"}) == ("2", [])


async def test_the_environment_comes_second() -> None:
    assert await project(SEVERAL, environ={"MP_PROJECT_ID": "3"}) == ("3", [])


async def test_one_that_cannot_be_seen_lists_what_can() -> None:
    with pytest.raises(ProjectNotFoundError) as caught:
        await project(SEVERAL, LoginRequest("oauth_browser", project="99"))
    assert all(key in caught.value.message for key in ("99", "1 (zeta)", "3 (ant)"))
    assert caught.value.details["available_projects"] == ["4", "2", "3", "1"]


async def test_an_environment_that_hides_the_choice_is_told_and_goes_on() -> None:
    chosen, told = await project(SEVERAL, environ={"MP_PROJECT_ID": "99"}, pick="1")
    assert chosen == "1"
    assert told[0] == ProjectHidden("99")


async def test_several_are_shown_by_organization_and_name_whatever_their_case() -> None:
    chosen, told = await project(SEVERAL, pick="2")
    (needed,) = told
    assert isinstance(needed, ProjectNeeded)
    assert [each.name for each in needed.projects] == ["b", "Yak", "ant", "zeta"]
    assert chosen == "2"


async def test_several_and_nobody_to_ask_is_an_error_that_lists_them() -> None:
    with pytest.raises(ConfigError) as caught:
        await project(SEVERAL)
    assert "--project" in caught.value.message
    assert "2 (Yak)" in caught.value.message


async def test_a_crowd_is_not_listed_whole() -> None:
    crowd = answer(*((str(n), f"name {n}", US, 1) for n in range(10_000)))
    with pytest.raises(ConfigError) as caught:
        await project(crowd)
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize(
    ("me", "request_"),
    [
        (SEVERAL, LoginRequest("oauth_browser", project="4")),
        (answer(("4", "b", EU, 2)), BROWSER),
    ],
)
async def test_a_project_in_another_region_says_where_to_log_in(
    me: Mapping[str, Any], request_: LoginRequest
) -> None:
    with pytest.raises(ConfigError) as caught:
        await project(me, request_)
    assert "mp login --region eu" in caught.value.message


async def test_a_picked_one_is_checked_like_a_given_one() -> None:
    with pytest.raises(ProjectNotFoundError):
        await project(SEVERAL, pick="99")
    with pytest.raises(ConfigError):
        await project(SEVERAL, pick="4")


async def test_the_first_project_of_the_region_where_that_is_asked_for() -> None:
    request = LoginRequest("oauth_browser", take_first_project=True)
    assert (await project(SEVERAL, request))[0] == "2"


async def name(
    request: LoginRequest,
    existing: tuple[str, ...] = (),
    said: list[str] | None = None,
    me: Mapping[str, Any] = ONE,
) -> tuple[str, list[Event]]:
    told: list[Event] = []
    waiting = list(said or [])

    async def ask(needed: NameNeeded) -> str:
        assert needed is told[-1]
        return waiting.pop(0)

    asked: Callable[[NameNeeded], Awaitable[str]] | None = ask if said is not None else None
    return await choose_name(request, me, existing, asked, told.append), told


async def test_the_organization_names_the_account() -> None:
    assert await name(BROWSER) == ("beta", [])


async def test_a_given_name_is_the_name() -> None:
    assert await name(LoginRequest("oauth_browser", name="mine"), ("beta",)) == ("mine", [])


async def test_a_taken_name_gets_a_number_for_credentials_and_is_an_error_for_a_browser() -> None:
    assert (await name(PAIR, ("beta", "beta-2")))[0] == "beta-3"
    with pytest.raises(AccountExistsError):
        await name(BROWSER, ("beta",))


async def test_whoever_is_asked_sees_a_free_name_and_may_change_it() -> None:
    chosen, told = await name(BROWSER, ("beta",), [" mine "])
    assert chosen == "mine"
    assert told == [NameNeeded("beta-2", frozenset({"beta"}))]


async def test_an_answer_that_is_no_name_is_asked_for_again() -> None:
    chosen, told = await name(BROWSER, ("beta",), ["../x", "beta", "fine"])
    assert chosen == "fine"
    errors = [
        event.error.code if event.error else None for event in told if isinstance(event, NameNeeded)
    ]
    assert errors == [None, "INVALID_ARGUMENT", "ACCOUNT_EXISTS"]
