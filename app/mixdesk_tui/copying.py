"""The part of the app that copies, says where to, and takes secrets back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import NamedTuple

from textual.message import Message

from mixdesk.exceptions import MixdeskError
from mixdesk.model.secret import Secret
from mixdesk_tui.clipboard import Landed, fingerprint
from mixdesk_tui.watching import Refused, Watching

PARTING = 2.0
"""Seconds that leaving waits for a clipboard that does not answer."""


class Copied(Message):
    """A text is in this machine's clipboard, or is to be sent to the terminal's."""

    def __init__(self, what: str, text: Secret, landed: Landed, lasts: float | None) -> None:
        super().__init__()
        self.what = what
        self.text = text
        self.landed = landed
        self.lasts = lasts
        """Seconds that a secret stays; None for what is none."""


class Held(NamedTuple):
    """A secret that this machine's clipboard holds because it was copied here."""

    fingerprint: str
    since: float
    until: float

    def is_over(self, now: float) -> bool:
        """Whether it has been there long enough, also by a clock that was put back."""
        return not self.since <= now < self.until


class Copying(Watching):
    """An app that copies for the machine that the user sits at."""

    _held: Held | None = None

    def copy(self, text: str, what: str) -> None:
        """Copy a text to the clipboard of the machine that the user sits at, and say so.

        Args:
            text: What to copy.
            what: What it is called, at the beginning of a sentence.
        """
        self.work("copy", self._copy, Secret(text), what, None)

    def copy_secret(self, get: Callable[[], Secret], what: str) -> None:
        """Copy a secret, which does not stay in this machine's clipboard.

        Args:
            get: What gets it; runs in a thread and may raise ``MixdeskError``.
            what: What it is called, at the beginning of a sentence. Never the secret itself.
        """
        self.work("copy", self._copy_secret, get, what)

    def on_copied(self, message: Copied) -> None:
        text = message.text.get_secret_value()
        self._held = None  # whatever was held before is not there any more
        if message.landed != "here":
            self.copy_to_clipboard(text)
        elif message.lasts is not None:
            now = self.services.now()
            self._held = Held(fingerprint(text), now, now + message.lasts)
        said = sentence(message.what, message.landed, message.lasts)
        self.say(said, warning=message.lasts is not None and message.landed != "here")

    def tick(self) -> None:
        """Look at the clock: a secret is cleared when its time is over."""
        super().tick()
        held = self._held
        if held is not None and held.is_over(self.now):
            self._held = None
            self.work("copy", self._clear, held)

    def take_back(self) -> None:
        """Clear a copied secret now: the app leaves. A clipboard that hangs is left alone."""
        held, self._held = self._held, None
        if held is not None:
            work = threading.Thread(
                target=self.services.clear_copied, args=(held.fingerprint,), daemon=True
            )
            work.start()
            work.join(PARTING)

    async def _copy(self, text: Secret, what: str, lasts: float | None) -> None:
        landed = await asyncio.to_thread(self.services.copy_here, text.get_secret_value())
        self.post_message(Copied(what, text, landed, lasts))

    async def _copy_secret(self, get: Callable[[], Secret], what: str) -> None:
        try:
            secret = await asyncio.to_thread(get)
        except MixdeskError as error:
            self.post_message(Refused(error, None))
            return
        preferences = await asyncio.to_thread(self.services.preferences)
        await self._copy(secret, what, max(preferences.clipboard_timeout, 1.0))

    async def _clear(self, held: Held) -> None:
        if await asyncio.to_thread(self.services.clear_copied, held.fingerprint):
            self.say("The copied secret is cleared from the clipboard")


def sentence(what: str, landed: Landed, lasts: float | None) -> str:
    """Return what is said of a copy: where it is, and how long a secret stays there."""
    if landed == "here":
        after = f"; it is cleared again in {lasts:.0f} s" if lasts is not None else ""
        return f"{what} is copied to this machine's clipboard{after}"
    sent = f"{what} is sent to your terminal's clipboard (OSC 52)"
    why = ", because no clipboard works on this machine" if landed == "none" else ""
    after = "; it cannot be cleared there" if lasts is not None else ""
    return f"{sent}{why}{after}"
