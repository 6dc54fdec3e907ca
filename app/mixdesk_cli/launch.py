"""The one place of the command line that knows the app. Imported when the app is wanted."""

from __future__ import annotations

import os
import sys

from mixdesk.model.records import Problem
from mixdesk.ops.context import Context
from mixdesk_cli.call import Call
from mixdesk_cli.errors import INTERRUPTED
from mixdesk_tui.main import keymap_problems, run


def start_app(call: Call) -> int:
    """Run the app on this user's files.

    Returns:
        The exit code.
    """
    try:
        return show_app(call.context)
    except KeyboardInterrupt:  # the terminal is restored; a thread that waits would hold us up
        sys.stdout.flush()
        os._exit(INTERRUPTED)


def show_app(context: Context, banner: str | None = None) -> int:
    """Run the app.

    Args:
        context: The world it shows.
        banner: A line that says this is not the user's own world.

    Returns:
        The exit code.
    """
    return run(context, banner=banner) or 0


def app_problems(context: Context) -> tuple[Problem, ...]:
    """What is wrong with the user's own keys, which the app alone knows.

    Args:
        context: Where the files are.
    """
    return keymap_problems(context)
