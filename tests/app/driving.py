"""Driving the app in tests: settle, look, press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.events import Paste
from textual.pilot import Pilot
from textual.worker import WorkerFailed

from mixdesk_tui.app import MixdeskApp

SIZE = (80, 24)


@asynccontextmanager
async def driven(app: MixdeskApp, size: tuple[int, int] = SIZE) -> AsyncIterator[Pilot[None]]:
    """The running app, with its first frame painted."""
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every worker is done and every message is handled."""
    for _ in range(2):
        try:
            await pilot.app.workers.wait_for_complete()
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
