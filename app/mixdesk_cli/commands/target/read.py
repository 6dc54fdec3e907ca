"""``mp target list`` and ``mp target show``."""

from __future__ import annotations

import click

from mixdesk.ops import targets
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.completion import suggest
from mixdesk_cli.render import format_option, show
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import problem, target


@click.command("list", cls=Verb, examples=("mp target list", "mp target list -f csv"))
@format_option
@pass_call
def list_targets(call: Call, format_: str | None) -> None:
    """List the targets, broken ones included."""
    rows = targets.list_targets(call.context)
    if rows or format_ is not None:
        show(target.many(rows), format_, call.environ)
    problem.warn(call.console, problem.outside_lists(call.context.config.problems()))
    if not rows:
        call.console.say("No target yet. Save who you are now as one: mp target add NAME")


@click.command(
    "show",
    cls=Verb,
    axes=("target",),
    axis_helps={"target": "The target, as NAME."},
    examples=("mp target show ecom", "mp target show ecom -f json"),
)
@click.argument("name", required=False, shell_complete=suggest.targets)
@format_option
@pass_call
def show_target(call: Call, name: str | None, format_: str | None) -> None:
    """Show one target."""
    typed = call.line.target if name is None else name
    chosen = call.environ.get("MP_TARGET") or None if typed is None else typed
    if chosen is None:
        raise click.UsageError("Which target? Give its NAME.")
    show(target.one(targets.get_target(call.context, chosen)), format_, call.environ)
