"""Whom a command line asks for. No click here: ``mp prompt`` does without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mixdesk.exceptions import ConfigError


class Line:
    """The global options as typed, before or after the verb; the later one wins."""

    def __init__(self) -> None:
        self.account: str | None = None
        self.project: str | None = None
        self.workspace: int | None = None
        self.target: str | None = None
        self.verbose = False
        self.debug = False

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
