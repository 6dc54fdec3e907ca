"""Accounts and Targets on real files: what each key writes, and what an undo puts back."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mixdesk.ops.context import Context
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.screens.list_screen import ListScreen
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, settled, shown, write
from tests.core.ops.world import CONFIG, World


@pytest.fixture
def world(home: Path) -> World:
    made = World(home)
    made.write_config()
    made.write_me("team")
    return made


def make_app(world: World) -> MixdeskApp:
    services = Services.from_context(Context.from_environment(world.environ))
    return MixdeskApp(services, services.read())


def saved(world: World) -> dict[str, Any]:
    return tomllib.loads(world.text)


def protected(world: World) -> list[str]:
    path = world.home / ".mp" / "ui.toml"
    found = tomllib.loads(path.read_text()) if path.exists() else {}
    return list(found.get("targets", {}).get("protected", []))


def cursor(app: MixdeskApp) -> str | None:
    assert isinstance(app.screen, ListScreen)
    return app.screen.state.cursor


async def test_a_renamed_account_takes_everything_along(world: World) -> None:
    app = make_app(world)
    async with driven(app) as pilot:
        await press(pilot, "2", "R")
        await write(pilot, "crew")
        await press(pilot, "enter")
        await settled(pilot)
        assert cursor(app) == "crew"
        assert saved(world)["active"]["account"] == "crew"
        assert saved(world)["targets"]["ecom"]["account"] == "crew"
        assert world.directory("crew").is_dir()
        await press(pilot, "u")
        await settled(pilot)
    assert world.text == CONFIG
    assert world.directory("team").is_dir()


async def test_an_account_goes_with_its_targets_and_comes_back(world: World) -> None:
    world.protect("home")
    app = make_app(world)
    async with driven(app) as pilot:
        await press(pilot, "2", "d", "t", "y")
        await settled(pilot)
        assert sorted(saved(world)["targets"]) == ["berlin", "home"]
        assert not world.directory("team").exists()
        await press(pilot, "u")
        await write(pilot, "home")  # it leads back to a protected place
        await press(pilot, "enter")
        await settled(pilot)
    assert world.text == CONFIG
    assert world.directory("team").is_dir()
    assert protected(world) == ["home"]


async def test_a_target_is_protected_and_keeps_that_by_its_new_name(world: World) -> None:
    app = make_app(world)
    async with driven(app) as pilot:
        await press(pilot, "3", "g", "p")
        await settled(pilot)
        assert protected(world) == ["berlin"]
        assert "▲  berlin" in shown(app)
        await press(pilot, "R")
        await write(pilot, "spree")
        await press(pilot, "enter")
        await settled(pilot)
        assert (protected(world), cursor(app)) == (["spree"], "spree")
        await press(pilot, "d")
        await write(pilot, "spree")
        await press(pilot, "enter")
        await settled(pilot)
    assert protected(world) == []
    assert "spree" not in saved(world)["targets"]


async def test_one_key_saves_the_session_and_says_its_name(world: World) -> None:
    world.write_config(CONFIG.replace("[targets.home]", "[targets.elsewhere]").replace("71", "70"))
    before = world.text.replace("workspace = 70\n\n[targets.b", "\n[targets.b")
    world.write_config(before)
    app = make_app(world)
    async with driven(app) as pilot:
        await press(pilot, "3", "s")
        await settled(pilot)
        assert cursor(app) == "eleven"
        place = {"account": "team", "project": "11", "workspace": 70}
        assert saved(world)["targets"]["eleven"] == place
        await press(pilot, "s")
        await settled(pilot)
        assert "it is target eleven" in " ".join(shown(app).replace("▌", " ").split())
        await press(pilot, "u")
        await settled(pilot)
    assert world.text == before
