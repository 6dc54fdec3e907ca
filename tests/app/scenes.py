"""What the screens can look like: worlds, and the keys that lead to what is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot

from mixdesk.api.stopping import Stop
from mixdesk.exceptions import APIError, ConfigError, MixdeskError, StoreError
from mixdesk.model.records import Overview
from mixdesk.sandbox.world import organizations
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.asking import Picked
from tests.app.driving import driven, press, settled, write
from tests.app.fakes import (
    CONFIG,
    NOW,
    FakeDesk,
    crowded,
    empty,
    gone,
    hidden_project,
    listing,
    overview,
    picked,
    problem,
    project,
    session,
)

BANNER = "demo: nothing of yours is touched"


@dataclass(frozen=True)
class Scene:
    """Something to look at.

    Args:
        desk: Makes the world.
        keys: What leads there, each pressed on a settled app.
        text: What is put into the field that has the focus then.
        last: Keys that begin something which does not end by itself.
        breaks: Whether the file becomes unreadable at the end.
        banner: What the header says besides.
    """

    desk: Callable[[], FakeDesk]
    keys: tuple[str, ...] = ()
    text: str = ""
    last: tuple[str, ...] = ()
    breaks: bool = False
    banner: str = ""


def many_projects() -> Picked:
    """Ten thousand projects, some with names that mean harm."""
    rows = [
        project(id, name, each.name, region=each.region)
        for each in organizations(10_000, hostile=True)
        for id, name in each.projects
    ]
    return Picked(listing(rows), favourites=("3713225",), recents=("3018488", "3713226"))


def much_wrong() -> Overview:
    """More that needs somebody than a small screen shows."""
    found = (
        problem(("accounts", "ci"), "Account 'ci' has a key that nobody knows: tokn_env."),
        *(gone(f"legacy-{number}", "old") for number in range(5)),
        problem((), "The file is larger than 1 MiB.", kind="size"),
    )
    view = hidden_project()._replace(token_expires_at=NOW + 125, can_refresh=False, problems=found)
    return overview(session=view)


def unreadable() -> StoreError:
    """What a slip of the hand in the file leads to."""
    return StoreError(
        f"{CONFIG}:14:9 is not TOML: expected '=' after a key.",
        code="STORE_CORRUPT",
        path=CONFIG,
        hint="Mend that line in an editor; until then nothing is written.",
        details={"line": 14, "column": 9},
    )


def broken_from_the_start() -> FakeDesk:
    """A machine whose file could never be read."""
    return FakeDesk(empty()._replace(session=None, error=unreadable()))


def offline(**given: Any) -> FakeDesk:
    """A machine without a network, with what was read nine days ago."""

    def refuse(stop: Stop) -> None:
        raise unreachable()

    desk = FakeDesk(picked=picked(asked_at=NOW - 9 * 86_400, is_fresh=False), asking=refuse)
    names = [row.name for row in desk.seen.accounts]
    desk.failures = dict.fromkeys(names, unreachable())
    return desk


def unreachable() -> MixdeskError:
    """What everything ends with where there is no network."""
    return APIError(
        "No answer to /me: the server cannot be reached.",
        code="NETWORK_ERROR",
        hint="Check your network; what was read before still works offline.",
    )


def slow() -> FakeDesk:
    """A world in which answers do not come before somebody stops waiting."""
    desk = FakeDesk()

    def wait(stop: Stop) -> None:
        stop.wait(60)

    desk.asking = wait
    return desk


def first_asking() -> FakeDesk:
    """A world in which the first answer does not come."""
    desk = slow()
    desk.picked = Picked(listing([], asked_at=None, is_fresh=False))
    return desk


def nobody_there() -> FakeDesk:
    """A machine without an account, and so without projects."""
    desk = FakeDesk(empty())
    desk.unlisted = ConfigError("No account is active.", hint="Choose one: mp account use NAME")
    return desk


def tests_failed() -> FakeDesk:
    """A world without a network, and the tests of accounts that end there."""
    desk = offline()
    desk.asking = lambda stop: None
    return desk


def ended() -> Overview:
    """A login that has ended."""
    return overview(session=session(token_expires_at=NOW - 3700, can_refresh=False))


STATUS = {
    "status": Scene(FakeDesk),
    "status-calm": Scene(lambda: FakeDesk(overview(session=session(), problems=()))),
    "status-crowd": Scene(lambda: FakeDesk(crowded()), ("j", "j"), banner=BANNER),
    "status-much-wrong": Scene(lambda: FakeDesk(much_wrong())),
    "status-empty": Scene(lambda: FakeDesk(empty())),
    "status-error": Scene(FakeDesk, breaks=True),
    "status-error-at-once": Scene(broken_from_the_start),
    "status-hidden": Scene(lambda: FakeDesk(overview(session=hidden_project()))),
    "status-ended": Scene(lambda: FakeDesk(ended())),
}
ACCOUNTS = {
    "accounts": Scene(FakeDesk, ("2",)),
    "accounts-crowd": Scene(lambda: FakeDesk(crowded()), ("2", "j", "j"), banner=BANNER),
    "accounts-empty": Scene(lambda: FakeDesk(empty()), ("2",)),
    "accounts-error": Scene(FakeDesk, ("2",), breaks=True),
    "accounts-filter": Scene(FakeDesk, ("2", "slash"), text="ae"),
    "accounts-needy": Scene(FakeDesk, ("2", "j", "j", "j")),
    "accounts-testing": Scene(slow, ("2",), last=("T",)),
    "accounts-offline": Scene(tests_failed, ("2", "T")),
}
TARGETS = {
    "targets": Scene(FakeDesk, ("3",)),
    "targets-crowd": Scene(lambda: FakeDesk(crowded()), ("3", "j", "j"), banner=BANNER),
    "targets-empty": Scene(lambda: FakeDesk(empty()), ("3",)),
    "targets-error": Scene(FakeDesk, ("3",), breaks=True),
    "targets-filter": Scene(FakeDesk, ("3", "slash"), text="zzz"),
}
PROJECTS = {
    "projects": Scene(FakeDesk, ("4",)),
    "projects-crowd": Scene(lambda: FakeDesk(picked=many_projects()), ("4", "G", "ctrl+u")),
    "projects-many": Scene(lambda: FakeDesk(picked=many_projects()), ("4",)),
    "projects-filter": Scene(lambda: FakeDesk(picked=many_projects()), ("4", "slash"), text="ai d"),
    "projects-none-found": Scene(FakeDesk, ("4", "slash"), text="zzz"),
    "projects-workspaces": Scene(FakeDesk, ("4", "tab", "j")),
    "projects-elsewhere": Scene(FakeDesk, ("4", "G")),
    "projects-elsewhere-refused": Scene(FakeDesk, ("4", "G", "enter")),
    "projects-never-asked": Scene(
        lambda: FakeDesk(picked=Picked(listing([], asked_at=None, is_fresh=False))), ("4",)
    ),
    "projects-none": Scene(lambda: FakeDesk(picked=Picked(listing([]))), ("4",)),
    "projects-nobody": Scene(nobody_there, ("4",)),
    "projects-asking": Scene(slow, ("4",), last=("r",)),
    "projects-first-asking": Scene(first_asking, ("4",), last=("r",)),
    "projects-offline": Scene(offline, ("4", "r")),
    "projects-error": Scene(FakeDesk, ("4",), breaks=True),
}
DIALOGS = {
    "help": Scene(FakeDesk, ("question_mark",)),
    "palette": Scene(FakeDesk, ("ctrl+p",)),
    "add-account": Scene(FakeDesk, ("2", "a", "enter")),
    "login": Scene(FakeDesk, ("2", "n")),
    "remove-account": Scene(FakeDesk, ("2", "d")),
    "use-protected-target": Scene(FakeDesk, ("3", "G", "enter")),
    "clear-variable": Scene(lambda: FakeDesk(overview(session=hidden_project())), ("enter",)),
    "mend-file": Scene(FakeDesk, ("g", *"jjjj", "enter")),
}
SCENES = {**STATUS, **ACCOUNTS, **TARGETS, **PROJECTS}


@asynccontextmanager
async def played(
    scene: Scene, size: tuple[int, int], theme: str = themes.DARK.name, *, no_color: bool = False
) -> AsyncIterator[MixdeskApp]:
    """The app at the point that a scene leads to."""
    desk = scene.desk()
    desk.no_color = no_color
    app = desk.app(theme=theme, banner=scene.banner)
    async with driven(app, size) as pilot:
        await press(pilot, *scene.keys)
        if scene.text:
            await write(pilot, scene.text)
        if scene.last:
            await pilot.press(*scene.last)
            await _painted(pilot)
        if scene.breaks:
            desk.seen = empty()._replace(session=None, error=unreadable(), fingerprint=2)
            app.poll()
            await settled(pilot)
        yield app


async def _painted(pilot: Pilot[None]) -> None:
    """What does not wait for an answer is done."""
    for _ in range(3):
        await pilot.pause()
