"""Keys that come in one piece, each of which waits for what the one before it does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.events import Event, Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.keys.turns import Turns
from mixdesk_tui.palette import Palette
from mixdesk_tui.screens.accounts.screen import AccountsScreen
from mixdesk_tui.widgets.filter_bar import FilterInput
from tests.app.driving import driven, press, settled
from tests.app.fakes import FakeDesk


class Bare(App[None]):
    """Two fields, of which the first may go."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = Turns(self, super().on_event)

    async def on_event(self, event: Event) -> None:
        if not await self._turns.take(event):
            await super().on_event(event)

    def compose(self) -> ComposeResult:
        yield Input()
        yield Input()


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Give keys to the app in one piece: names in ``<…>``, each letter of anything else."""
    send(pilot.app, *keys)
    await settled(pilot)


def send(app: object, *keys: str) -> None:
    assert isinstance(app, MixdeskApp)
    for each in keys:
        names: Sequence[str] = [each[1:-1]] if each.startswith("<") else each
        for name in names:
            is_letter = len(name) == 1
            key = _character_to_key(name) if is_letter else name
            app.post_message(Key(key, name if is_letter else None))


def filter_of(app: MixdeskApp) -> str:
    return app.screen.query_one(FilterInput).value


@pytest.mark.parametrize("tab", ["2", "3", "4"])
async def test_keys_of_the_list_are_not_the_filters(tab: str, desk: FakeDesk) -> None:
    """In the filter ctrl+u deletes what was typed."""
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, tab, "G", *["<ctrl+u>"] * 8, "/evil")
        assert filter_of(app) == "evil"


async def test_keys_of_the_filter_are_not_the_lists(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, "2/eu", "<backspace>", "<backspace>", "acme-eu", "<enter>", "<enter>")
    assert desk.calls == [("use_account", "acme-eu")]


async def test_a_palette_is_typed_into_before_it_is_seen(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, ":change theme")
        assert isinstance(app.screen, Palette)
        assert app.screen.query_one(Input).value == "change theme"


@pytest.mark.parametrize("words", ["use account acme-eu", "acme-eu"])
async def test_enter_in_the_palette_waits_for_what_the_words_find(
    words: str, desk: FakeDesk
) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, ":", words, "<enter>")
        assert desk.calls == [("use_account", "acme-eu")]
        assert not isinstance(app.screen, Palette)


async def test_enter_in_the_palette_where_nothing_is_found(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, ":qqqq", "<enter>")
        assert isinstance(app.screen, Palette)
        assert desk.calls == []


async def test_a_form_is_filled_in_before_it_is_seen(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, "2a", "robot", "<tab>", "<tab>", "<tab>", "me.sa")
        form = app.screen
        assert isinstance(form, Form)
        assert [each.value for each in form.query(Input)][:2] == ["robot", "me.sa"]


async def test_pasted_text_comes_in_its_turn(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        send(app, "2/a")
        app.post_message(Paste("cm"))
        await burst(pilot, "e")
        assert filter_of(app) == "acme"


async def test_a_dialog_that_closes_gives_the_next_key_to_what_is_below(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await burst(pilot, "?", "<escape>", "3?", "<escape>", "2")
        assert isinstance(app.screen, AccountsScreen)


async def test_a_field_that_goes_away_under_a_key_does_not_stop_the_next() -> None:
    app = Bare()
    async with app.run_test() as pilot:
        first, second = app.query(Input)
        app.post_message(Key("a", "a"))
        first.call_later(first.remove)
        app.post_message(Key("b", "b"))
        app.post_message(Key("c", "c"))
        await pilot.pause()
        await pilot.press("d")
        assert second.value.endswith("d")
        assert "".join(dict.fromkeys(first.value + second.value)) == "abcd"


async def test_leaving_does_not_wait_for_keys_that_are_ahead(
    desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = desk.app()
    given: list[str] = []
    monkeypatch.setattr(
        AccountsScreen, "on_key", lambda _screen, event: given.append(event.key), raising=False
    )
    async with driven(app) as pilot:
        await press(pilot, "2")
        send(app, "." * 50, "<ctrl+c>")
        await settled(pilot)
    assert app.return_code == 0
    assert len(given) < 50
