"""A program that logs in by the public call, and says on stdout how that ended.

Arguments: how it calls (``plain``, ``in a loop``, ``in a picker``) and its ports.
"""

from __future__ import annotations

import asyncio
import sys
import threading

import mixdesk as mp
from mixdesk.login.events import Event, UrlReady, Waiting
from mixdesk.ops import login as ops


def hear(event: Event) -> None:
    if isinstance(event, UrlReady):
        say(event.url)
    if isinstance(event, Waiting):
        say("waiting")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def pick(me: mp.MeResponse, projects: list[tuple[str, mp.MeProjectInfo]]) -> str:
    say("picking")
    return sys.stdin.readline().strip()


def log_in() -> None:
    mp.accounts.login_unified(name="acme", no_browser=True, project_picker=pick, on_event=hear)


async def program() -> None:
    log_in()


def main() -> None:
    how, *ports = sys.argv[1:]
    vars(ops)["PORTS"] = tuple(int(port) for port in ports)
    try:
        if how == "in a loop":
            asyncio.run(program())
        else:
            log_in()
    except KeyboardInterrupt:
        threads = [thread.name for thread in threading.enumerate() if not thread.daemon]
        say(f"interrupted, {threads}")
        sys.exit(130)
    say("done")


if __name__ == "__main__":
    main()
