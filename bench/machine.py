"""A home directory of its own on the disk of this checkout, and processes started in it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MP = Path(sys.executable).with_name("mp")
"""The command line as it is installed beside this Python."""

_KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@contextmanager
def home() -> Iterator[Path]:
    """An empty home directory; on the disk of the checkout, because /tmp may be memory."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=cache) as directory:
        yield Path(directory)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a child sees: nothing of the caller's accounts, bytecode that may be kept on disk."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if "PYTHONPATH" in kept:  # the children have other working directories
        kept["PYTHONPATH"] = os.pathsep.join(
            os.path.abspath(part) for part in kept["PYTHONPATH"].split(os.pathsep) if part
        )
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", **more}


@contextmanager
def as_user_of(home: Path) -> Iterator[None]:
    """Let this very process live in a home directory, as the public functions look it up."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment(home))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def write_config(home: Path, accounts: int) -> Path:
    """A ``config.toml`` with that many accounts, each with a target."""
    lines = ["[active]", 'account = "a00000"', ""]
    for number in range(accounts):
        lines += [
            f"[accounts.a{number:05}]",
            'type = "service_account"',
            'region = "us"',
            f'default_project = "{1000 + number}"',
            f'username = "robot-{number}.mp-service-account"',
            f'secret = "made-up-{number}"',
            "",
        ]
    for number in range(accounts):
        lines += [
            f"[targets.t{number:05}]",
            f'account = "a{number:05}"',
            f'project = "{2000 + number}"',
            f"workspace = {number + 1}",
            "",
        ]
    path = home / ".mp" / "config.toml"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text("\n".join(lines))
    path.chmod(0o600)
    return path


def cold(argv: list[str], environ: dict[str, str]) -> float:
    """How long a program takes from its start to its end, in seconds.

    Raises:
        RuntimeError: It failed; a failure may be fast.
    """
    unread = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, environ, file_actions=unread)
    _, status = os.waitpid(pid, 0)
    taken = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{' '.join(argv)} failed: {os.waitstatus_to_exitcode(status)}")
    return taken
