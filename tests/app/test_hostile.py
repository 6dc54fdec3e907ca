"""Text from outside that wants to do more than be read: on every screen it is only read."""

from __future__ import annotations

import re

import pytest
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Tooltip

from mixdesk.exceptions import OAuthError, StoreError
from mixdesk.login.events import (
    ClientReady,
    CodeFailed,
    CodeReady,
    Event,
    Failed,
    Listening,
    MeRead,
    NameNeeded,
    NoBrowser,
    OtherUser,
    PasteRefused,
    ProjectHidden,
    ProjectNeeded,
    Saved,
    UrlReady,
    Waiting,
)
from mixdesk.model.records import Activity, ProjectEntry
from mixdesk.ops.bridge import BridgeExport
from mixdesk.ops.saving import SavedPlace
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from tests.app.driving import driven, press, settled
from tests.app.fakes import (
    FakeDesk,
    FakeLogin,
    account,
    axis,
    browser,
    overview,
    problem,
    session,
    target,
)

EVIL = {
    "escape": "a\x1b[31mred\x1b[0m",
    "title": "a\x1b]0;owned\x07b",
    "clipboard": "a\x1b]52;c;b3duZWQ=\x1b\\b",
    "c1": "a\x9b2Jb\x9d0;owned\x9cc",
    "bidi": "a\u202egnp.exe\u2066b",
    "nul": "a\x00b",
    "newline": "a\nb\r\nc\u2028d\x85e",
    "markup": "[red]a[/red][/] [@click=app.quit]b[/]",
    "link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "long": "x" * 10_000,
    "backspace": "admin\x08\x08\x08\x08\x08guest",
    "zero width": "a\u200b\u200db\ufeffc",
}

TOGETHER = " ".join(text for kind, text in EVIL.items() if kind != "long")

CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)

WAYS = {
    "status": ("1",),
    "accounts": ("2",),
    "targets": ("3",),
    "help": ("question_mark",),
    "edit account": ("2", "e"),
    "remove account": ("2", "d"),
    "edit target": ("3", "e"),
    "remove target": ("3", "d"),
    "use protected": ("3", "enter"),
    "add target": ("3", "a"),
    "filter": ("3", "slash", "a"),
    "palette": ("ctrl+p", "u", "s", "e"),
    "rename account": ("2", "R"),
    "copy from an account": ("2", "y"),
    "details of an account": ("2", "i"),
    "export a bridge": ("2", "j", "b"),
    "a bridge is written": ("2", "j", "b", "enter"),
    "copy from a bridge": ("2", "j", "b", "enter", "y"),
    "remove the bridge": ("2", "B"),
    "rename target": ("3", "R"),
    "leave a target open": ("3", "p"),
    "copy from a target": ("3", "y"),
    "details of a target": ("3", "j", "i"),
    "saved": ("2", "s"),
    "mend": ("enter",),
    "toast": ("2", "enter"),
}


def evil_world(text: str) -> FakeDesk:
    """A world in which everything that others may write is ``text``."""
    broken = problem(("targets", text), f"Target {text} is broken.", hint=text, path=text)
    view = session(
        username=text,
        token_env=text,
        user_email=text,
        project_name=text,
        organization=text,
        timezone=text,
        workspace_name=text,
        bridge_path=text,
        problems=(broken,),
    )
    resolution = view.resolution._replace(
        account=axis(text, "bridge", text), headers=axis({text: text}, "settings", text)
    )
    return FakeDesk(
        saved=SavedPlace(text, is_new=True),
        exported=BridgeExport(text, text, token_env=text, is_used_here=True),
        seen=overview(
            session=view._replace(resolution=resolution),
            accounts=(
                browser(text, project_name=text, default_project=text, user_email=text),
                account("sound", username=text, targets=(text,)),
            ),
            targets=(
                target(text, text, project_name=text, workspace=1, workspace_name=text)._replace(
                    is_protected=True
                ),
                target("b" + text, text, problem=broken),
            ),
            activity=(Activity(0.0, text, (text, text)),),
            problems=(broken,),
            config_path=text,
        ),
    )


def everything_shown(app: MixdeskApp) -> list[str]:
    """Every text that reaches the terminal now, tooltips included."""
    strips = app.screen._compositor.render_strips()
    texts = [segment.text for strip in strips for segment in strip]
    for screen in app.screen_stack:
        for widget in screen.walk_children(Widget):
            if isinstance(widget.tooltip, Content):
                texts.append(widget.tooltip.plain)
    return texts


def harm_in(app: MixdeskApp) -> list[str]:
    """What reaches the terminal and is no harmless text."""
    texts = everything_shown(app)
    return [text for text in texts if CONTROL.search(text) or "owned" in text]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [TOGETHER, EVIL["long"]], ids=["together", "long"])
