"""Undoing what was done: the last change of this run, then the one before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.screen import Screen

from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.store.changes import LoginEnded
from mixdesk_tui import themes
from mixdesk_tui.commands.accounts import LogIn, LogOut
from mixdesk_tui.commands.frame import Undo
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.message import ErrorDialog, MessageDialog
from mixdesk_tui.dialogs.type_name import TypeName
from mixdesk_tui.doing.telling import go_to, hidden_by
from mixdesk_tui.spans import safe
from mixdesk_tui.undo_words import app_before, name_again, undone
from mixdesk_tui.undoing import NOTHING, Entry, Undos
from mixdesk_tui.watching import Changed, Refused

if TYPE_CHECKING:
    from mixdesk.ops.undo import Undone
    from mixdesk_tui.app import MixdeskApp


def undo(desk: MixdeskApp, sure_of: Entry | None = None) -> None:
    """Undo the last change, after the changes that were asked for before.

    Args:
        desk: The app.
        sure_of: The change whose undo was asked about and answered with yes.
    """
    desk.work("change", _undo, desk, sure_of)


async def _undo(desk: MixdeskApp, sure_of: Entry | None) -> None:
    async with desk.in_turn():
        desk.clear_notifications()  # the last one may still say what can be undone
        entry = desk.undos.last
        if entry is None:
            desk.say(NOTHING)
            return
        if entry.is_lost:
            desk.undos = desk.undos.without(entry)
            desk.push_screen(_stays(entry, desk.undos))
            return
        try:
            question = None if entry is sure_of else await asyncio.to_thread(_question, desk, entry)
            if question is not None:
                desk.push_screen(question, lambda is_sure: undo(desk, entry) if is_sure else None)
                return
            done = await asyncio.to_thread(desk.services.undo, entry.change)
        except StoreError as error:
            desk.post_message(Refused(error, None))
            return
        except MixdeskError as error:
            _cannot(desk, entry, error)
            return
        desk.undos = desk.undos.without(entry)
        _follow_preferences(desk, entry)
        _follow_name(desk, entry)
    await desk.read_again()
    # After what was read has been taken in: it knows what the names are.
    desk.post_message(Changed(lambda: desk.say(_said(entry, done, desk))))


def _said(entry: Entry, done: Undone, desk: MixdeskApp) -> str:
    text = f"Undone: {undone(entry.change, desk.world.overview)}"
    if entry.change.came_from is not None:
        hidden = hidden_by(desk, "account", "project", "workspace")
        text += f", {hidden}" if hidden else ""
    if done.lost:
        text += f", without {', '.join(safe(name) for name in done.lost)} (not safe to keep)"
    return text


def _follow_preferences(desk: MixdeskApp, entry: Entry) -> None:
    if (theme := app_before(entry.change, "theme")) is not None:
        services = desk.services
        colours = "0;15" if services.is_light else ""
        wanted = str(theme[0] or "")
        desk.theme = themes.by_preference(wanted, no_color=services.no_color, colorfgbg=colours)
    if (mouse := app_before(entry.change, "mouse")) is not None:
        desk.own_mouse(is_ours=mouse[0] is not False)


def _follow_name(desk: MixdeskApp, entry: Entry) -> None:
    """Highlight what has its name back, on the list of its kind."""
    found = name_again(entry.change)
    if found is not None and desk.current_mode == f"{found[0]}s":
        go_to(desk, found[1])


def _question(desk: MixdeskApp, entry: Entry) -> Screen[bool] | None:
    """What is asked before an undo that takes something away; None where nothing is."""
    name = desk.services.guarded_by(entry.change)
    if name is not None:
        return TypeName(name, "undo it", (f"What is undone: {entry.what}.", ""))
    if entry.change.new_login is None:
        return None
    account = safe(entry.change.new_login)
    return Confirm(
        f"Undo the login of {account}?",
        (f"Account {account} and its tokens go from this machine; they cannot be got back.", ""),
        ("Mixpanel is not told: there the login ends by itself, some time later.", ""),
        (f"To end it there now, log out first: {LogOut.key_words()} on Accounts.", "muted"),
    )


def _stays(entry: Entry, left: Undos) -> MessageDialog:
    """Say that tokens cannot be brought back, and what to do instead."""
    lasting = entry.change.lasting
    account = safe(lasting.account) if lasting is not None else ""
    if isinstance(lasting, LoginEnded):
        title = f"The logout of {account} cannot be undone"
        why = "Its login has ended at Mixpanel: the old tokens are good for nothing any more."
        step = f"Log in again: {LogIn.key_words()} on Accounts."
    else:
        title = f"The new login of {account} stays"
        why = "Its old tokens were replaced, and Mixpanel does not take them any more."
        step = f"To end the new login: {LogOut.key_words()} on Accounts."
    texts = [(why, ""), (step, "")]
    if left.last is not None:
        texts.append(
            (f"{Undo.key_words()} again undoes what came before: {left.last.what}.", "muted")
        )
    return MessageDialog(title, *texts, tone="warning")


def _cannot(desk: MixdeskApp, entry: Entry, error: MixdeskError) -> None:
    """Say why a change cannot be undone; it may be forgotten, for the sake of those before it."""
    before = desk.undos.without(entry).last
    if before is None:
        desk.push_screen(ErrorDialog(error))
        return

    def forget(is_sure: bool | None) -> None:
        if is_sure:
            desk.undos = desk.undos.without(entry)

    key = Undo.key_words()
    texts = (
        (error.summary, ""),
        (error.hint or "", ""),
        (f"Yes forgets it, so that {key} undoes what came before: {before.what}.", "muted"),
    )
    desk.push_screen(Confirm(f"Not undone: {entry.what}. Forget it?", *texts), forget)
