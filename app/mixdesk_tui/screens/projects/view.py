"""How the picker is drawn: rows, what is said above and beside them, and where there are none."""

from __future__ import annotations

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import ProjectList, ProjectRow, WorkspaceEntry
from mixdesk_tui import phrases
from mixdesk_tui.commands.frame import ShowAccounts, ShowStatus
from mixdesk_tui.commands.projects import CancelRefresh, RefreshProjects, UseProject
from mixdesk_tui.finding import marks
from mixdesk_tui.keys.hints import hint, shows_all
from mixdesk_tui.screens.projects.catalog import CURRENT, FAVOURITES, RECENT, region_words
from mixdesk_tui.screens.projects.state import PickerState
from mixdesk_tui.spans import Line, Span, line_width, name, safe, shortened, spread, width, wrap
from mixdesk_tui.widgets.columns import Column
from mixdesk_tui.widgets.line_table import Cell, Row
from mixdesk_tui.widgets.long_table import LazyRows
from mixdesk_tui.words import wording

WORKSPACE = "workspace/"
"""What the keys of workspaces begin with."""

WORKSPACE_COLUMNS = (
    Column("WORKSPACE", least=10, keep=9),
    Column("ID", least=7, keep=5, right=True),
    Column("", least=6, most=24, keep=4, cut_end=True),
)
IN_USE = Span("●", "accent strong")
FAVOURITE = Span("★", "accent")
FAVOURITE_IN_USE = Span("●★", "accent strong")


class PickerRows(LazyRows):
    """The rows of the list, each made when it is drawn.

    Args:
        state: What they are made from.
    """

    def __init__(self, state: PickerState) -> None:
        self._state = state

    def __len__(self) -> int:
        return self._state.size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PickerRows):
            return NotImplemented
        mine, theirs = self._state, other._state
        return mine.catalog is theirs.catalog and mine.query == theirs.query

    __hash__ = None  # type: ignore[assignment]

    def make(self, index: int, *, names_group: bool = False) -> Row:
        state = self._state
        row, group = state.row(index), state.group(index)
        opens = names_group or index == 0 or state.group(index - 1) != group
        return _row(state, row, group if opens else "", str(index))


def about_line(state: PickerState, room: int) -> Line:
    """Return the line above the list: whose projects, and how old the answer is."""
    listing = state.catalog.listing
    right = [*_age(state), Span(" ")]
    if listing is None or room < 1:
        return spread((), right, room)
    total = len(listing.rows)
    sees = f" sees {total:,} project{'' if total == 1 else 's'}" if total else ""
    free = room - line_width(right) - 2
    if width(safe(listing.account)) + len(sees) > free:
        sees = ""
    who = name(listing.account, free - len(sees), "strong")
    return spread((Span(" "), who, Span(sees, "muted")), right, room)


def count_words(state: PickerState) -> str:
    """Return how many projects match: ``4 of 10,412``."""
    total, shown = len(state.catalog.rows), len(state.found)
    return f"{shown:,} of {total:,}" if shown != total else f"{total:,}"


def refusal_lines(state: PickerState, room: int) -> list[Line]:
    """Return why the last refresh brought nothing, and what to do about it."""
    if state.refusal is None or state.is_asking:
        return []
    said = wording(state.refusal)
    first, *rest = wrap(said.sentence, room - 4) or [said.title]
    lines: list[Line] = [(Span(" ! ", "warning strong"), Span(first, "warning"))]
    lines += [(Span("   "), Span(more, "warning")) for more in rest[:2]]
    return lines + [(Span("   "), Span(more, "muted")) for more in wrap(said.step, room - 4)[:2]]


def empty_lines(state: PickerState, room: int) -> list[Line]:
    """Return what is said where there is no row."""
    if state.failure is not None:
        return _no_list(state, state.failure, room)
    listing = state.catalog.listing
    if listing is None:
        return _told(("muted", "reading…" if not state.is_read else ""), room=room)
    if state.query.strip():
        return [*_told(("", f"Nothing matches {safe(state.query)}"), room=room), shows_all()]
    return _nothing_seen(listing, state, room)


def details(state: PickerState, room: int) -> list[Line]:
    """Return what stands above the workspaces of the highlighted project."""
    row, listing = state.current, state.catalog.listing
    if row is None or listing is None:
        return []
    project = row.project
    lines: list[Line] = [(Span(" "), name(project.name, room - 2, "strong")), ()]
    lines += [
        (Span(f" {label.ljust(13)}", "muted"), shortened(safe(value), room - 15))
        for label, value in (
            ("organization", project.organization),
            ("id", project.id),
            ("region", region_words(row, listing.region)),
            ("timezone", project.timezone or ""),
        )
        if value
    ]
    if row.is_elsewhere:
        lines.append(())
        for part in wrap(elsewhere(row, listing), room - 4):
            lines.append(
                (Span(" ! " if not lines[-1] else "   ", "warning"), Span(part, "warning"))
            )
    return [*lines, ()]


