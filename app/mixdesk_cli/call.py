"""One call of the program: what the line and the environment ask for, and what verbs use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import click

from mixdesk.exceptions import ConfigError
from mixdesk.ops.context import Context
from mixdesk_cli.console import Console


class Line:
    """The global options as typed, before or after the verb; the later one wins."""

    def __init__(self) -> None:
        self.account: str | None = None
        self.project: str | None = None
        self.workspace: int | None = None
        self.target: str | None = None
        self.verbose = False

    @property
    def chooses(self) -> bool:
        """Whether it says anything about who to be."""
        chosen = (self.account, self.project, self.workspace, self.target)
        return chosen != (None, None, None, None)


class Selection(NamedTuple):
    """Who a verb shall act as: what was typed, else ``MP_ACCOUNT`` or ``MP_TARGET``."""

    account: str | None = None
    project: str | None = None
    workspace: int | None = None
    target: str | None = None
    account_origin: str = "--account"
    target_origin: str = "--target"


class Call:
    """What every verb is handed.

    Args:
        environ: The environment, the process's own or a private one.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
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


def select(line: Line, environ: Mapping[str, str]) -> Selection:
    """Combine the line with ``MP_ACCOUNT`` and ``MP_TARGET``.

    A flag on the line discards a variable that contradicts it.

    Args:
        line: What was typed.
        environ: Where the two variables are looked up.

    Raises:
        ConfigError: Both variables are set and the line does not choose between them.
    """
    if line.target is not None:
        return Selection(target=line.target)
    account = environ.get("MP_ACCOUNT") or None
    target = environ.get("MP_TARGET") or None
    if target and not line.chooses:
        if account:
            raise ConfigError(
                f"MP_ACCOUNT={account} and MP_TARGET={target} contradict each other.",
                hint="Unset one of them, or say on the line whom you mean: -a or -t",
                details={"variables": ["MP_ACCOUNT", "MP_TARGET"]},
            )
        return Selection(target=target, target_origin="MP_TARGET")
    return Selection(
        account=account if line.account is None else line.account,
        project=line.project,
        workspace=line.workspace,
        account_origin="MP_ACCOUNT" if line.account is None else "--account",
    )


pass_call = click.make_pass_decorator(Call)
"""Hands a verb the :class:`Call` as its first argument."""
