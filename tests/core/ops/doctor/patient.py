"""A machine on which nothing is wrong, until a test breaks one thing."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from mixdesk.ops.doctor import Finding, context_for_looking, examine
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.files import Place, write_file
from tests.core.ops import world
from tests.core.ops.world import Stopped, World

CONFIG = f"""{world.CONFIG}
[settings]
custom_header = {{ name = "X-One", value = "1" }}
""".replace('region = "in"\n', 'region = "in"\ndefault_project = "33"\n')

CLIENT = ClientEntry("c", "eu", "http://localhost", "s", "2026-01-01T00:00:00Z")

OURS = "#!/usr/bin/python3\nfrom mixdesk_cli.main import run\nrun()\n"

Tree = Mapping[str, tuple[int, bytes, int]]
"""Per path: mode, content (of a link, where it leads), time of the last change in ns."""


class Patient:
    """Breaks, looks, mends and compares.

    Args:
        machine: An empty home directory.
    """

    def __init__(self, machine: World) -> None:
        self.world = machine
        self.home = machine.home
        self.root = machine.home / ".mp"
        self.environ = machine.environ
        machine.write_config(CONFIG)
        machine.write_tokens("ana")
        for name in ("team", "ana"):
            machine.write_me(name)
            machine.write_status(name, "ok")
        storage = machine.ctx.storage
        write_client(storage.account("ana", "client.json"), CLIENT)
        write_client(storage.region_client("eu"), CLIENT)
        machine.protect("home")
        machine.ctx.config.set_active(account="ana")
        machine.ctx.config.set_active(account="team", workspace=71)
        for name in ("mp", "mixdesk"):
            self.program(name, OURS)
        self.environ |= {
            "CI_TOKEN": "t",
            "PATH": str(self.home / "bin"),
            "TERM": "xterm-256color",
            "DISPLAY": ":0",
        }
        self.program("xclip", "")

    def program(self, name: str, text: str, directory: str = "bin") -> Path:
        """Put a program where ``PATH`` may lead."""
        path = self.home / directory / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text)
        path.chmod(0o700)
        return path

    def look(self, *, fix: bool = False) -> tuple[Finding, ...]:
        """Look at everything but the network."""
        ctx = context_for_looking(self.environ, Stopped())
        return examine(ctx, fix=fix)

    def told(self, *, fix: bool = False) -> list[Finding]:
        """What is told, apart from what is well."""
        return [each for each in self.look(fix=fix) if each.severity != "ok"]

    def the(self, code: str, *, fix: bool = False) -> Finding:
        """The one finding of a code."""
        (finding,) = (each for each in self.look(fix=fix) if each.code == code)
        return finding

    def tree(self) -> Tree:
        """All that lies in the home directory."""
        found = {}
        for path in (self.home, *self.home.rglob("*")):
            status = path.lstat()
            found[str(path)] = (status.st_mode, _content(path, status), status.st_mtime_ns)
        return found

    def changed(self, before: Tree) -> dict[str, tuple[str, ...]]:
        """What has changed since: per path, whether it came, went, or which part is another."""
        after = self.tree()
        changes: dict[str, tuple[str, ...]] = {}
        for path in before.keys() | after.keys():
            if path not in after:
                changes[path] = ("went",)
            elif path not in before:
                changes[path] = ("came",)
            else:
                pairs = zip(("mode", "content", "time"), before[path], after[path], strict=True)
                parts = tuple(part for part, old, new in pairs if old != new)
                is_directory = stat.S_ISDIR(after[path][0])
                parts = tuple(part for part in parts if part != "time" or not is_directory)
                if parts:
                    changes[path] = parts
        return changes

    def leave_unfinished(self, path: Path, *, number: int = 1) -> Path:
        """Leave what a writer of ``path`` that was killed leaves."""
        left = path.with_name(f".{path.name}.{number}-0123456789ab.tmp")
        write_file(Place(str(left), str(left.parent)), b"half")
        return left


def _content(path: Path, status: os.stat_result) -> bytes:
    if stat.S_ISLNK(status.st_mode):
        return os.readlink(path).encode()
    return path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
