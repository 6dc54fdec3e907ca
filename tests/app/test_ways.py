"""Every command can be given with the mouse and found in the palette, not only by its keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from mixdesk.api.stopping import Stop
from mixdesk_tui.commands import accounts, dialogs, lists, login, moves
from mixdesk_tui.commands.base import Command
from mixdesk_tui.dialogs.help import HelpDialog
from mixdesk_tui.palette import CommandsProvider
from mixdesk_tui.spans import Span, width
from mixdesk_tui.widgets.footer import Offer
from mixdesk_tui.widgets.line_view import LineView
from tests.app.driving import driven, press, settled, write
from tests.app.fakes import FakeDesk
from tests.app.test_keys import CASES, WAITING, desk_of

SAMPLE = (moves.ToLast, lists.LeaveFilter, accounts.RemoveAccount, dialogs.Save, login.GoOn)

SPOTS: dict[type[Command], str] = {
    login.GoOn: "screen.choose_way('browser')",
    dialogs.ChooseNext: "choose('oauth_token')",
    dialogs.ChoosePrevious: "choose('service_account')",
}
"""What stands on the screen for a click in words of its own."""


async def click(pilot: Pilot[None], *actions: str) -> bool:
    """Click on the text that runs one of these actions, if it is on the screen."""
    for view in pilot.app.screen.query(LineView):
        for y, line in enumerate(view.lines):
            x = 0
            for span in line:
                at = (x, y - view.scroll_offset.y)
                if (
                    span.action in actions
                    and span.text.strip()
                    and view.region.contains(view.region.x + at[0], view.region.y + at[1])
                ):
                    await pilot.click(view, offset=at)
                    await settled(pilot)
                    return True
                x += width(span.text)
    return False


async def by_mouse(pilot: Pilot[None], command: type[Command]) -> None:
    """Click on the command: where it is named, else in the help."""
    if await click(pilot, command.call(), command.action(), SPOTS.get(command, "")):
        return
    await press(pilot, "f1")
    help_page = pilot.app.screen
    assert isinstance(help_page, HelpDialog)
    offered = [offer.command for offer in help_page._offered]
    view = next(each for each in help_page.query(LineView) if each.id is None and each.lines)
    index = offered.index(command)
    action = f"screen.give({index})"
    at = (y for y, line in enumerate(view.lines) if any(span.action == action for span in line))
    y = next(at)
    assert view.parent is not None
    view.scroll_visible(animate=False)
    help_page.query_one("Reading").scroll_to(y=max(y - 3, 0), animate=False)
    await settled(pilot)
    await pilot.click(view, offset=(4, y))
    await settled(pilot)


async def found_first(pilot: Pilot[None], command: type[Command]) -> bool:
    """Whether the palette offers the command above all else when its words are typed."""
    provider = CommandsProvider(pilot.app.screen)
    hits = [hit async for hit in provider.search(f"{command.section}: {command.label}")]
    given = getattr(hits[0], "command", None) if hits else None
    offer = getattr(given, "__self__", None)
    return isinstance(offer, Offer) and offer.command is command


@pytest.mark.parametrize("command", CASES, ids=lambda command: command.id())
async def test_a_command_is_in_the_palette_and_done_by_a_click(command: type[Command]) -> None:
    case = CASES[command]
    desk = desk_of(case)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *case.before)
        done = len(desk.calls)
        before = case.look(app)
        assert await found_first(pilot, command)
        await by_mouse(pilot, command)
        if command in SPOTS:
            assert case.look(app) != before
        else:
            assert case.look(app) == case.after
        called = [call[0] for call in desk.calls[done:]]
        assert called == ([case.called] if case.called else [])


@pytest.mark.parametrize("command", SAMPLE, ids=lambda command: command.id())
async def test_the_palette_does_what_is_chosen(command: type[Command]) -> None:
    case = CASES[command]
    desk = desk_of(case)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, *case.before, "ctrl+p")
        await write(pilot, f"{command.section}: {command.label}")
        await press(pilot, "enter")
        await settled(pilot)
        assert case.look(app) == case.after


@pytest.mark.parametrize("command", WAITING, ids=lambda command: command.id())
async def test_what_is_waited_for_can_be_cancelled_in_every_way(command: type[Command]) -> None:
    gate = threading.Event()

    def wait(_stop: Stop) -> None:
        assert gate.wait(60)

    desk = FakeDesk(asking=wait)
    app = desk.app()
    async with driven(app) as pilot:
        screen, key = ("2", "t") if command is accounts.CancelTests else ("4", "r")
        await press(pilot, screen)
        await pilot.press(key)
        await pilot.pause()
        await pilot.pause()
        assert command.key_words() == "esc"
        assert await found_first(pilot, command)
        spans = [span for view in app.screen.query(LineView) for span in _spans(view)]
        assert command.call() in [span.action for span in spans]
        gate.set()
        await settled(pilot)
        assert not await found_first(pilot, command)


def _spans(view: LineView) -> Iterator[Span]:
    for line in view.lines:
        yield from line
