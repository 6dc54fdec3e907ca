"""The login dialog as data: where the user is, and what he has decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from mixdesk.login.events import Event, Failed, NameNeeded, Saved
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import AccountRow
from mixdesk.model.rules import REGIONS, AccountType, Region
from mixdesk_tui.dialogs.login.progress import Progress, after

Way = Literal["browser", "device", "service_account", "oauth_token"]
"""How to log in."""

Page = Literal["ways", "fields", "going", "project", "name", "done", "failed"]
"""What the dialog asks for, or shows."""

WAYS: tuple[Way, ...] = ("browser", "device", "service_account", "oauth_token")

KINDS: dict[Way, AccountType] = {
    "browser": "oauth_browser",
    "device": "oauth_browser",
    "service_account": "service_account",
    "oauth_token": "oauth_token",
}
"""What account comes of it."""


_ON_PAGE: dict[str, tuple[Page, ...]] = {
    "go_on": ("ways",),
    "next_way": ("ways",),
    "previous_way": ("ways",),
    "next_region": ("ways",),
    "previous_region": ("ways",),
    "next_field": ("fields",),
    "previous_field": ("fields",),
    "submit_credential": ("fields",),
    "choose_project": ("project",),
    "next_project": ("project",),
    "previous_project": ("project",),
    "next_projects": ("project",),
    "previous_projects": ("project",),
    "take_name": ("name",),
    "try_again": ("failed",),
    "give_up": ("failed",),
    "close_login": ("done",),
}
"""Actions, and the pages that have them."""

_WAITING = ("copy_address", "open_again", "paste_address", "hand_in_address", "leave_field")
"""Actions while somebody is waited for."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """All that the dialog is painted from."""

    page: Page = "ways"
    way: Way = "browser"
    region: Region | None = None
    """What the user chose; None: the usual one, or for a credential the one that knows it."""
    home: Region = "us"
    """The region where a browser login begins unless another is chosen."""
    again: AccountRow | None = None
    """The account that logs in again."""
    has_menu: bool = True
    """Whether the ways are a step back from the fields."""
    attempt: int = 0
    """Which try this is; what an earlier one still says does not count."""
    seen: Progress = field(default_factory=Progress)

    @property
    def is_web(self) -> bool:
        """Whether somebody says yes in a browser, here or elsewhere."""
        return self.way in ("browser", "device")

    @property
    def has_fields(self) -> bool:
        """Whether there is something to type before it can begin."""
        return not self.is_web and not (self.again is not None and self.again.token_env)

    @property
    def place(self) -> Region | None:
        """The region in which the login is; None while it is looked for."""
        if self.again is not None:
            return self.again.region
        return self.region or (self.home if self.is_web else None)

    @property
    def regions(self) -> tuple[Region | None, ...]:
        """What there is to choose from; None looks for the region."""
        return REGIONS if self.is_web else (None, *REGIONS)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody is waited for, who says yes in a browser."""
        seen = self.seen
        return self.page == "going" and self.is_web and bool(seen.url) and not seen.is_answered

    def with_way(self, way: Way) -> LoginState:
        """Return the state with another way chosen."""
        return replace(self, way=way)

    def moved(self, by: int) -> LoginState:
        """Return the state with the way some lines further chosen."""
        place = max(0, min(WAYS.index(self.way) + by, len(WAYS) - 1))
        return self.with_way(WAYS[place])

    def with_region(self, region: Region | None) -> LoginState:
        """Return the state with another region chosen."""
        return replace(self, region=region)

    def shifted(self, by: int) -> LoginState:
        """Return the state with the region some places further chosen."""
        place = self.regions.index(self.place) + by
        return self.with_region(self.regions[place % len(self.regions)])

    def at(self, page: Page) -> LoginState:
        """Return the state on another page."""
        return replace(self, page=page)

    def started(self) -> LoginState:
        """Return the state of a new try."""
        progress = Progress(is_opening=self.way == "browser", is_code_asked=self.way == "device")
        return replace(self, page="going", attempt=self.attempt + 1, seen=progress)

    def abandoned(self) -> LoginState:
        """Return the state in which nothing that is still said counts."""
        return replace(self, attempt=self.attempt + 1)

    def told(self, event: Event) -> LoginState:
        """Return the state after an event of the login."""
        seen = after(self.seen, event)
        return replace(self, seen=seen, page=_page_of(event) or self.page)

    def asked_for_code(self) -> LoginState:
        """Return the state in which a code for another device is on its way."""
        return replace(self, seen=replace(self.seen, is_code_asked=True, code_problem=None))

    def opened_again(self) -> LoginState:
        """Return the state in which a browser is being started."""
        return replace(self, seen=replace(self.seen, is_opening=True, no_browser=""))

    def pasted(self) -> LoginState:
        """Return the state in which a pasted address is looked at."""
        return replace(self, seen=replace(self.seen, paste_problem=None))

    def noted(self, note: str) -> LoginState:
        """Return the state with one thing more that is worth knowing."""
        return replace(self, seen=replace(self.seen, notes=(*self.seen.notes, note)))

    def with_project(self, name: str) -> LoginState:
        """Return the state after a project was chosen."""
        return replace(self, page="going", seen=replace(self.seen, project=name))

    def with_name(self, name: str) -> LoginState:
        """Return the state after the account was given a name."""
        return replace(self, page="going", seen=replace(self.seen, name=name))


def first_state(
    again: AccountRow | None = None, way: Way | None = None, home: Region = "us"
) -> LoginState:
    """Return the state in which the dialog opens.

    Args:
        again: The account that logs in again: its kind and region are settled.
        way: How to log in, where that is settled.
        home: Where a browser login begins.
    """
    if again is not None:
        kind = again.type or "oauth_browser"
        settled: Way = "browser" if kind == "oauth_browser" else kind
        state = LoginState(way=settled, again=again, has_menu=False)
        return state.at("fields" if state.has_fields else "going")
    state = LoginState(way=way or "browser", home=home, has_menu=way is None)
    return state.at("fields") if way is not None and state.has_fields else state


def web_request(state: LoginState) -> LoginRequest:
    """Return what to ask of the core for a login without fields."""
    again = state.again
    return LoginRequest(
        kind=KINDS[state.way],
        name=again.name if again is not None else None,
        region=state.place,
        device=state.way == "device",
        token_env=again.token_env if again is not None and not state.is_web else None,
    )


def can(state: LoginState, action: str) -> bool:
    """Return whether an action makes sense now; those of widgets always do."""
    code, page = state.seen.code, state.page
    if action in _ON_PAGE:
        return page in _ON_PAGE[action]
    waits: dict[str, bool] = {
        **dict.fromkeys(_WAITING, state.is_waiting),
        "show_code": state.is_waiting and not state.seen.is_code_asked,
        "copy_code_address": state.is_waiting and bool(code and code.complete_url),
        "back_to_ways": page == "fields" and state.has_menu,
        "cancel_login": page not in ("done", "failed")
        and not (page == "fields" and state.has_menu)
        and not (page == "going" and state.seen.is_saving),
    }
    return waits.get(action, True)


def _page_of(event: Event) -> Page | None:
    """The page that an event leads to. The projects are worked out first, in a thread."""
    match event:
        case NameNeeded():
            return "name"
        case Saved():
            return "done"
        case Failed():
            return "failed"
        case _:
            return None
