"""What the tests of the app share: a made-up world, and pictures of screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.app import App
from textual.command import CommandPalette
from textual.widgets import Input

from mixdesk_tui import watching
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import idle
from tests.app.fakes import FakeDesk

NEVER = 86_400.0
"""Seconds after which something happens that no test lives to see."""


@pytest.fixture(autouse=True)
def _time_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes: no toast goes, no tip comes, nothing blinks, nobody looks.

    A test that wants one of these says so, and calls or waits for it.
    """
    monkeypatch.setattr("textual.pilot.wait_for_idle", idle)
    monkeypatch.setattr("textual.app.wait_for_idle", idle)
    for name in ("POLL", "TICK", "PATIENCE"):
        monkeypatch.setattr(watching, name, NEVER)
    for name in ("NOTIFICATION_TIMEOUT", "TOOLTIP_DELAY"):
        monkeypatch.setattr(App, name, NEVER)
    for name in ("_BUSY_COUNTDOWN", "_NO_MATCHES_COUNTDOWN"):
        monkeypatch.setattr(CommandPalette, name, NEVER)
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _field: None)


@pytest.fixture
def desk() -> FakeDesk:
    """A lived-in world."""
    return FakeDesk()


@pytest.fixture
def looks_as_before(snapshot: SnapshotAssertion) -> Callable[[MixdeskApp], bool]:
    """Compares the screen with the picture that was approved."""
    pictures = snapshot.use_extension(SVGImageExtension)

    def compare(app: MixdeskApp) -> bool:
        return bool(app.export_screenshot(title="mixdesk", simplify=True) == pictures)

    return compare
