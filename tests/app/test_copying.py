"""What is copied, where it goes, what is said of it, and how a secret is taken back."""

from __future__ import annotations

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.store.preferences import Preferences
from mixdesk_tui import copying
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.clipboard import Landed
from mixdesk_tui.copying import sentence
from mixdesk_tui.dialogs.message import ErrorDialog
from tests.app.driving import driven, settled
from tests.app.fakes import NOW, FakeDesk

CANARY = "canary-91c0de"
SENT = "X is sent to your terminal's clipboard (OSC 52)"


@pytest.fixture(autouse=True)
def _no_clipboard_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PARTING", 60)


def toasts(app: MixdeskApp) -> list[str]:
    return [each.message for each in app._notifications]


@pytest.mark.parametrize(
    ("landed", "lasts", "words"),
    [
        ("here", None, "X is copied to this machine's clipboard"),
        ("here", 45.0, "X is copied to this machine's clipboard; it is cleared again in 45 s"),
        ("remote", None, SENT),
        (
            "remote",
            45.0,
            f"{SENT}; it cannot be cleared there",
        ),
        (
            "none",
            None,
            f"{SENT}, because no clipboard works on this machine",
        ),
    ],
)
def test_each_way_says_which_it_is(landed: Landed, lasts: float | None, words: str) -> None:
    assert sentence("X", landed, lasts) == words


async def test_a_secret_is_cleared_when_its_time_is_over(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
        desk.now = NOW + 44
        app.tick()
        await settled(pilot)
        assert desk.copied == [CANARY]
        desk.now = NOW + 45
        app.tick()
        await settled(pilot)
        assert desk.copied == [CANARY, ""]
        app.tick()
        await settled(pilot)
        assert desk.copied == [CANARY, ""]
        assert not any(CANARY in text for text in toasts(app))
        assert "is cleared from the clipboard" in toasts(app)[-1]


async def test_how_long_it_stays_is_the_users_choice(desk: FakeDesk) -> None:
    desk.preferences = Preferences(clipboard_timeout=5.0)
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
        assert "in 5 s" in toasts(app)[-1]
        desk.now = NOW + 5
        app.tick()
        await settled(pilot)
    assert desk.copied == [CANARY, ""]


async def test_a_clock_that_is_put_back_keeps_no_secret(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
        desk.now = NOW - 3600
        app.tick()
        await settled(pilot)
    assert desk.copied == [CANARY, ""]


async def test_what_was_copied_since_is_left_alone(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
        desk.pasted = "a letter"
        desk.now = NOW + 60
        app.tick()
        await settled(pilot)
        assert len(toasts(app)) == 1
    assert desk.copied == [CANARY]


async def test_a_name_that_is_copied_after_a_secret_stays(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
        app.copy("acme", "The name")
        await settled(pilot)
        desk.now = NOW + 60
        app.tick()
        await settled(pilot)
    app.take_back()
    assert desk.copied == [CANARY, "acme"]


async def test_leaving_takes_a_secret_back(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
    app.take_back()
    assert desk.copied == [CANARY, ""]
    app.take_back()
    assert desk.copied == [CANARY, ""]


async def test_over_ssh_nothing_can_be_cleared_and_that_is_said(desk: FakeDesk) -> None:
    desk.landed = "remote"
    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(lambda: Secret(CANARY), "The token")
        await settled(pilot)
        (toast,) = app._notifications
        assert (toast.severity, CANARY in toast.message) == ("warning", False)
        assert "it cannot be cleared there" in toast.message
        assert app.clipboard == CANARY  # what was sent by OSC 52
    app.take_back()
    assert desk.copied == [CANARY]


async def test_a_token_that_there_is_none_of_is_explained(desk: FakeDesk) -> None:
    def refuse() -> Secret:
        raise OAuthError("There is none.", hint="Log in.")

    app = desk.app()
    async with driven(app) as pilot:
        app.copy_secret(refuse, "The token")
        await settled(pilot)
        assert isinstance(app.screen, ErrorDialog)
    assert desk.copied == []
