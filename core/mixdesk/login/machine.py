"""What a login needs of the machine it runs on, and of the person in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mixdesk.login.events import Event, NameNeeded, ProjectNeeded

if TYPE_CHECKING:  # whoever shows a login needs no HTTP for it
    from mixdesk.api.async_transport import AsyncTransport
    from mixdesk.clock import AsyncClock
    from mixdesk.oauth.browser import Browser
    from mixdesk.store.config import ConfigManager
    from mixdesk.store.storage import Storage

Emit = Callable[[Event], None]
"""Is told what happens. It must not block."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the files are, and what reaches the world outside."""

    config: ConfigManager
    storage: Storage
    environ: Mapping[str, str]
    clock: AsyncClock
    browser: Browser
    transport: Callable[[], AsyncTransport]
    """Makes the transport of one login."""
    ports: Sequence[int]
    """Where a browser may come back to, the first that is free."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Who is asked when there is a choice; nobody by default."""

    project: Callable[[ProjectNeeded], Awaitable[str]] | None = None
    """Chooses a project: its id."""
    name: Callable[[NameNeeded], Awaitable[str]] | None = None
    """Chooses a name for the account."""


NOBODY = Answers()


@dataclass(frozen=True, slots=True)
class Pasted:
    """The user has pasted the address that the browser ended on."""

    text: str


class Controls:
    """What the person in front of a login can do while it waits."""

    def __init__(self) -> None:
        self._asked: asyncio.Queue[Pasted | str] = asyncio.Queue()

    def paste(self, text: str) -> None:
        """Hand in the address that the browser ended on, or its query."""
        self._asked.put_nowait(Pasted(text))

    def start_device(self) -> None:
        """Ask for a code that can be typed on another device."""
        self._asked.put_nowait("device")

    def open_again(self) -> None:
        """Start a browser with the address once more."""
        self._asked.put_nowait("open")

    async def next(self) -> Pasted | str:
        """Wait for the next thing that is asked for: a paste, ``device`` or ``open``."""
        return await self._asked.get()
