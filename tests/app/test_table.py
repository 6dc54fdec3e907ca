"""The table that draws by line: mouse, tooltips, and a thousand rows."""

from __future__ import annotations

from textual.content import Content

from mixdesk_tui.widgets.bars import FooterBar, HeaderBar
from mixdesk_tui.widgets.line_table import LineTable
from tests.app.driving import driven, press, settled, shown, write
from tests.app.fakes import FakeDesk, account, crowded, overview


async def test_a_click_highlights_and_a_double_click_uses(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        await pilot.click(LineTable, offset=(8, 2))
        await settled(pilot)
        assert app.screen.query_one(LineTable).key == "acme-eu"
        assert desk.calls == []
        await pilot.double_click(LineTable, offset=(8, 3))
        await settled(pilot)
    assert desk.calls == [("use_account", "berlin")]


async def test_a_click_on_the_titles_or_below_does_nothing(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j")
        await pilot.click(LineTable, offset=(8, 0))
        await pilot.click(LineTable, offset=(8, 15))
        await settled(pilot)
        assert app.screen.query_one(LineTable).key == "acme-eu"


async def test_the_mouse_marks_a_row_and_says_what_is_cut() -> None:
    app = FakeDesk(crowded()).app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        table = app.screen.query_one(LineTable)
        await pilot.hover(LineTable, offset=(8, 3))
        await settled(pilot)
        assert table.hover == 2
        assert isinstance(table.tooltip, Content)
        assert table.tooltip.plain == crowded().accounts[2].name
        await pilot.hover(HeaderBar, offset=(1, 0))
        await settled(pilot)
        assert table.hover is None


async def test_the_wheel_scrolls() -> None:
    app = FakeDesk(crowded()).app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        table = app.screen.query_one(LineTable)
        table.action_scroll_down()
        await settled(pilot)
        assert table.scroll_offset.y > 0


async def test_tabs_can_be_clicked(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await pilot.click(HeaderBar, offset=(15, 1))
        await settled(pilot)
        assert app.current_mode == "accounts"


async def test_warnings_can_be_clicked(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3")
        await pilot.click(HeaderBar, offset=(78, 0))
        await settled(pilot)
        assert app.current_mode == "status"


async def test_the_footer_can_be_clicked(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j")
        await pilot.click(FooterBar, offset=(3, 0))
        await settled(pilot)
    assert desk.calls == [("use_account", "acme-eu")]


async def test_a_long_name_in_the_header_is_whole_in_a_tooltip() -> None:
    app = FakeDesk(crowded()).app()
    async with driven(app) as pilot:
        await pilot.hover(HeaderBar, offset=(14, 0))
        await settled(pilot)
        header = app.screen.query_one(HeaderBar)
        assert isinstance(header.tooltip, Content)
        assert header.tooltip.plain == crowded().accounts[0].name


async def test_a_thousand_accounts_are_no_different() -> None:
    rows = tuple(account(f"account-{number:04}") for number in range(1000))
    desk = FakeDesk(overview(accounts=rows))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "G")
        assert "account-0999" in shown(app)
        await press(pilot, "slash")
        await write(pilot, "0512")
        assert "1 of 1000" in shown(app)
        await press(pilot, "enter", "enter")
    assert desk.calls == [("use_account", "account-0512")]


async def test_only_seen_lines_are_drawn() -> None:
    drawn: list[int] = []
    app = FakeDesk(crowded(1000)).app()
    async with driven(app) as pilot:
        await press(pilot, "2")
        table = app.screen.query_one(LineTable)
        original = table.render_line

        def counted(y: int) -> object:
            drawn.append(y)
            return original(y)

        table.render_line = counted  # type: ignore[method-assign, assignment]
        table.refresh()
        await settled(pilot)
        assert 0 < len(drawn) <= 4 * table.size.height
