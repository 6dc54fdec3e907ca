"""A command line in a world of its own: an empty home and a private environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mixdesk_cli.main import execute


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class World:
    """Runs command lines in this process.

    ``environ`` may be changed by a test before it calls.
    """

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.config = home / ".mp" / "config.toml"
        self.environ = {"HOME": str(home), "TERM": "xterm-256color"}
        self._capture = capture

    def write(self, text: str) -> None:
        self.config.parent.mkdir(mode=0o700, exist_ok=True)
        self.config.write_text(text)
        self.config.chmod(0o600)

    def __call__(self, *argv: str) -> Ended:
        self._capture.readouterr()
        code = execute(list(argv), self.environ)
        out, err = self._capture.readouterr()
        return Ended(code, out, err)
