"""``mp login`` as a process of its own, and somebody with a browser elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from tests.core.sandbox.asking import plain_http

MP = [sys.executable, "-m", "mixdesk_cli"]
PATIENCE = 60.0


class Running:
    """A command line in pipes, whose stderr is read as it comes, and no further."""

    def __init__(self, line: str, environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [*MP, *line.split()],
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self.err = b""

    def url(self) -> str:
        """The address that it shows, as soon as it is there."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.err += line
            found = re.fullmatch(rb"\s*(http://\S+/authorize/\?\S+)\n", line)
            if found:
                return found[1].decode()
        raise AssertionError(f"no address: {self.err.decode()}")

    def end(self) -> tuple[int, str, str]:
        """Wait for the end: the exit code, and all that was written."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), (self.err + err).decode()


@contextmanager
def running(line: str, **environ: str) -> Iterator[Running]:
    """Run a command line; whatever happens, it has ended afterwards."""
    one = Running(line, environ)
    with one.process:
        try:
            yield one
        finally:
            if one.process.poll() is None:
                one.process.kill()


def go_back(location: str) -> None:
    """Open the address that a browser on this machine is sent back to."""
    with plain_http() as http, suppress(httpx.HTTPError):
        http.get(location)
