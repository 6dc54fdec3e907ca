"""Copying what a list shows of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mixdesk_tui.screens.copies import Copyable
from mixdesk_tui.spans import safe, width

if TYPE_CHECKING:
    from mixdesk_tui.app import MixdeskApp

SHORT = 32
"""Cells of a text that is said whole when it is copied."""


def copy(desk: MixdeskApp, name: str, what: Copyable) -> None:
    """Copy something of an account or a target; a secret is got first, and taken back later."""
    if what.is_secret:
        called = f"The {what.what} of {safe(name)}"
        desk.copy_secret(lambda: desk.services.access_token(name), called)
    else:
        desk.copy(what.text, _called(what))


def _called(what: Copyable) -> str:
    """What a copied text is called: by itself, where it is short."""
    is_short = width(what.text) <= SHORT
    if what.is_line:
        return f"“{what.text}”" if is_short else "The line"
    return f"The {what.what} {what.text}" if is_short else f"The {what.what}"


def offer_copies(desk: MixdeskApp, name: str, copies: Sequence[Copyable]) -> None:
    """Ask what to copy of something, and copy it."""
    from mixdesk_tui.dialogs.copy_menu import CopyMenu

    def go(index: int | None) -> None:
        if index is not None:
            copy(desk, name, copies[index])

    desk.push_screen(CopyMenu(name, copies), go)
