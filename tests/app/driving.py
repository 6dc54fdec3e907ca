"""Driving the app in tests: settle, look, press."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual._context import active_app
from textual.app import App
from textual.command import CommandPalette
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, LoadingIndicator
from textual.worker import WorkerCancelled, WorkerFailed

from mixdesk_tui import watching
from mixdesk_tui.app import MixdeskApp

SIZE = (80, 24)
SOON = 0.1
"""Seconds: what is due within them is waited for, such as a layout that Textual puts off."""


NEVER = 86_400.0
"""Seconds after which something happens that nobody lives to see."""


def stand_still(patch: pytest.MonkeyPatch) -> None:
    """However long it takes: no toast goes, no tip comes, nothing blinks, nobody looks."""
    patch.setattr("textual.pilot.wait_for_idle", idle)
    patch.setattr("textual.app.wait_for_idle", idle)
    for name in ("POLL", "TICK", "PATIENCE"):
        patch.setattr(watching, name, NEVER)
    for name in ("NOTIFICATION_TIMEOUT", "TOOLTIP_DELAY"):
        patch.setattr(App, name, NEVER)
    for name in ("_BUSY_COUNTDOWN", "_NO_MATCHES_COUNTDOWN"):
        patch.setattr(CommandPalette, name, NEVER)
    patch.setattr(Input, "_toggle_cursor", lambda _field: None)
    patch.setattr(LoadingIndicator, "_on_mount", lambda _dots, _event: None)


@asynccontextmanager
async def driven(app: MixdeskApp, size: tuple[int, int] = SIZE) -> AsyncIterator[Pilot[None]]:
    """The running app, with its first frame painted."""
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settled(pilot)
        yield pilot


async def idle(*_limits: float) -> None:
    """Wait until nobody on this loop has anything to do, now or soon, however long that takes.

    ``pilot.pause``, ``press`` and ``click`` wait for this. Textual's own measure is how little the
    processor does, which is little also where somebody else has taken it away.
    """
    loop: Any = asyncio.get_running_loop()
    while True:
        wait = 0.0 if loop._ready else _until_next(loop)
        if wait >= SOON:
            return
        await asyncio.sleep(wait)


def _until_next(loop: Any) -> float:
    """Seconds until something is due that was put off; an app that leaves puts off nothing."""
    due = [each.when() for each in loop._scheduled if not each.cancelled()]
    return max(min(due) - loop.time(), 0.0) if due and not active_app.get()._exit else math.inf


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every worker is done and every message is handled."""
    await pilot.pause()
    while workers := [each for each in pilot.app.workers if not each.is_finished]:
        for each in workers:
            try:
                await each.wait()
            except WorkerCancelled:
                pass  # somebody has typed on, or left
            except WorkerFailed as failed:
                if type(failed.error) is not LookupError:  # what tests let workers fail with
                    raise
        await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, each on a settled app."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def write(pilot: Pilot[None], text: str) -> None:
    """Put a text into the focused field at once, as a terminal pastes it."""
    focused = pilot.app.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await settled(pilot)


def shown(app: MixdeskApp) -> str:
    """The text on the screen, as a reader sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
