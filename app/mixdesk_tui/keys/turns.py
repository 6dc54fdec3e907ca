"""Keys one after the other, as they were pressed."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from textual import events
from textual.app import App
from textual.message_pump import MessagePump


class Turns:
    """Holds a key back until the one before it has done what it does.

    Textual hands a key over and takes the next one at once. Of keys that come in one piece, from
    quick fingers or over a slow line, a later one could then move the focus away under an earlier
    one, or go to a dialog that is not there yet.

    Args:
        app: The app whose keys they are.
        give: Hands a key to the app.
    """

    def __init__(self, app: App[None], give: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._give = give
        self._ahead: deque[events.Event] = deque()
        self._is_under_way = False

    async def take(self, event: events.Event) -> bool:
        """Hand a key or pasted text to the app in its turn; say whether it is one of these.

        What leaves the app waits for nothing.
        """
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        if isinstance(event, events.Key) and self._is_for_system(event.key):
            return False
        self._ahead.append(event)
        if not self._is_under_way:
            await self._next()
        return True

    def _is_for_system(self, key: str) -> bool:
        return any(each.system for each in self._app._bindings.key_to_bindings.get(key, ()))

    async def _next(self) -> None:
        self._is_under_way = bool(self._ahead and self._app.screen_stack)
        if self._is_under_way:
            self._after(self._those_with_the_keys(), self._turn)

    async def _turn(self) -> None:
        those = self._those_with_the_keys()
        await self._give(self._ahead.popleft())
        self._after(those, self._next)

    def _those_with_the_keys(self) -> Sequence[MessagePump]:
        """Return who has the focus, and all who are told of a key after it."""
        return [*(self._app.focused or self._app.screen).ancestors_with_self]

    def _after(self, those: Sequence[MessagePump], then: Callable[[], Awaitable[None]]) -> None:
        """Call ``then`` when ``those``, and the app, have done what waits for them now."""
        for index, each in enumerate(those):
            if each is not self._app and each.call_later(self._after, those[index + 1 :], then):
                return
        self._app.call_later(then)
