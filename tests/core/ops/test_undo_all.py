"""Any changes, undone one after the other: every file is as it was, to the byte and the mode."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.exceptions import MixdeskError
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts, projects, switching, targets
from mixdesk.ops.context import Context
from mixdesk.ops.undo import undo
from mixdesk.store.changes import Change, recording
from mixdesk.store.preferences import change_preferences
from tests.core.store.profiles import examples

from .world import CONFIG, World

UI = """\
# mine
[targets]
protected = ["ecom", 'home']   # careful

[app]
theme = "light"
"""

NAMES = ("team", "ana", "ci", "new")
PLACES = ("ecom", "home", "berlin", "fresh")
PASSING = (".lock", ".previous", "activity.jsonl")
"""Ends of the names of files that an undo writes too."""

Do = Callable[[Context], object]


@st.composite
def changes(draw: st.DrawFn) -> Do:
    """What a user may do, mostly to what there is."""
    name, other = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
    place, there = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
    number = draw(st.sampled_from(["1", "11", "12", "22"]))
    secret = Secret(draw(st.sampled_from(["s", "t"])))
    ways: tuple[Do, ...] = (
        lambda ctx: accounts.use_account(ctx, name),
        lambda ctx: targets.use_target(ctx, place),
        lambda ctx: projects.use_project(ctx, number, account=name),
        lambda ctx: switching.pin_workspace(ctx, None),
        lambda ctx: accounts.add_account(ctx, name, type="oauth_browser", region="us"),
        lambda ctx: accounts.update_account(ctx, name, region="in", default_project=number),
        lambda ctx: accounts.update_account(ctx, name, secret=secret),
        lambda ctx: accounts.rename_account(ctx, name, other),
        lambda ctx: accounts.remove_account(ctx, name, force=True),
        lambda ctx: accounts.remove_account(ctx, name, with_targets=PLACES),
        lambda ctx: targets.add_target(ctx, place, account=name, project=number),
        lambda ctx: targets.update_target(ctx, place, account=name, project=number),
        lambda ctx: targets.rename_target(ctx, place, there),
        lambda ctx: targets.remove_target(ctx, place),
        lambda ctx: targets.protect_target(ctx, place),
        lambda ctx: targets.protect_target(ctx, place, protect=False),
        lambda ctx: change_preferences(ctx.storage.preferences, theme=number),
        lambda ctx: change_preferences(ctx.storage.preferences, favourite_projects=(number,)),
    )
    return draw(st.sampled_from(ways))


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its mode and bytes, but locks and what only remembers."""
    return {
        str(path.relative_to(root)): (path.stat().st_mode & 0o7777, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file() and not path.name.endswith(PASSING)
    }


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


def filled(homes: Path) -> World:
    """A machine with files of three accounts."""
    home = homes / os.urandom(6).hex()
    home.mkdir(mode=0o700)
    world = World(home)
    ctx = world.write_config(CONFIG)
    for name in ("team", "ana"):
        world.write_me(name)
        world.write_status(name, "ok", "ana@example.com")
    world.write_tokens("ana")
    preferences = Path(ctx.storage.preferences.path)
    preferences.write_text(UI)
    preferences.chmod(0o600)
    return world


@examples(400)
@given(doing=st.lists(changes(), min_size=1, max_size=8))
def test_any_changes_are_undone(homes: Path, doing: list[Do]) -> None:
    world = filled(homes)
    ctx, root = world.ctx, world.home / ".mp"
    before = everything(root)
    made: list[Change] = []
    for do in doing:
        with recording() as recorder, suppress(MixdeskError):
            do(ctx)
        if recorder.change is not None:
            made.append(recorder.change)
    for change in reversed(made):
        undo(ctx, change)
    assert everything(root) == before
