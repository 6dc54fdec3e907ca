"""The whole look: every check in its order, and what is safe to mend mended on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mixdesk.exceptions import MixdeskError
from mixdesk.ops.context import Context
from mixdesk.ops.doctor import (
    accounts,
    bridge,
    config,
    disks,
    environment,
    files,
    leftovers,
    network,
    programs,
    terminal,
)
from mixdesk.ops.doctor.finding import Finding, Found, worst_first
from mixdesk.ops.doctor.scene import Scene

# Files first: what is mended there can be read by those that come later.
_CHECKS: tuple[Callable[[Scene], Iterator[Found]], ...] = (
    files.check,
    disks.check,
    leftovers.check,
    config.check,
    environment.check,
    bridge.check,
    accounts.check,
    programs.check,
    terminal.check,
)


def examine(
    ctx: Context, *, fix: bool = False, asking: network.Network | None = None
) -> tuple[Finding, ...]:
    """Look at everything that may be wrong on this machine.

    Without ``fix`` nothing is changed, not even what any other reader would tidy up; with it, only
    what a finding names is.

    Args:
        ctx: Where the files are; see :func:`~mixdesk.ops.doctor.scene.context_for_looking`.
        fix: Mend what can be mended here and now.
        asking: How servers are asked; None asks none.

    Returns:
        What was found, the worst first.
    """
    scene = Scene(ctx)
    findings = [_mended(scene, found) if fix else found.finding for found in _look(scene, asking)]
    return worst_first(findings)


def _look(scene: Scene, asking: network.Network | None) -> Iterator[Found]:
    for check in _CHECKS:
        yield from check(scene)
    if asking is not None:
        yield from network.check(scene, asking)


def _mended(scene: Scene, found: Found) -> Finding:
    """Mend one thing; where that fails, the finding stays, with the reason."""
    finding, repair = found
    if repair is None:
        return finding
    try:
        fixed = repair()
    except OSError as error:
        return _failed(finding, error.strerror or str(error))
    except MixdeskError as error:
        return _failed(finding, error.summary)
    if fixed:
        scene.spoiled.discard(finding.subject)
    return finding._replace(fixed=fixed)


def _failed(finding: Finding, reason: str) -> Finding:
    return finding._replace(facts={**finding.facts, "failed": reason})
