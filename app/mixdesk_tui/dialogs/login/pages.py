"""The pages of the login dialog: what is on them, what is shown, and which field has the keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from mixdesk_tui.dialogs.base import Dialog
from mixdesk_tui.dialogs.fields import FormState
from mixdesk_tui.dialogs.form import FieldRows
from mixdesk_tui.dialogs.form import said_lines as hint_lines
from mixdesk_tui.dialogs.login import view
from mixdesk_tui.dialogs.login.fields import credential_form
from mixdesk_tui.dialogs.login.picker import ProjectPicker
from mixdesk_tui.dialogs.login.qr import Ink, qr_lines
from mixdesk_tui.dialogs.login.state import LoginState
from mixdesk_tui.dialogs.login.steps import TEXT, step_line, step_lines
from mixdesk_tui.dialogs.login.widgets import CredentialInput, NameInput, PasteInput
from mixdesk_tui.spans import Line, Span, line_width, safe
from mixdesk_tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp

WIDE, ROOMY, TALL = 110, 20, 32
"""Columns from which the box is wider; rows below which it has no blank lines, and from which it is
taller and stands lower. The style sheet says the same."""
LEFT = 41
"""Cells that stay beside a QR code at least."""


class Box(NamedTuple):
    """The room in the dialog's box, as the style sheet makes it."""

    columns: int
    rows: int
    """Between title and footer, where it fills the screen."""

    @classmethod
    def on(cls, screen: Size) -> Box:
        """Return the room that there is on a screen."""
        width = 100 if screen.width >= WIDE else 78
        above = 3 if screen.height >= TALL else 1 if screen.height >= ROOMY else 0
        border, title, footer = 2, 2, 1
        rows = screen.height - above - border - title - footer
        return cls(min(screen.width, width) - border, rows)


class LoginPages(Dialog[str | None]):
    """Shows the state; what is done with it is the dialog's. Answers with the account's name.

    Args:
        state: Where it opens.
    """

    CSS_PATH = "login.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (ROOMY, "-usual"), (TALL, "-tall")]
    state: reactive[LoginState] = reactive(LoginState(), init=False)

    def __init__(self, state: LoginState) -> None:
        super().__init__("")
        self.set_reactive(LoginPages.state, state)
        self.name_error = ""

    @property
    def desk(self) -> MixdeskApp:
        """The app, by its own type."""
        return cast("MixdeskApp", self.app)

    def body(self) -> Iterable[Widget]:
        paste = Horizontal(
            LineView(lambda _room: [(Span("    paste", "muted"),)]),
            PasteInput(compact=True),
            id="paste",
        )
        label = LineView(lambda _room: [(Span("    name", "muted"),)])
        yield Horizontal(
            Vertical(
                LineView(id="menu"),
                LineView(id="steps"),
                LineView(id="ways"),
                paste,
                ProjectPicker(),
                Horizontal(label, NameInput(compact=True), id="naming"),
                LineView(id="said"),
                id="main",
            ),
            LineView(id="qr"),
            id="columns",
        )

    def on_resize(self) -> None:
        self.paint()

    def watch_state(self, before: LoginState, state: LoginState) -> None:
        if before.page != state.page or before.is_waiting != state.is_waiting:
            self.place_focus()
        self.paint()
        self.refresh_bindings()

    async def show_fields(self) -> None:
        """Make the fields anew: they depend on the way."""
        await self.query(FieldRows).remove()
        rows = FieldRows(credential_form(self.state), field_type=CredentialInput)
        await self.query_one("#main").mount(rows, before="#said")
        self.watch(rows, "state", self._say_hint)
        self.call_after_refresh(self.place_focus)

    def _say_hint(self, state: FormState) -> None:
        if self.state.page == "fields":
            self.query_one("#said", LineView).show(lambda room: hint_lines(state, room))

    def place_focus(self) -> None:
        """Give the keys to the field of the page; where there is none, to the dialog."""
        fields: dict[str, str] = {"fields": "FieldRows Input", "name": "NameInput"}
        wanted = fields.get(self.state.page)
        if self.state.page == "name":
            self._fill_name()
        if wanted is not None:
            self.set_focus(next(iter(self.query(wanted)), None))
        elif self.state.page != "project":
            self.set_focus(None)

    def _fill_name(self) -> None:
        names = self.state.seen.names
        field = self.query_one(NameInput)
        if names is not None and names.error is None:
            field.value = names.suggestion
        self.name_error = safe(names.error.summary) if names and names.error else ""

    def paint(self) -> None:
        """Paint everything; what is the same already costs nothing."""
        state = self.state
        for page in ("ways", "fields", "project", "name", "failed", "done"):
            self.set_class(state.page == page, f"-page-{page}")
        self.set_class(state.page not in ("ways", "fields"), "-has-steps")
        self.set_class(state.is_waiting, "-waiting")
        if not self.query("#title"):  # it has closed, and something was still on its way
            return
        self.query_one("#title", LineView).show(lambda room: [view.title_line(state, room), ()])
        self.query_one("#menu", LineView).show(lambda room: view.menu_lines(state, room))
        is_brief = self._is_short and state.page in ("project", "name", "failed")
        lines = step_line if is_brief else step_lines
        self.query_one("#steps", LineView).show(lambda room: lines(state, room))
        self.query_one("#ways", LineView).show(lambda room: view.way_lines(state, room))
        if state.page != "fields":
            self.query_one("#said", LineView).show(self._said)
        elif rows := self.query(FieldRows):
            self._say_hint(rows.first().state)
        self._paint_code()

    def _said(self, room: int) -> list[Line]:
        if self.state.page == "name":
            return view.named_lines(self.name_error, room)
        return view.said_lines(self.state, room, is_brief=self._is_short)

    @property
    def _is_short(self) -> bool:
        return self.size.height < ROOMY

    def _paint_code(self) -> None:
        """Show the QR code of a code, where there is room for it."""
        code, box = self.state.seen.code, Box.on(self.size)
        lines: list[Line] = []
        if self.state.is_waiting and code is not None and code.complete_url:
            lines = qr_lines(code.complete_url, box.columns - LEFT, box.rows, self._ink)
        taken = line_width(lines[0]) if lines else 0
        self.query_one(PasteInput).placeholder = view.paste_hint(box.columns - taken - TEXT - 3)
        shown = self.query_one("#qr", LineView)
        shown.styles.width = taken
        shown.show(lambda _room: lines)
        self.set_class(bool(lines), "-qr")

    @property
    def _ink(self) -> Ink:
        """What a QR code is drawn with on this terminal."""
        services = self.desk.services
        if not services.no_color:
            return "colours"
        return "dark" if services.is_light else "light"
