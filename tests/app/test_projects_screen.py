"""The picker as it was approved: sizes, themes, and worlds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixdesk.exceptions import APIError, ConfigError
from mixdesk.sandbox.world import organizations
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.asking import Picked
from tests.app.driving import driven, press, write
from tests.app.fakes import NOW, FakeDesk, empty, listing, picked, project
from tests.app.test_hostile import CONTROL, EVIL

Looks = Callable[[MixdeskApp], bool]
SIZES = [(80, 24), (120, 40), (60, 16)]


def size_name(size: tuple[int, int]) -> str:
    return "x".join(map(str, size))


def many() -> Picked:
    """Ten thousand projects, some with names that mean harm."""
    rows = [
        project(id, name, each.name, region=each.region)
        for each in organizations(10_000, hostile=True)
        for id, name in each.projects
    ]
    return Picked(listing(rows), favourites=("3713225",))


@pytest.mark.parametrize("size", SIZES, ids=size_name)
async def test_a_lived_in_machine(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "4")
        assert looks_as_before(app)


@pytest.mark.parametrize("theme", [themes.LIGHT.name, themes.TERMINAL.name])
async def test_in_other_colours(theme: str, desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app(theme=theme)
    async with driven(app, (120, 40)) as pilot:
        await press(pilot, "4", "slash")
        await write(pilot, "ai 4")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
async def test_the_workspaces(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", "tab", "j")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
async def test_a_crowd_with_names_that_mean_harm(
    size: tuple[int, int], looks_as_before: Looks
) -> None:
    app = FakeDesk(picked=many()).app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", "G", "ctrl+u")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
async def test_a_filter_marks_what_it_found(size: tuple[int, int], looks_as_before: Looks) -> None:
    app = FakeDesk(picked=many()).app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", "slash")
        await write(pilot, "ai d")
        assert looks_as_before(app)


async def test_nothing_matches(desk: FakeDesk, looks_as_before: Looks) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "slash")
        await write(pilot, "zzz")
        assert looks_as_before(app)


async def test_never_asked(looks_as_before: Looks) -> None:
    app = FakeDesk(picked=Picked(listing([], asked_at=None, is_fresh=False))).app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        assert looks_as_before(app)


async def test_an_account_without_projects(looks_as_before: Looks) -> None:
    app = FakeDesk(picked=Picked(listing([]))).app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        assert looks_as_before(app)


async def test_an_empty_machine(looks_as_before: Looks) -> None:
    desk = FakeDesk(empty())
    desk.unlisted = ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=size_name)
async def test_old_and_offline(size: tuple[int, int], looks_as_before: Looks) -> None:
    def refuse(stop: object) -> None:
        raise APIError(
            "No answer to /me: the server cannot be reached.",
            code="NETWORK_ERROR",
            hint="Check your network; what was read before still works offline.",
        )

    app = FakeDesk(picked=picked(asked_at=NOW - 9 * 86_400, is_fresh=False), asking=refuse).app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", "r")
        assert looks_as_before(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=size_name)
async def test_another_region_is_explained(
    size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "4", "j", "enter")
        assert looks_as_before(app)


@pytest.mark.parametrize("kind", EVIL)
async def test_hostile_names_are_only_read(kind: str) -> None:
    rows = [project("1", EVIL[kind], EVIL[kind]), project("2", EVIL[kind], region="eu")]
    desk = FakeDesk(picked=Picked(listing(rows)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "4", "j", "enter")
        strips = app.screen._compositor.render_strips()
        assert not CONTROL.search("".join(seg.text for strip in strips for seg in strip))
        await press(pilot, "escape", "k", "enter")
        assert desk.calls == [("use_project", "acme-corp", "1", None)]
