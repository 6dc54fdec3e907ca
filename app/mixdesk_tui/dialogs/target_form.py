"""The form for a target: filled in with where the user is now."""

from __future__ import annotations

from functools import partial

from mixdesk.model.records import Overview, TargetRow
from mixdesk.model.rules import is_name
from mixdesk_tui.dialogs.fields import (
    Field,
    FormState,
    Values,
    as_workspace,
    name_rule,
    project_rule,
    workspace_rule,
)
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.drafts import TargetDraft
from mixdesk_tui.spans import safe


def target_form(
    overview: Overview, *, row: TargetRow | None = None, draft: TargetDraft | None = None
) -> Form[TargetDraft]:
    """Return the form.

    Args:
        overview: What names there are, and where the user is.
        row: The target to change; None for a new one.
        draft: What stands in it at first, instead of the target's own values.
    """
    state = FormState(_fields(overview, row), _initial(overview, row, draft))
    title = f"Target {safe(row.name)}" if row else "Add a target"
    return Form(title, state, partial(_draft, row))


def _initial(overview: Overview, row: TargetRow | None, draft: TargetDraft | None) -> Values:
    if draft is not None:
        return _values(draft.name, draft.account, draft.project, draft.workspace)
    if row is not None:
        return _values(row.name, row.account, row.project, row.workspace)
    session = overview.session
    if session is None:
        return _values("", None, None, None)
    resolution = session.resolution
    account = resolution.account.value
    known = account if is_name(account) and resolution.account.source != "env" else None
    return _values("", known, resolution.project.value, resolution.workspace.value)


def _values(name: str, account: str | None, project: str | None, workspace: int | None) -> Values:
    return Values(
        {
            "name": safe(name),
            "account": safe(account or ""),
            "project": safe(project or ""),
            "workspace": str(workspace or ""),
        }
    )


def _fields(overview: Overview, row: TargetRow | None) -> tuple[Field, ...]:
    taken = [each.name for each in overview.targets]
    accounts = tuple(each.name for each in overview.accounts if is_name(each.name))

    def account_rule(value: str, _values: Values) -> str | None:
        if not value:
            return "A target needs an account"
        return None if value in accounts else f"There is no account {safe(value)}"

    return (
        Field(
            "name",
            "name",
            "What you call it: letters, digits, _ and -",
            check=name_rule("a target", taken, safe(row.name) if row else None),
        ),
        Field(
            "account",
            "account",
            "One of your accounts; the right arrow completes the name",
            check=account_rule,
            suggestions=accounts,
        ),
        Field(
            "project",
            "project",
            "The id of a project, digits only",
            check=project_rule(required=True),
        ),
        Field(
            "workspace",
            "workspace",
            "The id of a workspace of that project; may stay empty",
            check=workspace_rule,
        ),
    )


def _draft(row: TargetRow | None, values: Values) -> TargetDraft:
    name = values["name"]
    if row is not None and name == safe(row.name):
        name = row.name
    return TargetDraft(
        name=name,
        account=values["account"],
        project=values["project"],
        workspace=as_workspace(values["workspace"]),
    )
