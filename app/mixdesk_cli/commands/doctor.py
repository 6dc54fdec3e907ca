"""``mp doctor``: what is wrong on this machine, and what mends it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from mixdesk.ops.context import Context
from mixdesk.ops.doctor import Finding, Network, Progress, context_for_looking, examine
from mixdesk.ops.doctor.finding import found, worst_first
from mixdesk.store.preferences import look_at_preferences
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.console import may_colour
from mixdesk_cli.errors import DONE, FAILED
from mixdesk_cli.lazy import load
from mixdesk_cli.render import format_option, show
from mixdesk_cli.table import cut
from mixdesk_cli.terminal import terminal_width
from mixdesk_cli.verb import Verb
from mixdesk_cli.views import doctor

_VERBOSE = "mixdesk_cli.doctor.verbose"


class _Looking(Verb):
    """A verb that is called before anything has touched the files.

    ``-v`` would make the usual context to name the configuration, and that completes a login that
    was interrupted, which is one of the things to be told here.
    """

    def invoke(self, ctx: click.Context) -> Any:
        call = ctx.ensure_object(Call)
        ctx.meta[_VERBOSE], call.line.verbose = call.line.verbose, False
        return super().invoke(ctx)


@click.command(
    "doctor",
    cls=_Looking,
    examples=("mp doctor", "mp doctor --fix", "mp doctor --offline -q -f json"),
)
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and nothing else.")
@click.option("--offline", is_flag=True, help="Ask no server.")
@format_option
@click.pass_context
@pass_call
def command(call: Call, ctx: click.Context, fix: bool, offline: bool, format_: str | None) -> int:
    """Look for what is wrong: files, configuration, environment, logins, network.

    Nothing is changed without --fix, and no credential is sent. Exits 0 when nothing is wrong or
    all of it was mended, else 1. With -q only problems are shown.
    """
    call.line.verbose = ctx.meta[_VERBOSE]
    context = context_for_looking(call.given)
    asking = None if offline else Network(on_progress=_progress(call))
    findings = worst_first([*examine(context, fix=fix, asking=asking), *_comfort(context)])
    shown = [each for each in findings if each.is_wrong or each.fixed or not call.console.quiet]
    _show(call, shown, context.clock.now(), format_)
    _summarize(call, findings)
    return FAILED if any(each.is_wrong for each in findings) else DONE


def _comfort(context: Context) -> Iterator[Finding]:
    """What is wrong with ui.toml; the app is only loaded where there are keys for it to judge."""
    looked = look_at_preferences(context.storage.preferences)
    if looked.problem is None and not looked.preferences.keymap:
        return
    for each in load("mixdesk_cli.launch:app_problems")(context):
        if each.kind != "safety":  # told with the files
            code = "keymap" if each.section else "preferences_unreadable"
            words = {"summary": each.summary, "hint": each.hint}
            yield found("config", code, "warning", each.place, **words).finding


def _show(call: Call, findings: Sequence[Finding], now: float, format_: str | None) -> None:
    chosen = format_ or ("table" if sys.stdout.isatty() else "plain")
    if chosen != "table":
        show(doctor.answer(findings, now), chosen, call.environ)
        return
    colour = may_colour(sys.stdout, call.environ)
    width = terminal_width(call.environ)
    verbose = call.line.verbose
    sys.stdout.write(doctor.text(findings, now, width=width, colour=colour, verbose=verbose))


def _summarize(call: Call, findings: Sequence[Finding]) -> None:
    wrong = sum(each.is_wrong for each in findings)
    fixed = sum(each.fixed for each in findings)
    able = sum(each.can_fix and not each.fixed for each in findings)
    mended = f"{_count(fixed)} mended. " if fixed else ""
    left = f"{_count(wrong)} wrong." if wrong else "Nothing is wrong."
    hint = None
    if able and not any("failed" in each.facts for each in findings):
        hint = "Mend what can be mended safely: mp doctor --fix"
    call.console.say(mended + left, hint)


def _count(number: int) -> str:
    return "1 thing is" if number == 1 else f"{number} things are"


def _progress(call: Call) -> Callable[[Progress], None]:
    """Say on a terminal who has not answered yet, on a line that goes away."""
    if call.console.quiet or not sys.stderr.isatty():
        return lambda progress: None
    if call.environ.get("TERM", "") in ("", "dumb"):
        return lambda progress: None
    width = terminal_width(call.environ) - 1

    def tell(progress: Progress) -> None:
        hosts = ", ".join(progress.waiting)
        done = progress.total - len(progress.waiting)
        line = cut(f"{done} of {progress.total} answered; asking {hosts} …", width) if hosts else ""
        sys.stderr.write(f"\r{' ' * width}\r{line}")
        sys.stderr.flush()

    return tell
