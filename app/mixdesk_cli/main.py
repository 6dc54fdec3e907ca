"""The entry point of ``mp`` and ``mixdesk``: what surrounds a verb.

Errors become a sentence and an exit code, an interrupt 130, a reader that has left silence.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from collections.abc import Mapping
from types import TracebackType

import click

from mixdesk.exceptions import MixdeskError
from mixdesk_cli.call import Call
from mixdesk_cli.errors import DONE, FAILED, INTERRUPTED, USAGE, exit_code, next_step
from mixdesk_cli.root import cli


def run(argv: list[str] | None = None) -> int:
    """Run one command line as the whole of this process.

    Args:
        argv: The arguments without the program's name; the process's own when left out.

    Returns:
        The exit code.
    """
    _forbid_core_dumps()
    _open_what_is_closed()
    _survive_any_text()
    if os.environ.get("MP_DEBUG") != "1":
        sys.excepthook = _admit_defect
    try:
        code = execute(sys.argv[1:] if argv is None else argv, os.environ)
    except BrokenPipeError:
        # An error that could not even be told: stderr is gone too.
        _forget_output()
        return FAILED
    return _hand_over_output(code)


def execute(argv: list[str], environ: Mapping[str, str]) -> int:
    """Run one command line; everything but what concerns the process as a whole.

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
        return stop.exit_code
    except click.ClickException as error:
        call.console.error(error.format_message(), _usage_hint(error))
        return USAGE
    except MixdeskError as error:
        _report(call, error)
        return exit_code(error)
    except BrokenPipeError:
        _forget_output()
        return DONE
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED


def _report(call: Call, error: MixdeskError) -> None:
    call.console.error(error.summary, next_step(error))
    if call.line.verbose:
        call.console.note(f"code {error.code}")
    if call.environ.get("MP_DEBUG") == "1":
        # Python's own traceback: frames and lines, no values of variables.
        sys.__excepthook__(type(error), error, error.__traceback__)


def _usage_hint(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.ctx.get_usage()}\nMore: {error.ctx.command_path} --help"
    return "More: mp --help"


def _forbid_core_dumps() -> None:
    """A crash shall not leave the memory, secrets included, in a file."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _open_what_is_closed() -> None:
    """A file that is opened later shall not get the number of a standard stream."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _survive_any_text() -> None:
    """A terminal that cannot show a letter gets its number, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _admit_defect(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say that this is our fault, and where; no traceback, no text of unknown content."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = os.path.basename(trace.tb_frame.f_code.co_filename)
        place = f" at {file}:{trace.tb_lineno}"
    sys.stderr.write(
        f"error: mixdesk has a defect: {kind.__name__}{place}\n"
        "  MP_DEBUG=1 before the command shows the way to it.\n"
    )


def _hand_over_output(code: int) -> int:
    """Write what is still in the buffers, while there is somebody to report to."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        _forget_output()
        sys.stderr.write(f"error: The output could not be written: {error.strerror}.\n")
        return code or FAILED
    return code


def _forget_output() -> None:
    """Point stdout to nowhere, so that the interpreter's last flush does not fail too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
