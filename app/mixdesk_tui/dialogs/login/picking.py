"""The picker of Projects, narrowed to choosing a home project for a login."""

from __future__ import annotations

from mixdesk.login.events import ProjectNeeded
from mixdesk.model.records import ProjectList, ProjectRow
from mixdesk_tui.asking import Picked
from mixdesk_tui.commands.login import CancelLogin
from mixdesk_tui.screens.projects.catalog import make_catalog
from mixdesk_tui.screens.projects.state import PickerState
from mixdesk_tui.spans import Line, Span, crop, safe


def picker_of(needed: ProjectNeeded) -> PickerState:
    """Return the picker for what a login sees; the cursor is on what can be chosen."""
    rows = tuple(
        ProjectRow(each, is_elsewhere=each.region not in (None, needed.region))
        for each in needed.projects
    )
    catalog = make_catalog(Picked(ProjectList("", needed.region, rows, is_fresh=True)))
    state = PickerState().with_catalog(catalog, 0.0)
    here = next((place for place, row in enumerate(catalog.rows) if not row.is_elsewhere), 0)
    return state.at(here)


def refusal_lines(state: PickerState, room: int) -> list[Line]:
    """Return why the marked project cannot be chosen, and what to do about it: two lines."""
    row, listing = state.current, state.catalog.listing
    if row is None or listing is None or not row.is_elsewhere:
        return [(), ()]
    there = safe(row.project.region or "")
    texts = (
        f"Its data is in {there}; this login is in {listing.region} and cannot choose it.",
        f"To work there: {CancelLogin.key_words()}, and log in with the region {there}.",
    )
    marks = (Span("  ! ", "warning strong"), Span("    "))
    return [
        crop((mark, Span(text, "warning")), room) for mark, text in zip(marks, texts, strict=True)
    ]
