"""Bridges: what is said before one is written, what is written, and what follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixdesk.exceptions import AccountNotFoundError, ConfigError
from mixdesk.model.records import AccountRow
from mixdesk.ops.bridge import BridgeExport
from mixdesk.ops.context import Context
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.bridge_form import bridge_form, consequences
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.details import DetailsDialog
from mixdesk_tui.dialogs.fields import Values
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.dialogs.message import ErrorDialog
from mixdesk_tui.doing.bridges import told
from mixdesk_tui.drafts import BridgeDraft
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, settled, shown, write
from tests.app.fakes import (
    NOW,
    FakeDesk,
    account,
    axis,
    bearer,
    browser,
    overview,
    problem,
    session,
)
from tests.core.ops.world import World

Looks = Callable[[MixdeskApp], bool]

PATH = "/home/ana/.claude/mixpanel/auth.json"


def said(row: AccountRow, travels: str = "access") -> str:
    texts = consequences(row, Values({"travels": travels}), NOW)
    return "\n".join(f"{'! ' if tone == 'warning' else ''}{text}" for text, tone in texts)


def in_the_way(reason: str) -> ConfigError:
    return ConfigError("Something is in the way.", details={"reason": reason})


@pytest.mark.parametrize(
    ("row", "travels", "words"),
    [
        (account("a"), "access", "Its username and secret are inside"),
        (bearer("a", "MP_CI", is_set=True), "access", "The value of MP_CI is inside"),
        (account("a", type="oauth_token"), "access", "Its token is inside"),
        (browser("a"), "access", "does not renew there: 42 min left"),
        (browser("a", can_refresh=False), "copy", "does not renew there: 42 min left"),
        (browser("a", -5), "access", "does not renew there."),
        (browser("a"), "move", "! This machine gives its login up"),
        (browser("a"), "copy", "! The login is in two places then"),
    ],
)
def test_what_it_leads_to_is_said_before(row: AccountRow, travels: str, words: str) -> None:
    text = said(row, travels)
    assert words in text
    assert "Whoever has the file is a" in text
    assert "0600" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"expires_at": NOW + 600}, "It does not renew there: 10 min left."),
        ({"moved": True, "carries_grant": True}, "This machine has given its login up"),
        ({"carries_grant": True}, "The login is in two places now"),
        ({"token_env": "MP_CI"}, "The value of MP_CI is inside"),
        ({"is_used_here": True}, "B on Accounts removes it"),
    ],
)
def test_what_follows_is_said_after(given: dict[str, Any], words: str) -> None:
    done = BridgeExport("/b", "a")._replace(**given)
    assert words in " ".join(text for text, _ in told(done, NOW))


async def test_a_login_travels_as_it_was_chosen(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "b")
        await write(pilot, "/mnt/b.json")
        await press(pilot, "tab", "tab", "right", "enter")
        assert "/home/ana/bridge.json" in shown(app)
    draft = BridgeDraft("acme-corp", "/mnt/b.json", "3713224", "move")
    assert desk.calls == [("export_bridge", draft, False)]


async def test_the_path_is_copied(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "b", "enter")
        assert isinstance(app.screen, DetailsDialog)
        await press(pilot, "y", "y")
    assert desk.copied == ["/home/ana/bridge.json"]


@pytest.mark.parametrize("reason", ["work_tree", "not_a_bridge"])
async def test_what_can_be_overruled_is_asked(reason: str, desk: FakeDesk) -> None:
    desk.refusal = in_the_way(reason)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "j", "b", "enter")
        assert isinstance(app.screen, Confirm)
        assert desk.calls == []
        await press(pilot, "y")
    ((verb, draft, force),) = desk.calls
    assert (verb, draft.account, draft.travels, force) == ("export_bridge", "acme-eu", None, True)


async def test_a_no_leads_back_to_the_form(desk: FakeDesk) -> None:
    desk.refusal = in_the_way("work_tree")
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "b")
        await write(pilot, "/w/b.json")
        await press(pilot, "enter", "n")
        assert isinstance(app.screen, Form)
        assert "/w/b.json" in shown(app)
    assert desk.calls == []


async def test_what_cannot_be_overruled_is_an_error(desk: FakeDesk) -> None:
    desk.refusal = AccountNotFoundError("acme-corp", known=[])
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "b", "enter")
        assert isinstance(app.screen, ErrorDialog)


async def test_a_broken_account_is_explained() -> None:
    found = problem(("accounts", "ci"), "Account 'ci' has an unknown key: secrt.")
    desk = FakeDesk(overview(accounts=(account("ci", type=None, problem=found),)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "b")
        assert "unknown key: secrt" in shown(app)


@pytest.mark.parametrize(("path", "fine"), [("", False), ("/mnt/", False), ("~/b.json", True)])
def test_a_bridge_is_a_file(path: str, fine: bool) -> None:
    form = bridge_form(browser("a"), NOW, draft=BridgeDraft("a", path))
    assert ("path" not in form.state.errors) is fine


async def test_the_bridge_that_is_used_is_removed(desk: FakeDesk) -> None:
    view = session(bridge_path=PATH)
    who = axis("acme-corp", "bridge", PATH)
    desk.seen = overview(session=view._replace(resolution=view.resolution._replace(account=who)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "B")
        for words in (PATH, "It makes you acme-corp", "that cannot be undone"):
            assert words in shown(app)
        await press(pilot, "n", "B", "y")
        assert f"The bridge {PATH} is removed" in [each.message for each in app._notifications]
    assert desk.calls == [("remove_bridge", PATH)]


async def test_without_a_bridge_there_is_nothing_to_remove(desk: FakeDesk) -> None:
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "B")
        assert len(app.screen_stack) == 1
        assert "remove bridge" not in shown(app)


async def test_a_real_bridge_is_written_for_its_owner_alone(home: Path) -> None:
    world = World(home)
    world.write_config()
    services = Services.from_context(Context.from_environment({"HOME": str(home)}))
    app = MixdeskApp(services, services.read())
    async with driven(app) as pilot:
        await press(pilot, "2", "G", "b")
        await write(pilot, "~/carried/b.json")
        await press(pilot, "enter")
        await settled(pilot)
        assert "It is written:" in shown(app)
    written = home / "carried" / "b.json"
    assert json.loads(written.read_text())["account"]["name"] == "team"
    assert written.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [(80, 24), (60, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [("b",), ("b", "tab", "tab", "right"), ("j", "b"), ("b", "enter"), ("B",)],
    ids=["token", "moved", "service-account", "written", "remove"],
)
async def test_how_it_looks(
    keys: tuple[str, ...], size: tuple[int, int], desk: FakeDesk, looks_as_before: Looks
) -> None:
    desk.seen = overview(session=session(bridge_path=PATH))
    desk.exported = desk.exported._replace(is_used_here=True)
    app = desk.app()
    async with driven(app, size) as pilot:
        await press(pilot, "2", *keys)
        assert looks_as_before(app)
