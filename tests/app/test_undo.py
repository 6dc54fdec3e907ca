"""Undoing in the app: the key, the words, the stack, and what is asked before."""

from __future__ import annotations

import threading

import pytest

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.records import Activity
from mixdesk.store.changes import Change, Chosen, Edited, FilesTaken, Kept, LoginEnded, LoginStored
from mixdesk.store.files import Place
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.message import ErrorDialog, MessageDialog
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.undo_words import undone
from mixdesk_tui.undoing import HEAVIEST, MOST, NOTHING, Undos, entry_of
from tests.app.driving import driven, press, settled, shown, write
from tests.app.fakes import NOW, FakeDesk, empty, overview

SECRETS: dict[str, object] = {"accounts": {"ci": {}}}
SWITCHED = ("2", "j", "enter")


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(undoable=True)


def change(verb: str = "", *names: str, **given: object) -> Change:
    """A change that the activity log calls by a verb."""
    activities = (Activity(NOW, verb, names),) if verb else ()
    return Change((edited(**given),), activities)


def edited(**given: object) -> Edited:
    fields = {"file": "config", "old": {}, "new": {}, **given}
    return Edited(place=Place("/c", "/"), before="", after="", **fields)  # type: ignore[arg-type]


def where(account: str | None, project: str | None = None, workspace: int | None = None) -> object:
    """What a file means that chooses this."""
    active = {"account": account, "workspace": workspace}
    blocks = {account: {"default_project": project} if project else {}} if account else {}
    return {
        "active": {key: value for key, value in active.items() if value is not None},
        "accounts": blocks,
    }


def last_toast(app: MixdeskApp) -> str:
    return str(list(app._notifications)[-1].message)


