"""Carrying an account to another machine, and not being one from elsewhere any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mixdesk.exceptions import ConfigError, MixdeskError
from mixdesk.model.records import AccountRow
from mixdesk_tui import phrases
from mixdesk_tui.commands.accounts import RemoveBridge
from mixdesk_tui.dialogs.base import note
from mixdesk_tui.dialogs.confirm import Confirm
from mixdesk_tui.dialogs.details import DetailsDialog
from mixdesk_tui.doing.copies import copy, offer_copies
from mixdesk_tui.doing.telling import explain
from mixdesk_tui.screens.copies import Copyable, copy_lines
from mixdesk_tui.spans import Line, safe

if TYPE_CHECKING:
    from mixdesk.ops.bridge import BridgeExport
    from mixdesk_tui.app import MixdeskApp
    from mixdesk_tui.drafts import BridgeDraft

INSISTED = {
    "work_tree": ("Write it into a git work tree?", "A place outside of it is safer."),
    "not_a_bridge": ("Overwrite this file?", "What is in it is lost; that cannot be undone."),
}
"""Refusals that a user may overrule: the question, and what yes means."""


def export_bridge(desk: MixdeskApp, row: AccountRow, draft: BridgeDraft | None = None) -> None:
    """Ask what to write where, write it, and say what follows."""
    from mixdesk_tui.dialogs.bridge_form import bridge_form

    if row.problem is not None:
        explain(desk, row.problem)
        return

    def save(made: BridgeDraft | None) -> None:
        if made is not None:
            _export(desk, made, lambda: export_bridge(desk, row, made))

    desk.push_screen(bridge_form(row, desk.now, draft=draft), save)


def _export(
    desk: MixdeskApp, draft: BridgeDraft, again: Callable[[], None], *, force: bool = False
) -> None:
    def attempt() -> BridgeExport | ConfigError:
        try:
            return desk.services.export_bridge(draft, force)
        except ConfigError as error:
            if force or error.details.get("reason") not in INSISTED:
                raise
            return error

    def tell(done: BridgeExport | ConfigError) -> None:
        if isinstance(done, ConfigError):
            _ask_to_insist(desk, done, partial(_export, desk, draft, again, force=True), again)
        else:
            _show(desk, done)

    desk.change(attempt, tell, again=again)


def _ask_to_insist(
    desk: MixdeskApp, error: MixdeskError, insist: Callable[[], None], again: Callable[[], None]
) -> None:
    title, meaning = INSISTED[error.details["reason"]]

    def go(is_sure: bool | None) -> None:
        (insist if is_sure else again)()

    desk.push_screen(Confirm(title, (error.summary, ""), (meaning, "muted")), go)


def _show(desk: MixdeskApp, done: BridgeExport) -> None:
    """Say where a bridge is and what follows; its path and the line for there can be copied."""
    path = safe(done.path)
    copies = (
        Copyable("path", path),
        Copyable("for there", "export MP_AUTH_FILE=PATH", is_line=True),
        Copyable("remove it", f"mp account remove-bridge --at {phrases.shell_word(path)}", True),
    )
    name = f"The bridge of {safe(done.account)}"
    now = desk.now

    def lines(room: int) -> list[Line]:
        return [
            *note(f"It is written: {path}", room, "strong"),
            *(line for text, tone in told(done, now) for line in note(text, room, tone)),
            (),
            *note("On the machine that is to use it, and here when it is not needed:", room),
            *copy_lines(copies, room),
            (),
        ]

    def go(wants_copy: bool | None) -> None:
        if wants_copy:
            offer_copies(desk, name, copies)

    desk.push_screen(DetailsDialog(name, lines, lambda index: copy(desk, name, copies[index])), go)


def told(done: BridgeExport, now: float) -> list[tuple[str, str]]:
    """Return what follows from an export: sentences with their tones."""
    account = safe(done.account)
    texts = [(f"Whoever has the file is {account}: carry it as you would a password.", "")]
    if done.token_env is not None:
        texts.append((f"The value of {safe(done.token_env)} is inside.", ""))
    if done.expires_at is not None and not done.carries_grant:
        left = phrases.left(done.expires_at - now)
        texts.append((f"It does not renew there: {left} left.", ""))
    if done.moved:
        text = "This machine has given its login up: when its access token ends, log in here again."
        texts.append((text, "warning"))
    elif done.carries_grant:
        text = "The login is in two places now. The one that renews first ends the other."
        texts.append((text, "warning"))
    if done.is_used_here:
        text = "This machine looks for a bridge there, and prefers it to its active account. "
        removes = f"{RemoveBridge.key_words()} on Accounts removes it."
        texts.append((f"{text}{removes}", "warning"))
    return texts


def remove_bridge(desk: MixdeskApp) -> None:
    """Ask, and remove the bridge that is used here."""
    session = desk.world.overview.session
    path = session.bridge_path if session is not None else None
    if session is None or path is None:
        desk.say("No bridge is used here")
        return
    account = session.resolution.account
    is_in_use = account.source == "bridge"
    who = f"It makes you {safe(account.value)}; without it you are who you chose here."
    texts = (
        (path, "strong"),
        (who if is_in_use else "It is not what decides who you are now.", ""),
        ("The file goes for good: that cannot be undone.", "warning"),
    )

    def tell(removed: bool) -> None:
        gone = f"The bridge {safe(path)} is removed"
        desk.say(gone if removed else f"There is no bridge at {safe(path)} any more")

    def go(is_sure: bool | None) -> None:
        if is_sure:
            desk.change(lambda: desk.services.remove_bridge(path), tell)

    desk.push_screen(Confirm("Remove the bridge that is used here?", *texts), go)
