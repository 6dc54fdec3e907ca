"""The frame of every screen: header, notice, footer, and the commands that work everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import BindingType
from textual.widget import Widget

from mixdesk_tui.commands.frame import FRAME
from mixdesk_tui.keys.binding import Keyed
from mixdesk_tui.widgets.bars import FooterBar, HeaderBar, Notice
from mixdesk_tui.widgets.header import identity
from mixdesk_tui.words import wording
from mixdesk_tui.world import World

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from mixdesk_tui.app import MixdeskApp


class FrameScreen(Keyed[None]):
    """A screen that shows a part of the world and follows it.

    A subclass says which tab it is (``TAB``), yields its widgets (``body``) and makes its state
    from the world (``follow``).
    """

    TAB: ClassVar[str]
    BINDINGS: ClassVar[list[BindingType]] = [*FRAME]

    @property
    def desk(self) -> MixdeskApp:
        """The app, by its own type."""
        return cast("MixdeskApp", self.app)

    def compose(self) -> ComposeResult:
        yield HeaderBar(self.TAB)
        yield Notice()
        yield from self.body()
        yield FooterBar()

    def body(self) -> Iterable[Widget]:
        """Return what stands between notice and footer."""
        raise NotImplementedError

    def follow(self, world: World, now: float) -> None:
        """Make the screen's state anew from the world."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "save_place":
            session = self.desk.world.overview.session
            return session is not None and session.resolution.account.value is not None
        return True

    def on_mount(self) -> None:
        self.watch(self.app, "world", self._follow, init=False)
        self.watch(self.app, "now", self._follow, init=False)
        self.watch(self.app, "is_saving", self._follow, init=False)
        self.watch(self.app, "undos", self._follow_undos, init=False)
        self.watch(self.app, "keymap", self._name_keys, init=False)
        self._follow()

    def on_screen_resume(self) -> None:
        self._follow()

    def _follow(self) -> None:
        """Follow the app, while this screen is the one that is seen."""
        desk = self.desk
        if self not in desk.screen_stack:
            return
        banner = "saving…" if desk.is_saving else desk.banner
        self.query_one(HeaderBar).say(identity(desk.world, desk.now, banner))
        self._say_error(desk.world)
        self.follow(desk.world, desk.now)

    def _follow_undos(self) -> None:
        self.refresh_bindings()
        self._follow()

    def _name_keys(self) -> None:
        """Name the keys of now wherever there are words about keys."""
        state = getattr(type(self), "state", None)
        if state is not None and self.is_mounted:
            self.mutate_reactive(state)
            self._follow()
            self.refresh_bindings()

    def _say_error(self, world: World) -> None:
        """Say why the files could not be read, above the last good state."""
        notice = self.query_one(Notice)
        if world.error is None:
            notice.say("", "", "")
            return
        said = wording(world.error)
        below = "Below is the last good state." if world.has_content else ""
        notice.say(said.sentence, said.step, below)

    async def action_show_status(self) -> None:
        await self.desk.switch_mode("status")

    async def action_show_accounts(self) -> None:
        await self.desk.switch_mode("accounts")

    async def action_show_targets(self) -> None:
        await self.desk.switch_mode("targets")

    async def action_show_projects(self) -> None:
        await self.desk.switch_mode("projects")

    def action_refresh(self) -> None:
        self.desk.look()

    def action_save_place(self) -> None:
        from mixdesk_tui.doing.targets import save_place

        save_place(self.desk)

    def action_change_theme(self) -> None:
        self.desk.action_change_theme()

    def action_leave(self) -> None:
        self.desk.leave()

    def use_account(self, name: str) -> None:
        """Switch to an account."""
        from mixdesk_tui.doing.accounts import use_account

        use_account(self.desk, name)

    def use_target(self, name: str) -> None:
        """Switch to a target, after its name is typed where it is protected."""
        from mixdesk_tui.doing.targets import use_target

        use_target(self.desk, name)