def workspace_rows(state: PickerState) -> list[Row]:
    """Return the workspaces of the highlighted project as rows of their table."""
    row = state.current
    if row is None:
        return []
    current = state.current_workspace if row.is_current else None
    return [_workspace(each, is_current=each.id == current) for each in row.workspaces]


def no_workspace_lines(state: PickerState) -> list[Line]:
    """Return what is said of a project whose workspaces are not known."""
    if state.current is None:
        return []
    return [
        (Span("  No workspace is known of it.", "muted"),),
        (Span(f"  {UseProject.key_words()} takes the project alone.", "muted"),),
    ]


def elsewhere(row: ProjectRow, listing: ProjectList) -> str:
    """Say that a project cannot be worked with from this account's region."""
    there = safe(row.project.region or "")
    return f"Its data is in {there}; {safe(listing.account)} works in {listing.region}."


def _row(state: PickerState, row: ProjectRow, group: str, key: str) -> Row:
    project, listing = row.project, state.catalog.listing
    shown = safe(project.name)
    in_name, in_id = marks(state.query, shown, project.id) if state.query else ((), ())
    here = listing.region if listing is not None else ""
    brief = f"{safe(project.region or '')} ≠ {here}" if row.is_elsewhere else ""
    quiet = "muted" if row.is_elsewhere else ""
    tone = "muted" if group not in (CURRENT, FAVOURITES, RECENT) else "accent"
    cells = (
        Cell(safe(group), tone),
        Cell(shown, "strong" if row.is_current else quiet, in_name),
        Cell(project.id, "muted", in_id),
        Cell(region_words(row, here), quiet, short=brief),
        Cell(safe(project.timezone or phrases.NOTHING), "muted"),
    )
    return Row(key, cells, _mark(row, is_favourite=project.id in state.catalog.favourites))


def _mark(row: ProjectRow, *, is_favourite: bool) -> Span:
    if row.is_current:
        return FAVOURITE_IN_USE if is_favourite else IN_USE
    return FAVOURITE if is_favourite else Span(" ")


def _workspace(entry: WorkspaceEntry, *, is_current: bool) -> Row:
    flags = {"global": entry.is_global, "default": entry.is_default, "hidden": not entry.is_visible}
    cells = (
        Cell(safe(entry.name), "strong" if is_current else ""),
        Cell(str(entry.id), "muted"),
        Cell(", ".join(flag for flag, is_set in flags.items() if is_set), "muted"),
    )
    return Row(f"{WORKSPACE}{entry.id}", cells, IN_USE if is_current else Span(" "))


def _age(state: PickerState) -> list[Span]:
    """How old the list is, or how long the answer to come has been waited for."""
    if state.is_asking:
        seconds = max(int(state.now - state.asking_since), 0)
        waited = f" {seconds} s" if seconds else ""
        stops = CancelRefresh.call()
        key = Span(CancelRefresh.key_words(), "key", stops)
        return [Span(f"asking Mixpanel…{waited}  ", "accent"), key, _word("cancels", stops)]
    listing = state.catalog.listing
    if listing is None or listing.asked_at is None:
        return []
    age = f"from /me, {phrases.ago(state.now - listing.asked_at)}"
    if listing.is_fresh:
        return [Span(age, "muted")]
    asks = RefreshProjects.call()
    key = Span(RefreshProjects.key_words(), "key", asks)
    return [Span(f"! {age}: old  ", "warning"), key, _word("asks again", asks)]


def _word(text: str, action: str | None = None) -> Span:
    return Span(f" {text}", "muted", action)


def _no_list(state: PickerState, failure: MixdeskError, room: int) -> list[Line]:
    """There is no list: because there is nobody whose list it could be, or what else is wrong."""
    said = wording(failure)
    if state.has_accounts:
        told = _told(("strong", said.sentence), ("muted", said.step), room=room)
        way = hint(ShowAccounts, "choose one of your accounts")
    else:
        sentence = "No account yet, so no project either."
        told = _told(("strong", sentence), room=room)
        way = hint(ShowStatus, "begin with an account")
    return [*told, way]


def _nothing_seen(listing: ProjectList, state: PickerState, room: int) -> list[Line]:
    """There is no project: because nobody asked, or because there is none."""
    account = safe(listing.account)
    if listing.asked_at is None:
        if state.is_asking:
            return _told(("muted", f"Asking Mixpanel what {account} sees…"), room=room)
        lines = _told(("strong", f"Nobody asked yet what {account} sees."), room=room)
        return [*lines, hint(RefreshProjects, "ask Mixpanel now")]
    asks = RefreshProjects.key_words()
    return _told(
        ("strong", f"{account} sees no project in {listing.region}."),
        ("muted", f"Somebody who manages a project has to invite it; then {asks} asks again."),
        room=room,
    )


def _told(*texts: tuple[str, str], room: int) -> list[Line]:
    """Paragraphs with their tones, a blank line before each."""
    lines: list[Line] = []
    for tone, text in texts:
        if text:
            lines.append(())
            lines += [(Span("  "), Span(part, tone)) for part in wrap(text, max(room - 4, 20))]
    return [*lines, ()]
