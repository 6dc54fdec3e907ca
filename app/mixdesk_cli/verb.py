"""The class of all verbs, and the options that every one of them takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from mixdesk.model import rules
from mixdesk_cli.call import Call
from mixdesk_cli.completion import suggest

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}

_AXES = {
    "account": ("-a", "The account to act as."),
    "project": ("-p", "The project id."),
    "workspace": ("-w", "The workspace id."),
    "target": ("-t", "A saved target, instead of the other three."),
}

_METAVARS = {"account": "NAME", "project": "ID", "workspace": "ID", "target": "NAME"}


_LONGEST_ID = 18
"""Digits in a workspace id, at the most; more is no number of this world."""


def _project_id(value: str) -> str:
    if not rules.is_project(value):
        raise click.BadParameter(f"{value!r} is no project id: it is made of digits.")
    return value


def _workspace_id(value: str) -> int:
    if not rules.is_project(value) or len(value) > _LONGEST_ID or not int(value):
        raise click.BadParameter(f"{value!r} is no workspace id: it is a number above zero.")
    return int(value)


_CHECKS: dict[str, Callable[[str], str | int]] = {
    "project": _project_id,
    "workspace": _workspace_id,
}


def global_options(
    shown: Iterable[str] = tuple(_AXES), helps: dict[str, str] | None = None
) -> list[click.Option]:
    """Make the options that may stand before or after any verb.

    Args:
        shown: The axes that the help of this command lists; the others are accepted silently.
        helps: Another explanation of an axis, where the verb means something of its own by it.
    """
    shown = tuple(shown)
    axes = [_axis(name, name in shown, (helps or {}).get(name)) for name in _AXES]
    return [
        *axes,
        _flag(("-q", "--quiet"), _set_quiet, "Say nothing but data and errors."),
        _flag(("-v", "--verbose"), _set_verbose, "Say more: files read, codes of errors."),
        _flag(("--no-color",), _set_no_color, "Use no colour, as NO_COLOR=1 does."),
        _flag(("--debug",), _set_debug, "Show the way to an error, as MP_DEBUG=1 does."),
    ]


def _axis(name: str, shown: bool, help_text: str | None) -> click.Option:
    flag, usual = _AXES[name]
    return click.Option(
        [flag, f"--{name}"],
        metavar=_METAVARS[name],
        help=help_text or usual,
        hidden=not shown,
        expose_value=False,
        callback=_keep,
        shell_complete=suggest.AXES[name],
    )


def _flag(names: tuple[str, ...], callback: Callable[..., None], help_text: str) -> click.Option:
    return click.Option(names, is_flag=True, expose_value=False, callback=callback, help=help_text)


def _keep(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    call = ctx.find_object(Call)
    if value is not None and call is not None and param.name is not None:
        check = _CHECKS.get(param.name)
        setattr(call.line, param.name, check(value) if check else value)


def _set_quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    call = ctx.find_object(Call)
    if value and call is not None:
        call.console.quiet = True


def _set_verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    call = ctx.find_object(Call)
    if value and call is not None:
        call.line.verbose = True


def _set_no_color(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    call = ctx.find_object(Call)
    if value and call is not None:
        call.decline_colour()


def _set_debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    call = ctx.find_object(Call)
    if value and call is not None:
        call.line.debug = True


class Verb(click.Command):
    """A command that does something.

    Args:
        axes: The global options that mean something here. One of the others on the line is
            answered with a note, not dropped in silence.
        axis_helps: What they mean, where it is not the usual.
        examples: Lines to show at the end of the help.
    """

    def __init__(
        self,
        *args: Any,
        axes: Iterable[str] = (),
        axis_helps: dict[str, str] | None = None,
        examples: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("context_settings", HELP_OPTIONS)
        super().__init__(*args, **kwargs)
        self.axes = frozenset(axes)
        self.examples = tuple(examples)
        self.params += global_options(self.axes, axis_helps)

    def invoke(self, ctx: click.Context) -> Any:
        call = ctx.ensure_object(Call)
        call.check_line()
        self._note_unused(ctx, call)
        if call.line.verbose:
            call.console.note(f"configuration: {call.context.config.path}")
        return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"  {line}\n")

    def _note_unused(self, ctx: click.Context, call: Call) -> None:
        for name in _AXES:
            if name not in self.axes and getattr(call.line, name) is not None:
                call.console.note(f"--{name} means nothing to {ctx.command_path}; not used.")
