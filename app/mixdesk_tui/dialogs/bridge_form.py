"""The form for a bridge: what is written where, and what that leads to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from mixdesk.model.records import AccountRow
from mixdesk_tui import phrases
from mixdesk_tui.dialogs.fields import Check, Field, FormState, Values, needed, project_rule
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.drafts import BridgeDraft, Travels
from mixdesk_tui.spans import safe

TRAVELS: tuple[tuple[Travels, str], ...] = (
    ("access", "token"),
    ("move", "move login"),
    ("copy", "copy login"),
)


def bridge_form(
    row: AccountRow, now: float, *, draft: BridgeDraft | None = None
) -> Form[BridgeDraft]:
    """Return the form.

    Args:
        row: The account that is exported.
        now: The time, in seconds since the epoch.
        draft: What stands in it at first, instead of what is proposed.
    """
    draft = draft or BridgeDraft(row.name, f"~/bridge-{row.name}.json", row.default_project)
    values = {
        "path": safe(draft.path),
        "project": safe(draft.project or ""),
        "travels": draft.travels or "access",
    }
    state = FormState(_fields(has_grant=has_grant(row)), Values(values))
    title = f"Export a bridge of {safe(row.name)}"
    return Form(title, state, partial(_draft, row), lambda values: consequences(row, values, now))


def has_grant(row: AccountRow) -> bool:
    """Return whether there is a login that renews itself, and so a choice of what travels."""
    return row.type == "oauth_browser" and row.can_refresh


def consequences(row: AccountRow, values: Values, now: float) -> Iterator[tuple[str, str]]:
    """Say what a bridge leads to: sentences with their tones."""
    yield f"Whoever has the file is {safe(row.name)}: carry it as you would a password.", ""
    yield "It is readable by you alone (0600).", "muted"
    travels = values["travels"] if has_grant(row) else "access"
    if row.type == "service_account":
        yield "Its username and secret are inside. They do not end by themselves.", ""
    elif row.type == "oauth_token":
        yield f"{_token(row)} is inside.", ""
    elif travels == "access":
        yield f"Its access token is inside and does not renew there{_life(row, now)}.", ""
    elif travels == "move":
        yield "This machine gives its login up: when its token ends, log in again.", "warning"
    else:
        yield (
            "The login is in two places then. The one that renews first ends the other.",
            "warning",
        )


def _life(row: AccountRow, now: float) -> str:
    if row.token_expires_at is None or row.token_expires_at <= now:
        return ""
    return f": {phrases.left(row.token_expires_at - now)} left"


def _token(row: AccountRow) -> str:
    return f"The value of {safe(row.token_env)}" if row.token_env else "Its token"


def _fields(*, has_grant: bool) -> tuple[Field, ...]:
    return (
        Field(
            "path",
            "file",
            "Where to write it; ~ is your home directory",
            check=_path_rule,
        ),
        Field(
            "project",
            "project",
            "A project to pin: the id, digits only; may stay empty",
            check=project_rule(required=False),
        ),
        Field(
            "travels",
            "what goes",
            "The access token alone, or the login that renews it",
            "choice",
            TRAVELS,
            shown=lambda _: has_grant,
        ),
    )


_some_path: Check = needed("A bridge is a file: name one")


def _path_rule(value: str, values: Values) -> str | None:
    if value.endswith("/"):
        return "That is a directory: name a file in it"
    return _some_path(value.strip(), values)


def _draft(row: AccountRow, values: Values) -> BridgeDraft:
    return BridgeDraft(
        row.name,
        values["path"].strip(),
        values["project"] or None,
        cast("Travels", values["travels"]) if has_grant(row) else None,
    )
