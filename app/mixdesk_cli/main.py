"""The entry point of ``mp`` and ``mixdesk``: one command line as the whole of a process."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import TracebackType

from mixdesk_cli import process
from mixdesk_cli.errors import DONE, FAILED, INTERRUPTED


def run(argv: list[str] | None = None) -> int:
    """Run one command line as the whole of this process.

    Args:
        argv: The arguments without the program's name; the process's own when left out.

    Returns:
        The exit code.
    """
    argv = sys.argv[1:] if argv is None else argv
    process.forbid_core_dumps()
    process.open_what_is_closed()
    process.survive_any_text()
    if _is_prompt(argv):
        process.hurry()
    # Options end at "--": what comes after it belongs to the command of `mp exec`.
    options = argv[: argv.index("--")] if "--" in argv else argv
    if os.environ.get("MP_DEBUG") != "1" and "--debug" not in options:
        sys.excepthook = _admit_defect
    try:
        code = execute(argv, os.environ)
    except OSError as error:
        if error.errno not in process.UNWRITTEN:
            raise  # the core words what becomes of files: this one is a defect
        process.tell_unwritten(error)
        return _own_failure(argv)
    return process.hand_over_output(code)


def execute(argv: list[str], environ: Mapping[str, str]) -> int:
    """Run one command line; everything but what concerns the process as a whole.

    Args:
        argv: The arguments without the program's name.
        environ: The environment; it is only read.

    Returns:
        The exit code.
    """
    try:
        if _is_prompt(argv):
            from mixdesk_cli import prompt

            if prompt.print_quickly(argv[1:], environ):
                return DONE
        from mixdesk_cli import program

        return program.execute(argv, environ)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED


def _own_failure(argv: list[str]) -> int:
    from mixdesk_cli import program

    return program.own_code(argv, FAILED)


def _is_prompt(argv: list[str]) -> bool:
    """Whether a shell waits to show its prompt: then it goes without click."""
    return argv[:1] == ["prompt"]


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
