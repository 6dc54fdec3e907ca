"""What a switch led to: who is current now, and whether something in this shell hides it."""

from __future__ import annotations

from mixdesk.exceptions import MixdeskError
from mixdesk.model.text import clean
from mixdesk.ops.switching import Hidden, Outcome, outcome, saved_outcome
from mixdesk_cli import start
from mixdesk_cli.call import Call, Line, Selection, select


def tell(call: Call) -> None:
    """Say what is saved now, and warn of each axis that something else decides in this shell."""
    if not call.console.quiet:
        call.console.say(f"Now: {words(saved_outcome(call.context))}")
        warn(call)


def warn(call: Call) -> None:
    """Warn of each axis that something else than what is saved decides in this shell."""
    if call.console.quiet:
        return
    try:
        selection = select(Line(), call.environ)
        here = outcome(call.context, account=selection.account, target=selection.target)
    except MixdeskError as error:
        # The switch itself is done; what spoils this shell is told, and no failure.
        call.console.warn(error.summary, error.hint)
        return
    for each in here.hidden:
        _warn_of(call, each, selection)
    if here.lacks_project and here.account is not None:
        start.choose_project(call.console, here.account)


def words(saved: Outcome) -> str:
    """What is saved: ``account team › project 3713224 AI Demo › workspace 3448413 Console``."""
    parts = [
        f"account {saved.account}" if saved.account else "no account",
        f"project {saved.project} {saved.project_name or ''}".rstrip()
        if saved.project
        else "no project",
        f"workspace {saved.workspace} {saved.workspace_name or ''}".rstrip()
        if saved.workspace
        else "",
    ]
    return " › ".join(part for part in parts if part)


def _warn_of(call: Call, hidden: Hidden, selection: Selection) -> None:
    where = {"param": selection.account_origin, "target": selection.target_origin}.get(
        hidden.source, hidden.origin
    )
    kept = f", not {clean(str(hidden.saved))}" if hidden.saved else ""
    way_out = f"unset {where.replace(' +', '')}" if where.startswith("MP_") else None
    call.console.warn(
        f"{where} hides it: in this shell the {hidden.axis} is {hidden.value}{kept}.", way_out
    )
