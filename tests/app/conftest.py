"""What the tests of the app share: a made-up world, and pictures of screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from mixdesk_tui.app import MixdeskApp
from tests.app.driving import stand_still
from tests.app.fakes import FakeDesk


@pytest.fixture(autouse=True)
def _time_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that wants what time does says so, and calls or waits for it."""
    stand_still(monkeypatch)


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