class TestTheKey:
    @pytest.mark.parametrize("screen", ["1", "2", "3", "4"])
    async def test_undoes_on_every_screen(self, desk: FakeDesk, screen: str) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED, screen, "u")
            assert desk.calls[-1] == ("undo", "account.use")
            assert last_toast(app).startswith("Undone: ")

    async def test_undoes_one_after_the_other(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED, "d", "y", "u", "u", "u")
        verbs = [call[1] for call in desk.calls if call[0] == "undo"]
        assert verbs == ["account.remove", "account.use"]

    @pytest.mark.parametrize("screen", ["1", "2", "4"])
    async def test_says_that_there_is_nothing_to_undo(self, screen: str) -> None:
        app = FakeDesk().app()
        async with driven(app) as pilot:
            await press(pilot, screen, "u")
            assert last_toast(app) == NOTHING

    async def test_is_dim_as_long_as_there_is_nothing(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            assert app.screen.active_bindings["u"].enabled is False
            await press(pilot, *SWITCHED)
            assert app.screen.active_bindings["u"].enabled
            await press(pilot, "u")
            assert app.screen.active_bindings["u"].enabled is False

    @pytest.mark.parametrize("screen", ["2", "4"])
    async def test_is_the_filters_while_that_is_open(self, desk: FakeDesk, screen: str) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED, screen, "slash", "u")
        assert [call[0] for call in desk.calls] == ["use_account"]

    async def test_is_in_the_palette(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED, "ctrl+p")
            await write(pilot, "undo")
            assert "Undo: switch to acme-eu  (u)" in shown(app)
            await press(pilot, "enter")
            await settled(pilot)
        assert desk.calls[-1] == ("undo", "account.use")

    async def test_waits_for_the_change_before_it(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            desk.gate = threading.Event()
            await pilot.press("2", "j", "enter", "u", "u")
            desk.gate.set()
            await settled(pilot)
            assert [call[0] for call in desk.calls] == ["use_account", "undo"]


class TestWords:
    async def test_are_not_said_of_what_wrote_nothing(self, desk: FakeDesk) -> None:
        """Also not when it had to wait for a change that can be undone."""
        app = desk.app()
        async with driven(app) as pilot:
            desk.gate = threading.Event()
            app.change(lambda: app.services.use_account("ci"), "ci is active now")
            app.change(lambda: None, "It was so already")
            await pilot.pause()
            desk.gate.set()
            await settled(pilot)
            assert len(app.undos.entries) == 1
            assert last_toast(app) == "It was so already"

    async def test_end_the_toast_of_a_change(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED)
            assert last_toast(app) == "acme-eu is active now · u undoes it"

    async def test_have_a_line_of_their_own_where_one_is_short(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app, (60, 16)) as pilot:
            await press(pilot, *SWITCHED)
            assert last_toast(app) == "acme-eu is active now\nu undoes it"

    async def test_stand_on_status(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app, (120, 40)) as pilot:
            assert "undo:" not in shown(app)
            await press(pilot, "2", "j", "j", "j", "d", "y", "1")
            assert "u  undo: account ci removed" in shown(app)

    async def test_stand_where_the_only_account_was_removed(self, desk: FakeDesk) -> None:
        desk.after = empty()
        app = desk.app()
        async with driven(app, (60, 16)) as pilot:
            await press(pilot, "2", "j", "j", "j", "d", "y", "1")
            assert "No account yet." in shown(app)
            assert "u  undo: account ci removed" in shown(app)

    @pytest.mark.parametrize(
        ("made", "what", "after"),
        [
            (change("account.add", "ci"), "account ci added", "account ci is gone again"),
            (change("account.remove", "ci"), "account ci removed", "account ci is back"),
            (
                change("account.rename", "ci", "robot"),
                "account ci renamed to robot",
                "account robot is ci again",
            ),
            (change("account.update", "ci"), "account ci changed", "account ci is as it was"),
            (change("target.remove", "ecom"), "target ecom removed", "target ecom is back"),
            (
                change("account.use", "ci", old=where("acme-eu", "998812"), new=where("ci")),
                "switch to ci",
                "acme-eu is active again",
            ),
            (
                change("target.use", "ecom", old=where("acme-eu", "998812"), new=where("ci")),
                "switch to target ecom",
                "acme-eu › EU Prod is current again",
            ),
            (
                change("target.use", "prod", old=where(None), new=where("ci")),
                "switch to target prod",
                "nobody is active again",
            ),
            (
                change(
                    "session.use",
                    "1",
                    old=where("acme-corp", "3713224", 3448413),
                    new=where("acme-corp", "1"),
                ),
                "switch of project",
                "AI Demo › All Project Data is current again",
            ),
            (
                change(
                    "target.use",
                    "prod",
                    old=where("acme-corp", "3713224", 3448413),
                    new=where("acme-corp", "3713225"),
                ),
                "switch to target prod",
                "target ecom is current again",
            ),
            (
                change(file="preferences", old={}, new={"app": {"theme": "light"}}),
                "another theme",
                "the theme is as it was",
            ),
            (
                change(file="preferences", old={}, new={"targets": {"protected": ["prod"]}}),
                "target prod protected",
                "target prod is not protected any more",
            ),
            (
                change(file="preferences", old={"targets": {"protected": ["prod"]}}, new={}),
                "target prod left open",
                "target prod is protected again",
            ),
            (
                change(file="preferences", old={}, new={"app": {"mouse": False}}),
                "the mouse given away",
                "the mouse is mixdesk's again",
            ),
            (
                change("account.login", "ci", old=SECRETS, new=SECRETS),
                "login of ci",
                "ci has its old credentials again",
            ),
            (
                change(file="preferences", old={}, new={"projects": {"favourites": ["1"]}}),
                "preferences",
                "the favourites are as they were",
            ),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    def test_say_what_was_done_and_what_is_so_again(
        self, made: Change, what: str, after: str
    ) -> None:
        assert entry_of(made).what == what
        assert undone(made, overview()) == after

    def test_of_names_from_a_file_are_safe(self) -> None:
        made = change("target.remove", "a\x1b]0;title\x07\n[red]")
        assert "\x1b" not in entry_of(made).what
        assert "\n" not in undone(made, overview())

    def test_of_a_login_that_also_switched_say_what_stays(self) -> None:
        switch = edited(old=where("ci"), new=where("ana"))
        made = Change((LoginStored("ana", is_new=False), switch), ())
        assert made.came_from == Chosen("ci", None, None)
        assert undone(made, overview()) == "ci is current again; the new login of ana stays"


class TestTheStack:
    def test_is_bounded(self) -> None:
        undos = Undos()
        for number in range(MOST + 9):
            undos = undos.with_one(entry_of(change("account.add", f"a{number}")))
        assert len(undos.entries) == MOST
        assert undos.last is not None
        assert undos.last.what == f"account a{MOST + 8} added"

    def test_forgets_the_oldest_where_it_gets_heavy(self) -> None:
        big = FilesTaken("a", {"me.json": Kept(b"." * (HEAVIEST // 2))})
        undos = Undos()
        for _ in range(4):
            undos = undos.with_one(entry_of(Change((big,), (Activity(NOW, "account.remove"),))))
        assert len(undos.entries) == 2

    async def test_ends_with_the_app(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED)
            assert app.undos.last is not None
        assert app.undos.last is None

    async def test_has_what_a_change_did_before_it_failed(self, desk: FakeDesk) -> None:
        app = desk.app()

        def fail_half_way() -> None:
            app.services.use_account("ci")
            raise StoreError("The disk is full.", code="STORE_IO", path="x")

        async with driven(app) as pilot:
            app.change(fail_half_way, "never said")
            await settled(pilot)
            assert isinstance(app.screen, ErrorDialog)
            assert app.undos.last is not None
            assert app.undos.last.what == "switch to ci"


class TestWhatIsAsked:
    async def test_is_the_name_of_a_protected_target(self, desk: FakeDesk) -> None:
        desk.guard = "prod"
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED, "u")
            assert isinstance(app.screen, TypeName)
            await write(pilot, "prod")
            await press(pilot, "enter")
            assert desk.calls[-1][0] == "undo"

    async def test_is_whether_a_login_shall_go(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            remember(app, Change((LoginStored("ana", is_new=True), edited()), login("ana")))
            await press(pilot, "u")
            assert isinstance(app.screen, Confirm)
            assert "Mixpanel is not told" in shown(app)
            await press(pilot, "n")
            assert desk.calls == []
            await press(pilot, "u", "y")
            assert desk.calls == [("undo", "account.login")]
            assert last_toast(app) == "Undone: account ana is gone again"


def login(name: str) -> tuple[Activity, ...]:
    return (Activity(NOW, "account.login", (name,)),)


def remember(app: MixdeskApp, made: Change) -> None:
    app.undos = app.undos.with_one(entry_of(made))


class TestWhatCannotBeUndone:
    @pytest.mark.parametrize(
        ("made", "said"),
        [
            (Change((LoginStored("ana", is_new=False),), ()), "The new login of ana stays"),
            (Change((LoginEnded("ana"),), ()), "The logout of ana cannot be undone"),
        ],
    )
    async def test_is_said_once_with_the_next_step(
        self, desk: FakeDesk, made: Change, said: str
    ) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED)
            remember(app, made)
            await press(pilot, "u")
            assert isinstance(app.screen, MessageDialog)
            assert said in shown(app)
            assert "on Accounts" in shown(app)
            assert "undoes what came before: switch to acme-eu" in " ".join(shown(app).split())
            await press(pilot, "escape", "u")
        assert desk.calls[-1] == ("undo", "account.use")

    async def test_because_of_others_is_explained_and_kept(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED)
            desk.refusal = ConfigError("The active account is ci now, not acme-eu.")
            await press(pilot, "u")
            assert isinstance(app.screen, ErrorDialog)
            await press(pilot, "escape", "u")
        assert desk.calls[-1] == ("undo", "account.use")

    @pytest.mark.parametrize(("answer", "verb"), [("n", "account.remove"), ("y", "account.use")])
    async def test_because_of_others_may_be_forgotten_for_those_before(
        self, desk: FakeDesk, answer: str, verb: str
    ) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED, "d", "y")
            desk.refusal = ConfigError("There is another account acme-eu now.")
            await press(pilot, "u")
            assert "There is another account acme-eu now." in shown(app)
            await press(pilot, answer, "u")
        assert desk.calls[-1] == ("undo", verb)

    async def test_because_of_the_disk_is_kept(self, desk: FakeDesk) -> None:
        app = desk.app()
        async with driven(app) as pilot:
            await press(pilot, *SWITCHED)
            desk.refusal = StoreError("The disk is full.", code="STORE_IO", path="x")
            await press(pilot, "u")
            assert isinstance(app.screen, ErrorDialog)
            assert app.undos.last is not None
