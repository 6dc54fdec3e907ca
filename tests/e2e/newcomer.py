"""Somebody new at a terminal: types commands, answers what is asked, agrees in the browser."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pexpect

from tests.core.sandbox import browsing
from tests.e2e.logging_in import go_back

ROOT = Path(__file__).parents[2]
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Newcomer:
    """Types commands into a shell.

    Args:
        home: Their home directory, where they get ``mp`` and a browser of their own.
    """

    def __init__(self, home: Path) -> None:
        programs = home / "bin"
        programs.mkdir()
        _program(programs / "mp", '-m mixdesk_cli "$@"')
        _program(programs / "browser", '-m tests.e2e.newcomer "$1"')
        path = f"{programs}:{os.environ['PATH']}"
        self.environ = {**os.environ, "PATH": path, "DISPLAY": ":0", "BROWSER": "browser"}

    def type(self, command: str, answers: Mapping[str, str]) -> tuple[int, str]:
        """Type a command, and an answer wherever a text comes up that asks for it.

        Returns:
            The exit code, and everything that was shown.
        """
        child: Any = pexpect.spawn(
            "bash",
            ["-c", command],
            env=self.environ,
            dimensions=(30, 120),
            encoding="utf-8",
            timeout=60,
        )
        child.delaybeforesend = None
        patterns = [pexpect.EOF, *map(re.escape, answers)]
        shown = ""
        while found := child.expect(patterns):
            shown += child.before + child.after
            child.send(list(answers.values())[found - 1])
        child.wait()
        child.close()
        text = _SEQUENCE.sub("", shown + child.before).replace("\r\n", "\n")
        return (child.exitstatus if child.signalstatus is None else -child.signalstatus), text


def _program(place: Path, arguments: str) -> None:
    paths = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    place.write_text(f"#!/bin/sh\nPYTHONPATH='{paths}' exec {sys.executable} {arguments}\n")
    place.chmod(0o755)


if __name__ == "__main__":
    go_back(browsing.log_in(sys.argv[1]))
