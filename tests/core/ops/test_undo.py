"""Undo: each kind of change, what stands against it, and what is left of it."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts, projects, switching, targets, undo
from mixdesk.ops.context import Context
from mixdesk.ops.login import LoggedOut, log_out
from mixdesk.ops.session import recent_activity
from mixdesk.store import account_files
from mixdesk.store.changes import Change, Kept, LoginEnded, recording
from mixdesk.store.preferences import change_preferences, read_preferences

from .world import CONFIG, World

COMMENTED = (
    CONFIG.replace("[accounts.ana]", "# me\n[accounts.ana]  # at work")
    .replace('region = "eu"', 'region = "eu"  # Berlin')
    .replace("[targets.ecom]", "# the shop\n[targets.ecom]")
)


def made(change: Callable[[], object]) -> Change:
    """Make a change and return what is to be undone of it."""
    with recording() as recorder:
        change()
    assert recorder.change is not None
    return recorder.change


def files(world: World, account: str) -> dict[str, tuple[int, bytes]]:
    """The files of an account with their modes; locks are nobody's."""
    return {
        path.name: (path.stat().st_mode & 0o7777, path.read_bytes())
        for path in sorted(world.directory(account).glob("*"))
        if not path.name.endswith(".lock")
    }


def leftovers(world: World) -> list[Path]:
    return list((world.home / ".mp").rglob("*.tmp"))


def refusal(ctx: Context, change: Change) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        undo.undo(ctx, change)
    assert caught.value.code == "UNDO_OVERTAKEN"
    return caught.value


