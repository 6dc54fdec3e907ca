"""Draws the pictures of the README from the app itself, on the demo's data and a fixed clock.

``python -m screenshots.draw`` writes them; with ``--check`` it only compares, and fails when one
is not what the app looks like.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from mixdesk.ops import accounts, targets
from mixdesk.ops.context import Context
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.services import Services
from tests.app.driving import driven, press, stand_still

HERE = Path(__file__).parent
SIZE = (110, 26)
NOW = 1_790_000_000.0
KEYS = {
    "status": ("1",),
    "accounts": ("2",),
    "targets": ("3", "j"),
    "projects": ("4", "slash", "s", "t", "a"),
    "login": ("2", "n"),
    "commands": ("ctrl+p", "e", "u"),
}
"""What leads to each picture."""
BESIDES = {"status": {"MP_PROJECT_ID": "3018488"}}
"""What is in the environment for it: Status says what a variable hides."""


class StandingClock:
    """A clock that shows what it was set to."""

    def __init__(self, now: float) -> None:
        self.time = now

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.time

    def monotonic(self) -> float:
        """The same: nothing waits here."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.time += seconds


def main() -> int:
    """Draw all pictures, or compare them.

    Returns:
        0, or 1 when ``--check`` found one that is not up to date.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check: bool = parser.parse_args().check
    os.environ.pop("NO_COLOR", None)  # the pictures have colours, whoever draws them
    with pytest.MonkeyPatch.context() as patch:
        stand_still(patch)
        drawn = asyncio.run(pictures())
    stale = {path: svg for path, svg in drawn.items() if is_stale(path, svg)}
    names = ", ".join(path.name for path in stale)
    if check and stale:
        print(f"not what the app looks like: {names}. Draw anew: make screenshots")
        return 1
    for path, svg in stale.items():
        path.write_text(svg, encoding="utf-8")
    print(f"drew {names}" if stale else "every picture is what the app looks like")
    return 0


def is_stale(path: Path, svg: str) -> bool:
    """Whether the picture in the file is another one."""
    return not path.exists() or path.read_text(encoding="utf-8") != svg


async def pictures() -> dict[Path, str]:
    """Return every picture by the file it belongs in."""
    drawn: dict[Path, str] = {}
    for theme in (themes.DARK, themes.LIGHT):
        tone = themes.WORDS[theme.name]
        for screen, keys in KEYS.items():
            variables = BESIDES.get(screen, {})
            drawn[HERE / f"{screen}-{tone}.svg"] = await picture(theme.name, keys, variables)
    return drawn


async def picture(theme: str, keys: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """Return one screen as SVG, as it is with some variables set."""
    with tempfile.TemporaryDirectory() as directory:
        services = made_up_world(Path(directory), variables)
        app = MixdeskApp(services, services.read(), theme=theme)
        async with driven(app, SIZE) as pilot:
            await press(pilot, *keys)
            svg = app.export_screenshot(title="mixdesk")
    # The id that keeps two pictures on one page apart is made from the text; a name will do.
    return re.sub(r"\bterminal-\d+-", "terminal-", svg) + "\n"


def made_up_world(root: Path, variables: Mapping[str, str]) -> Services:
    """Return the services of the demo's files, after a little use of them."""
    clock = StandingClock(NOW)
    seed(root, clock=clock)
    environ = {
        "HOME": str(root),
        "MP_CONFIG_PATH": str(root / "config.toml"),
        "MP_STORAGE_DIR": str(root),
        **ENVIRONMENT,
    }
    use_it_a_little(Context.from_environment(environ, clock=clock, directory=None), clock)
    environ |= variables
    context = Context.from_environment(environ, clock=clock, directory=None)
    return replace(Services.from_context(context), zone=UTC)


def use_it_a_little(context: Context, clock: StandingClock) -> None:
    """Leave some recent activity."""
    clock.time = NOW - 26 * 3600
    accounts.use_account(context, "acme-eu")
    clock.time = NOW - 540
    targets.use_target(context, "ecom")
    clock.time = NOW - 120
    targets.use_target(context, "ai-demo")
    clock.time = NOW


if __name__ == "__main__":
    sys.exit(main())
