"""``mp session``, and what ``mp`` prints where it cannot show the app."""

from __future__ import annotations

import click

from mixdesk.ops import accounts, session
from mixdesk_cli import start
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.render import format_option, show
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import problem
from mixdesk_cli.views.session import answer


@click.command(
    "session",
    cls=Verb,
    axes=("account", "project", "workspace", "target"),
    examples=(
        "mp session",
        "mp session --explain",
        "mp session -t ecom -f json | jq -r .project.value",
        "mp session --bridge",
    ),
)
@click.option("--explain", is_flag=True, help="Show every place that was looked at.")
@click.option("--bridge", is_flag=True, help="Show the bridge file instead, if one is used here.")
@format_option
@pass_call
def command(
    call: Call, explain: bool = False, bridge: bool = False, format_: str | None = None
) -> None:
    """Who am I, and why: account, project and workspace, with what decided them."""
    if bridge:
        _show_bridge(call, format_)
        return
    selection = call.selection()
    view = session.view_session(
        call.context,
        account=selection.account,
        project=selection.project,
        workspace=selection.workspace,
        target=selection.target,
    )
    now = call.context.clock.now()
    show(answer(view, selection, now, explain=explain), format_, call.environ)
    problem.warn(call.console, view.problems)
    if view.resolution.account.value is None:
        _help_to_start(call)
    elif view.resolution.entry is not None and view.resolution.project.value is None:
        is_saved = view.resolution.account.source not in ("env", "bridge")
        start.choose_project(call.console, view.resolution.entry.name if is_saved else None)


def _show_bridge(call: Call, format_: str | None) -> None:
    from mixdesk.store.bridge import bridge_places, find_bridge
    from mixdesk_cli.views import bridge

    context = call.context
    found = find_bridge(context.environ, context.directory)
    if found is not None or format_ is not None:
        show(bridge.answer(found, context.clock.now()), format_, call.environ)
    if found is None:
        places = bridge_places(context.environ, context.directory)
        call.console.say("No bridge is used here.", "\n".join(each.path for each in places))


def _help_to_start(call: Call) -> None:
    names = [row.name for row in accounts.list_accounts(call.context)]
    if names:
        start.choose(call.console, names)
    else:
        start.explain(call.console)