async def test_every_screen_and_dialog_shows_text_only(text: str, way: str) -> None:
    app = evil_world(text).app(banner=text)
    async with driven(app) as pilot:
        await press(pilot, *WAYS[way])
        assert not app._exit
        assert harm_in(app) == []


@pytest.mark.parametrize("evil", EVIL)
async def test_each_kind_of_evil_is_text_on_every_screen(evil: str) -> None:
    app = evil_world(EVIL[evil]).app(banner=EVIL[evil])
    async with driven(app) as pilot:
        for tab in "123":
            await press(pilot, tab)
            assert harm_in(app) == []


@pytest.mark.parametrize("theme", [theme.name for theme in themes.THEMES])
async def test_markup_is_shown_as_it_stands(theme: str) -> None:
    app = evil_world(EVIL["markup"]).app(theme=theme)
    async with driven(app, (200, 50)) as pilot:
        await press(pilot, "3")
        assert EVIL["markup"] in "".join(everything_shown(app))


@pytest.mark.parametrize("evil", EVIL)
async def test_the_right_name_is_used_all_the_same(evil: str) -> None:
    desk = FakeDesk(overview(targets=(target(EVIL[evil]),)))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "3", "enter")
    assert desk.calls == [("use_target", EVIL[evil])]


@pytest.mark.parametrize("evil", EVIL)
async def test_errors_are_only_read_too(evil: str) -> None:
    desk = FakeDesk(overview())
    text = EVIL[evil]
    app = desk.app()
    async with driven(app) as pilot:
        error = StoreError(text, code="STORE_CORRUPT", path=text, hint=text)
        desk.refusal = error
        desk.seen = overview(session=None, accounts=(), targets=(), error=error, fingerprint=2)
        await press(pilot, "2", "enter")
        app.poll()
        await settled(pilot)
        assert harm_in(app) == []


@pytest.mark.parametrize("evil", EVIL)
async def test_tooltips_under_the_mouse_are_text(
    evil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MixdeskApp, "TOOLTIP_DELAY", 0.01)
    app = evil_world(EVIL[evil]).app()
    async with driven(app, (60, 16)) as pilot:
        seen = set()
        for y in range(12):
            await pilot.hover(offset=(14, y))
            assert harm_in(app) == []
            seen.add(app.screen.query_one(Tooltip).display)
    assert seen == {True, False}


def evil_login(text: str) -> list[Event]:
    """A login in which everything that a server may say is ``text``."""
    error = OAuthError(text, hint=text)
    rows = (
        ProjectEntry("1", text, text, "us", text),
        ProjectEntry("2", text, text, text, text),
    )
    return [
        Listening(1),
        ClientReady(is_new=True),
        UrlReady(f"https://mixpanel.com/{text}"),
        NoBrowser(text),
        CodeReady(text, f"https://mixpanel.com/{text}", f"https://mixpanel.com/{text}", 1.0),
        PasteRefused(error),
        CodeFailed(error),
        CodeReady(text, text, text, 1.0),
        MeRead(text, 1),
        OtherUser(text, text),
        ProjectHidden(text),
        ProjectNeeded(rows, "us", {}),
        NameNeeded("acme", frozenset(), error),
        Saved(text, True, text, text, text, None),
    ]


@pytest.mark.parametrize("evil", EVIL)
async def test_a_login_shows_what_a_server_says_as_text(evil: str) -> None:
    events = evil_login(EVIL[evil])
    answers = {ProjectNeeded: ("down", "up", "enter"), NameNeeded: ("enter",)}
    desk = FakeDesk(login=FakeLogin())
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "n", "enter")
        for event in events:
            desk.login.emit(event)
            await settled(pilot)
            assert harm_in(app) == []
            await press(pilot, *answers.get(type(event), ()))
            assert harm_in(app) == []


@pytest.mark.parametrize("evil", EVIL)
async def test_a_failed_login_and_a_half_way_logout_are_text(evil: str) -> None:
    error = OAuthError(EVIL[evil], hint=EVIL[evil])
    desk = FakeDesk(login=FakeLogin(Failed(error)), half_way_out=error)
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "n", "enter")
        assert harm_in(app) == []
        await press(pilot, "escape", "L", "y")
        assert harm_in(app) == []


@pytest.mark.parametrize("evil", EVIL)
async def test_what_is_copied_is_one_harmless_line(evil: str) -> None:
    script = (UrlReady(f"https://mixpanel.com/{EVIL[evil]}"), Waiting(9.0))
    desk = FakeDesk(login=FakeLogin(*script))
    app = desk.app()
    async with driven(app) as pilot:
        await press(pilot, "2", "n", "enter", "y")
    assert len(desk.copied) == 1
    assert not CONTROL.search(desk.copied[0])
