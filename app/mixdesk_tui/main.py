"""Where the app starts."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from mixdesk_tui import themes
from mixdesk_tui.services import Services
from mixdesk_tui.terminal import mend

if TYPE_CHECKING:
    from mixdesk.model.records import Problem
    from mixdesk.ops.context import Context
    from mixdesk_tui.app import MixdeskApp

NO_TERMINAL = "The app needs a terminal. For scripts: mp session, mp account list, mp --help"
DUMB_TERMINAL = "This terminal (TERM=dumb) cannot show the app. Instead: mp session, mp --help"


def run(ctx: Context, *, banner: str | None = None) -> int:
    """Run the app until the user leaves it.

    Args:
        ctx: The world it shows.
        banner: A line in the header that says this is not the user's own world.

    Returns:
        The exit code: 0 when the user left, 1 without a terminal or after a crash.
    """
    refusal = why_not(ctx.environ.get("TERM", ""))
    if refusal is not None:
        sys.stderr.write(f"{refusal}\n")
        return 1
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    mend(0)
    app = _show(ctx, banner)
    while app.wants_demo and not app.return_code:
        look_around(ctx.environ)
        app = _show(ctx, banner)
    return app.return_code or 0


def keymap_problems(ctx: Context) -> tuple[Problem, ...]:
    """Return what is wrong with the user's own keys.

    Args:
        ctx: Where the files are.
    """
    return Services.from_context(ctx).keymap().problems


def look_around(environ: Mapping[str, str]) -> None:
    """Run the demo in a process of its own, on this terminal, until the user leaves it.

    Args:
        environ: Its environment.
    """
    demo = (sys.executable, "-P", "-m", "mixdesk_cli", "demo")
    subprocess.run(demo, env=dict(environ), check=False)


def _show(ctx: Context, banner: str | None) -> MixdeskApp:
    """Run the app once and return it."""
    gc.disable()  # until the app is up: what is made at the start is there to stay
    services = Services.from_context(ctx)
    preferences = services.preferences()
    overview = services.read()
    from mixdesk_tui.app import MixdeskApp

    theme = themes.by_preference(
        preferences.theme,
        no_color=services.no_color,
        colorfgbg=ctx.environ.get("COLORFGBG", ""),
    )
    mouse = preferences.mouse
    app = MixdeskApp(services, overview, theme=theme, banner=banner or "", has_mouse=mouse)
    try:
        _run(app, mouse)
    finally:
        app.take_back()
    return app


def _run(app: MixdeskApp, mouse: bool) -> None:
    """Run the app to its end, and what it is still saving then to its own.

    Raises:
        KeyboardInterrupt: Somebody did not want to wait for that.
    """
    with asyncio.Runner() as runner:
        if not runner.run(_to_its_end(app, mouse)):
            raise KeyboardInterrupt


async def _to_its_end(app: MixdeskApp, mouse: bool) -> bool:
    """Run the app and wait for its threads; say whether they ended before somebody interrupted.

    That is no exception out of nowhere: one that comes while garbage is collected is lost.
    """
    loop, threads, ended = asyncio.get_running_loop(), ThreadPoolExecutor(), asyncio.Event()
    loop.set_default_executor(threads)
    await app.run_async(mouse=mouse)

    def end() -> None:
        threads.shutdown()
        with suppress(RuntimeError):  # the loop is closed: nobody has waited
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=end, daemon=True).start()
    either = [asyncio.create_task(each.wait()) for each in (ended, app.interrupted)]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not ended.is_set():
        loop.set_default_executor(ThreadPoolExecutor())  # the runner would wait for the others
    return ended.is_set()


def why_not(term: str) -> str | None:
    """Return why the app cannot run here, or None when it can."""
    if not (os.isatty(0) and os.isatty(1)):
        return NO_TERMINAL
    return DUMB_TERMINAL if term == "dumb" else None