CHANGES: dict[str, Callable[[Context], object]] = {
    "use account": lambda ctx: accounts.use_account(ctx, "ana"),
    "use target": lambda ctx: targets.use_target(ctx, "ecom"),
    "use project": lambda ctx: projects.use_project(ctx, "12"),
    "use workspace": lambda ctx: switching.pin_workspace(ctx, 5),
    "no workspace": lambda ctx: switching.pin_workspace(ctx, None),
    "add account": lambda ctx: accounts.add_account(ctx, "new", type="oauth_browser", region="in"),
    "edit account": lambda ctx: accounts.update_account(
        ctx, "team", region="in", default_project="77", secret=Secret("other")
    ),
    "rename account": lambda ctx: accounts.rename_account(ctx, "ana", "anna"),
    "rename the active account": lambda ctx: accounts.rename_account(ctx, "team", "crew"),
    "remove account": lambda ctx: accounts.remove_account(ctx, "ana", force=True),
    "remove the active account": lambda ctx: accounts.remove_account(ctx, "team", force=True),
    "add target": lambda ctx: targets.add_target(ctx, "new", account="ana", project="1"),
    "edit target": lambda ctx: targets.update_target(ctx, "ecom", project="9", workspace=3),
    "rename target": lambda ctx: targets.rename_target(ctx, "ecom", "shop"),
    "remove target": lambda ctx: targets.remove_target(ctx, "ecom"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_undone_to_the_byte(kind: str, world: World) -> None:
    ctx = world.write_config(COMMENTED)
    for name in ("ana", "team"):
        world.write_me(name)
        world.write_status(name, "ok", "ana@example.com")
    world.write_tokens("ana")
    world.protect("ecom", "home")
    before = {name: files(world, name) for name in ("ana", "anna", "team", "crew")}
    change = made(lambda: CHANGES[kind](ctx))
    assert world.text != COMMENTED
    assert undo.undo(ctx, change) == undo.Undone()
    assert world.text == COMMENTED
    assert {name: files(world, name) for name in before} == before
    assert read_preferences(ctx.storage.preferences).protected_targets == ("ecom", "home")
    done, undone = reversed(recent_activity(ctx, 2))
    assert (undone.verb, undone.names) == (f"undo.{done.verb}", done.names)
    assert leftovers(world) == []


@pytest.mark.parametrize("kind", CHANGES)
def test_what_others_changed_meanwhile_stays(kind: str, world: World) -> None:
    ctx = world.write_config(COMMENTED)
    change = made(lambda: CHANGES[kind](ctx))
    theirs = "[settings]\nmine = 1\n\n"
    world.config.write_text(theirs + world.text.replace("CI_TOKEN", "OTHER"))
    undo.undo(ctx, change)
    assert world.text == theirs + COMMENTED.replace("CI_TOKEN", "OTHER")


@pytest.mark.parametrize("kind", CHANGES)
def test_where_others_wrote_beside_it_the_keys_are_back(kind: str, world: World) -> None:
    ctx = world.write_config(CONFIG)
    change = made(lambda: CHANGES[kind](ctx))
    # Something stands on every second line: no comment can be carried over.
    world.config.write_text("\n#\n".join(world.text.split("\n")))
    undo.undo(ctx, change)
    now = ctx.config.snapshot().data
    world.write_config(CONFIG)
    assert now == ctx.config.snapshot().data


class TestAKeyThatHoldsSomethingElse:
    def test_is_named_with_both_values_and_nothing_is_changed(self, world: World) -> None:
        ctx = world.write_config()
        change = made(lambda: accounts.use_account(ctx, "ana"))
        ctx.config.set_active(account="ci")
        text = world.text
        error = refusal(ctx, change)
        assert "the active account is ci now, not ana" in error.summary
        assert error.hint == "Nothing was changed."
        assert error.details == {"key": "active.account"}
        assert world.text == text

    def test_keeps_a_secret_to_itself(self, world: World) -> None:
        ctx = world.write_config()
        change = made(lambda: accounts.update_account(ctx, "team", secret=Secret("canary-1")))
        accounts.update_account(ctx, "team", secret=Secret("canary-2"))
        error = refusal(ctx, change)
        assert "the secret of account team was changed since" in error.summary
        assert "canary" not in f"{error.to_dict()} {change!r} {change.steps!r}"

    def test_that_was_put_back_already_is_in_nobodys_way(self, world: World) -> None:
        ctx = world.write_config()
        change = made(lambda: targets.use_target(ctx, "ecom"))
        ctx.config.apply_session(project="11", workspace=72)
        undo.undo(ctx, change)
        assert ctx.config.get_active().workspace == 71

    @pytest.mark.parametrize(
        ("kind", "meanwhile", "said"),
        [
            (
                "remove account",
                lambda ctx: accounts.add_account(ctx, "ana", type="oauth_browser", region="us"),
                "there is another account ana now",
            ),
            (
                "add account",
                lambda ctx: accounts.remove_account(ctx, "new"),
                "",
            ),
            (
                "add account",
                lambda ctx: accounts.update_account(ctx, "new", region="us"),
                "the region of account new is us now, not in",
            ),
            (
                "add account",
                lambda ctx: targets.add_target(ctx, "t", account="new", project="1"),
                "target t uses account new now",
            ),
            (
                "rename account",
                lambda ctx: accounts.remove_account(ctx, "anna", force=True),
                "account anna is gone",
            ),
            (
                "rename target",
                lambda ctx: targets.add_target(ctx, "ecom", account="ci", project="1"),
                "there is another target ecom now",
            ),
            (
                "edit target",
                lambda ctx: targets.remove_target(ctx, "ecom"),
                "the project of target ecom is none now, not 9",
            ),
            (
                "use project",
                lambda ctx: projects.use_project(ctx, "13"),
                "the home project of account team is 13 now, not 12",
            ),
        ],
    )
    def test_is_explained_in_plain_words(
        self, world: World, kind: str, meanwhile: Callable[[Context], object], said: str
    ) -> None:
        ctx = world.write_config()
        change = made(lambda: CHANGES[kind](ctx))
        meanwhile(ctx)
        text = world.text
        if said:
            assert said in refusal(ctx, change).summary
        else:
            undo.undo(ctx, change)
        assert world.text == text


class TestFiles:
    def test_of_a_removed_account_stay_away_when_it_cannot_come_back(self, world: World) -> None:
        ctx = world.write_config()
        world.write_tokens("team")
        change = made(lambda: accounts.remove_account(ctx, "team", force=True))
        ctx.config.set_active(account="ci")
        refusal(ctx, change)
        assert files(world, "team") == {}
        assert leftovers(world) == []

    def test_of_another_account_of_that_name_are_not_replaced(self, world: World) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        change = made(lambda: accounts.remove_account(ctx, "ana", force=True))
        world.write_status("ana", "ok")
        text, there = world.text, files(world, "ana")
        assert "other files of an account ana" in refusal(ctx, change).summary
        assert (world.text, files(world, "ana")) == (text, there)

    def test_that_were_not_safe_to_read_are_told(self, world: World) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        world.write_status("ana", "ok")
        (world.directory("ana") / "tokens.json").chmod(0o644)
        change = made(lambda: accounts.remove_account(ctx, "ana", force=True))
        assert undo.undo(ctx, change) == undo.Undone(lost=("tokens.json",))
        assert list(files(world, "ana")) == ["status.json"]

    def test_that_cannot_be_written_leave_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        world.write_status("ana", "ok")
        change = made(lambda: accounts.remove_account(ctx, "ana", force=True))
        text = world.text

        def full(*args: object, **given: object) -> None:
            raise StoreError("The disk is full.", code="STORE_IO", path="x")

        with monkeypatch.context() as patch:
            patch.setattr(account_files, "write_file", full)
            with pytest.raises(StoreError):
                undo.undo(ctx, change)
        assert (world.text, files(world, "ana"), leftovers(world)) == (text, {}, [])
        undo.undo(ctx, change)
        assert list(files(world, "ana")) == ["status.json", "tokens.json"]

    def test_of_a_run_that_was_killed_are_removed_by_the_next_that_looks(
        self, world: World
    ) -> None:
        ctx = world.write_config()
        left = world.home / ".mp" / "accounts" / ".ana.1-0123456789ab.tmp"
        left.mkdir(parents=True, mode=0o700)
        (left / "tokens.json").write_text("canary")
        accounts.list_accounts(ctx)
        assert leftovers(world) == []

    def test_that_an_added_account_got_since_go_with_it(self, world: World) -> None:
        ctx = world.write_config()
        change = made(lambda: CHANGES["add account"](ctx))
        world.write_status("new", "ok")
        undo.undo(ctx, change)
        assert not world.directory("new").exists()

    def test_of_a_login_elsewhere_are_not_thrown_away(self, world: World) -> None:
        ctx = world.write_config()
        change = made(lambda: CHANGES["add account"](ctx))
        world.write_tokens("new")
        assert "account new has logged in since" in refusal(ctx, change).summary

    def test_in_the_way_of_a_name_are_not_replaced(self, world: World) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        change = made(lambda: accounts.rename_account(ctx, "ana", "anna"))
        world.write_status("ana", "ok")
        assert "files of an account ana" in refusal(ctx, change).summary

    def test_that_cannot_be_moved_leave_the_account_its_name(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        change = made(lambda: accounts.rename_account(ctx, "ana", "anna"))
        text = world.text

        def busy(ctx: Context, name: str, new: str) -> None:
            raise StoreError("It is locked.", code="STORE_LOCKED", path="x")

        monkeypatch.setattr(undo, "move_files", busy)
        with pytest.raises(StoreError):
            undo.undo(ctx, change)
        assert world.text == text
        assert list(files(world, "anna")) == ["tokens.json"]

    def test_with_answers_to_another_credential_are_not_kept(self, world: World) -> None:
        ctx = world.write_config()
        world.write_status("team", "needs_token")
        change = made(lambda: accounts.update_account(ctx, "team", secret=Secret("other")))
        before = files(world, "team")
        world.write_status("team", "ok")
        undo.undo(ctx, change)
        assert before == {}
        assert accounts.get_account(ctx, "team").status == "needs_token"


class TestPreferences:
    def test_are_put_back_to_the_byte(self, world: World) -> None:
        ctx = world.write_config()
        place = ctx.storage.preferences
        world.protect("ecom")
        text = f"# mine\n{Path(place.path).read_text()}"
        Path(place.path).write_text(text)
        change = made(lambda: change_preferences(place, theme="mixdesk-light"))
        undo.undo(ctx, change)
        assert Path(place.path).read_text() == text

    def test_that_hold_something_else_stay(self, world: World) -> None:
        ctx = world.write_config()
        place = ctx.storage.preferences
        change = made(lambda: change_preferences(place, favourite_projects=("1",)))
        change_preferences(place, favourite_projects=("1", "2"))
        assert "the list of favourite projects was changed" in refusal(ctx, change).summary
        assert read_preferences(place).favourite_projects == ("1", "2")

    def test_of_comfort_are_in_nobodys_way(self, world: World) -> None:
        ctx = world.write_config()
        place = ctx.storage.preferences

        def use() -> None:
            projects.use_project(ctx, "12")
            change_preferences(place, recent_projects=("12",))

        change = made(use)
        change_preferences(place, recent_projects=("5", "12"))
        undo.undo(ctx, change)
        assert world.text == CONFIG
        assert read_preferences(place).recent_projects == ("5", "12")

    def test_are_as_they_were_when_the_rest_is_refused(self, world: World) -> None:
        ctx = world.write_config()
        world.protect("ecom")
        change = made(lambda: targets.rename_target(ctx, "ecom", "shop"))
        targets.remove_target(ctx, "home")
        targets.add_target(ctx, "ecom", account="ci", project="1")
        refusal(ctx, change)
        assert read_preferences(ctx.storage.preferences).protected_targets == ("shop",)

    def test_protect_a_target_under_both_names_while_it_is_renamed_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ctx = world.write_config()
        world.protect("ecom")
        change = made(lambda: targets.rename_target(ctx, "ecom", "shop"))
        seen = []
        take_back = type(ctx.config).take_back

        def look(*args: object, **given: object) -> None:
            seen.append(set(read_preferences(ctx.storage.preferences).protected_targets))
            take_back(*args, **given)  # type: ignore[arg-type]

        monkeypatch.setattr(type(ctx.config), "take_back", look)
        undo.undo(ctx, change)
        assert seen == [{"ecom", "shop"}]
        assert read_preferences(ctx.storage.preferences).protected_targets == ("ecom",)


class TestWhatIsRecorded:
    def test_is_nothing_where_nothing_was_changed(self, world: World) -> None:
        ctx = world.write_config()
        with recording() as recorder:
            accounts.use_account(ctx, "ana")
            ctx.config.apply_session(account="team", workspace=71)
        assert world.text == CONFIG
        assert recorder.change is None

    def test_of_several_steps_is_undone_as_one(self, world: World) -> None:
        ctx = world.write_config(COMMENTED)

        def edit() -> None:
            accounts.update_account(ctx, "team", region="in")
            accounts.rename_account(ctx, "team", "crew")

        change = made(edit)
        undo.undo(ctx, change)
        assert world.text == COMMENTED

    def test_is_called_by_what_came_of_it(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")

        def busy(ctx: Context, name: str, new: str) -> None:
            raise StoreError("It is locked.", code="STORE_LOCKED", path="x")

        monkeypatch.setattr(accounts, "move_files", busy)

        def edit() -> None:
            accounts.update_account(ctx, "ana", region="in")
            with pytest.raises(StoreError):
                accounts.rename_account(ctx, "ana", "anna")

        change = made(edit)
        assert change.activity is not None
        assert change.activity.verb == "account.update"
        undo.undo(ctx, change)
        assert world.text == CONFIG

    def test_is_nothing_where_only_a_recent_project_is_remembered(self, world: World) -> None:
        ctx = world.write_config()
        with recording() as recorder:
            projects.use_project(ctx, "11", workspace=71)
            change_preferences(ctx.storage.preferences, recent_projects=("11",))
        assert recorder.change is None

    def test_is_not_the_undo_itself(self, world: World) -> None:
        ctx = world.write_config()
        change = made(lambda: accounts.use_account(ctx, "ana"))
        with recording() as recorder:
            undo.undo(ctx, change)
        assert recorder.change is None

    def test_of_a_logout_is_that_it_lasts(self, world: World) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        ended: list[LoggedOut] = []
        change = made(lambda: ended.append(log_out(ctx, "ana")))
        assert ended[0].had_tokens
        assert change.lasting == LoginEnded("ana")

    def test_is_told_apart_in_threads_at_the_same_time(self, world: World) -> None:
        ctx = world.write_config()
        both = threading.Barrier(2)

        def one(change: Callable[[], object]) -> Change:
            def at_the_same_time() -> None:
                both.wait()
                change()
                both.wait()

            return made(at_the_same_time)

        with ThreadPoolExecutor(2) as pool:
            mine = pool.submit(one, lambda: accounts.update_account(ctx, "ana", region="in"))
            theirs = pool.submit(one, lambda: targets.remove_target(ctx, "ecom"))
        assert [each.verb for each in mine.result().activities] == ["account.update"]
        assert [each.verb for each in theirs.result().activities] == ["target.remove"]
        undo.undo(ctx, mine.result())
        assert "[targets.ecom]" not in world.text
        undo.undo(ctx, theirs.result())
        assert world.text == CONFIG

    def test_shows_and_pickles_no_secret(self, world: World) -> None:
        ctx = world.write_config()
        world.write_tokens("ana")
        change = made(lambda: accounts.remove_account(ctx, "ana", force=True))
        assert "secret" not in repr(change)
        assert "access_token" not in repr(change)
        assert change.weight > len(CONFIG)
        with pytest.raises(TypeError):
            pickle.dumps(Kept(b"canary"))


def test_a_repair_is_undone_to_the_problem_that_was_there(world: World) -> None:
    broken = CONFIG.replace('account = "ana"\nproject = "22"', 'account = "old"\nproject = "22"')
    ctx = world.write_config(broken)
    change = made(lambda: targets.update_target(ctx, "berlin", account="ana"))
    undo.undo(ctx, change)
    assert world.text == broken


def test_an_account_that_a_broken_target_waited_for_goes_again(world: World) -> None:
    broken = CONFIG.replace('account = "ana"\nproject = "22"', 'account = "old"\nproject = "22"')
    ctx = world.write_config(broken)
    change = made(lambda: accounts.add_account(ctx, "old", type="oauth_browser", region="us"))
    undo.undo(ctx, change)
    assert world.text == broken


def test_an_undo_of_a_switch_is_a_switch(world: World) -> None:
    ctx = world.write_config()
    change = made(lambda: accounts.use_account(ctx, "ana"))
    undo.undo(ctx, change)
    switching.go_back(ctx)
    assert ctx.config.get_active().account == "ana"


def test_where_an_undo_touches_a_protected_target_is_told(world: World) -> None:
    ctx = world.write_config()
    world.protect("home")
    away = made(lambda: accounts.use_account(ctx, "ana"))
    assert undo.guarded_by(ctx, away) == "home"
    new = made(lambda: CHANGES["add target"](ctx))
    assert undo.guarded_by(ctx, new) is None
    mark = made(lambda: targets.protect_target(ctx, "new"))
    assert undo.guarded_by(ctx, mark) == "new"
    assert undo.guarded_by(ctx, new) == "new"
    open_again = made(lambda: targets.protect_target(ctx, "new", protect=False))
    assert undo.guarded_by(ctx, open_again) is None
