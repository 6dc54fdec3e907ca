"""Copying what a list shows of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mixdesk_tui.screens.copies import Copyable
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp


def copy(desk: MixdeskApp, name: str, what: Copyable) -> None:
    """Copy something of an account or a target; a secret is got first, and taken back later."""
    if what.is_secret:
        called = f"The {what.what} of {safe(name)}"
        desk.copy_secret(lambda: desk.services.access_token(name), called)
    elif what.is_line:
        desk.copy(what.text, f"“{what.text}”")
    else:
        desk.copy(what.text, f"The {what.what} {what.text}")


def offer_copies(desk: MixdeskApp, name: str, copies: Sequence[Copyable]) -> None:
    """Ask what to copy of something, and copy it."""
    from mixdesk_tui.dialogs.copy_menu import CopyMenu

    def go(index: int | None) -> None:
        if index is not None:
            copy(desk, name, copies[index])

    desk.push_screen(CopyMenu(name, copies), go)
