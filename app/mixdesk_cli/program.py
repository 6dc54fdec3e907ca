"""One command line, from its words to its exit code: verbs run, errors become a sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click

from mixdesk.exceptions import MixdeskError
from mixdesk_cli.call import Call
from mixdesk_cli.errors import DONE, NOT_RUN, USAGE, exit_code, next_step
from mixdesk_cli.process import forget
from mixdesk_cli.root import cli


def execute(argv: list[str], environ: Mapping[str, str]) -> int:
    """Run one command line.

    Args:
        argv: The arguments without the program's name.
        environ: The environment; it is only read.

    Returns:
        The exit code.
    """
    call = Call(environ)
    try:
        with cli.make_context("mp", list(argv), obj=call) as ctx:
            result = cli.invoke(ctx)
        return result if isinstance(result, int) else DONE
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        call.console.error(error.format_message(), _usage_hint(error))
        code = USAGE
    except MixdeskError as error:
        _report(call, error)
        code = exit_code(error)
    except BrokenPipeError:
        forget(sys.stdout)
        code = DONE
    return own_code(argv, code)


def own_code(argv: list[str], code: int) -> int:
    """The code for what we fail with ourselves.

    That of ``mp exec`` must not look like an answer of the command that it runs.
    """
    return NOT_RUN if code != DONE and _verb_of(argv) == "exec" else code


def _verb_of(argv: list[str]) -> str | None:
    """The first word that is neither an option of every verb nor the value of one."""
    takes_value = {
        name
        for option in cli.params
        if isinstance(option, click.Option) and not option.is_flag
        for name in option.opts
    }
    words = iter(argv)
    for word in words:
        if not word.startswith("-"):
            return word
        if word in takes_value:
            next(words, None)
    return None


def _report(call: Call, error: MixdeskError) -> None:
    call.console.error(error.summary, next_step(error))
    if call.line.verbose:
        call.console.note(f"code {error.code}")
    if call.line.debug or call.environ.get("MP_DEBUG") == "1":
        # Python's own traceback: frames and lines, no values of variables.
        sys.__excepthook__(type(error), error, error.__traceback__)


def _usage_hint(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.ctx.get_usage()}\nMore: {error.ctx.command_path} --help"
    return "More: mp --help"
