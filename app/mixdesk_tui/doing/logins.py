"""Logging in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import AccountRow
from mixdesk_tui.commands.accounts import LogIn
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.message import MessageDialog
from mixdesk_tui.doing.telling import explain, go_to
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk.ops.login import LoggedOut
    from mixdesk_tui.app import MixdeskApp
    from mixdesk_tui.dialogs.login.state import Way


def log_in(desk: MixdeskApp, row: AccountRow | None = None, way: Way | None = None) -> None:
    """Open the login dialog.

    Args:
        desk: The app.
        row: The account that logs in again; None for a new one.
        way: How, where that is settled; None asks.
    """
    from mixdesk_tui.dialogs.login.screen import LoginDialog
    from mixdesk_tui.dialogs.login.state import first_state

    if row is not None and row.problem is not None:
        explain(desk, row.problem)
        return
    session = desk.world.overview.session
    home = session.region if session is not None and session.region else "us"

    def show(name: str | None) -> None:
        if name is not None:
            go_to(desk, name)

    desk.push_screen(LoginDialog(first_state(row, way, home)), show)


def log_out(desk: MixdeskApp, row: AccountRow) -> None:
    """Ask, end the login of an account, and say whether its server was told."""
    name = safe(row.name)

    def go(is_sure: bool | None) -> None:
        if is_sure:
            end_login(desk, row)

    texts = (
        ("Mixpanel is told, and the tokens go from this machine.", ""),
        (f"The account stays in the list; {LogIn.key_words()} logs in again.", "muted"),
    )
    desk.push_screen(Confirm(f"Log out {name}?", *texts), go)


def end_login(desk: MixdeskApp, row: AccountRow, after: Callable[[], None] = lambda: None) -> None:
    """End the login of an account, and say whether its server was told.

    Args:
        desk: The app.
        row: The account.
        after: What is done once its login has ended there too.
    """
    name = safe(row.name)

    def tell(done: LoggedOut) -> None:
        if done.error is None:
            desk.say(f"{name} is logged out, here and at Mixpanel")
            after()
        else:
            desk.push_screen(_half_way_out(name, done.error))

    desk.change(lambda: desk.services.log_out(row.name), tell)


def _half_way_out(name: str, error: MixdeskError) -> MessageDialog:
    """What to say when the tokens are gone here, and the server does not know."""
    return MessageDialog(
        f"! {name} is logged out on this machine only",
        ("Its tokens are gone from here, but Mixpanel could not be told:", ""),
        (error.summary, ""),
        (error.hint or "", "muted"),
        ("What was issued to it stays good there until it ends by itself.", "muted"),
        tone="warning",
    )
