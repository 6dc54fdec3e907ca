"""One call of the program: what the line and the environment ask for, and what verbs use."""

from __future__ import annotations

from collections.abc import Mapping

import click

from mixdesk.ops.context import Context
from mixdesk_cli.console import Console
from mixdesk_cli.selection import Line as Line
from mixdesk_cli.selection import Selection as Selection
from mixdesk_cli.selection import select as select


class Call:
    """What every verb is handed.

    Args:
        environ: The environment, the process's own or a private one.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.given = environ
        """The environment as it is; ``environ`` may differ by what the line says of colour."""
        self.environ = environ
        self.console = Console(environ)
        self.line = Line()
        self._context: Context | None = None

    @property
    def context(self) -> Context:
        """The world the core works in; made when first asked for."""
        if self._context is None:
            self._context = Context.from_environment(self.environ)
        return self._context

    def decline_colour(self) -> None:
        """Go on as if ``NO_COLOR`` were set."""
        self.environ = self.console.environ = {**self.environ, "NO_COLOR": "1"}

    def selection(self) -> Selection:
        """Whom the line and the environment together choose (see :func:`select`)."""
        return select(self.line, self.environ)

    def check_line(self) -> None:
        """Refuse ``--target`` together with what it stands for.

        Raises:
            click.UsageError: The line contradicts itself.
        """
        line = self.line
        others = {"-a": line.account, "-p": line.project, "-w": line.workspace}
        given = [flag for flag, value in others.items() if value is not None]
        if line.target is not None and given:
            raise click.UsageError(f"-t is instead of {' and '.join(given)}, not beside.")


pass_call = click.make_pass_decorator(Call)
"""Hands a verb the :class:`Call` as its first argument."""
