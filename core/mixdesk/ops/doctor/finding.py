"""What a look at the machine found: a code with its facts, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from mixdesk.model.text import clean

Severity = Literal["ok", "note", "warning", "error"]
"""``note``: worth knowing. ``warning``: will surprise. ``error``: something does not work."""

Topic = Literal[
    "files",
    "leftovers",
    "config",
    "environment",
    "bridge",
    "accounts",
    "programs",
    "terminal",
    "network",
]

TOPICS: tuple[Topic, ...] = (
    "files",
    "leftovers",
    "config",
    "environment",
    "bridge",
    "accounts",
    "programs",
    "terminal",
    "network",
)

Fact = str | int | float | None | tuple[str, ...]

_WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "note", "ok")
_LONGEST = 1000


class Finding(NamedTuple):
    """One thing that was looked at. It carries facts, never a secret; its texts are clean."""

    topic: Topic
    code: str
    """Stable name of what it is, such as ``open_to_others``."""
    severity: Severity
    subject: str
    """What it is about: a path, a variable, an account, a host."""
    facts: Mapping[str, Fact]
    can_fix: bool = False
    """Whether it can be mended here and now."""
    fixed: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether something is left to be mended."""
        return self.severity in ("warning", "error") and not self.fixed


class Found(NamedTuple):
    """A finding, with what mends it where that is safe."""

    finding: Finding
    repair: Callable[[], bool] | None = None
    """Mends this one thing and nothing else; returns whether it is mended.

    May raise ``OSError`` and errors of ours.
    """


def found(
    topic: Topic,
    code: str,
    severity: Severity,
    subject: str,
    repair: Callable[[], bool] | None = None,
    /,
    **facts: Fact,
) -> Found:
    """Make a finding, with its texts made safe to show."""
    kept = {name: _clean(value) for name, value in facts.items()}
    can_fix = repair is not None
    finding = Finding(topic, code, severity, clean(subject, _LONGEST), kept, can_fix=can_fix)
    return Found(finding, repair)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: the topic with the worst of them first, and within it the worst first."""
    findings = tuple(findings)
    worst = dict.fromkeys(TOPICS, len(_WORST_FIRST))
    for each in findings:
        worst[each.topic] = min(worst[each.topic], _rank(each))
    return tuple(
        sorted(
            findings,
            key=lambda each: (worst[each.topic], TOPICS.index(each.topic), _rank(each)),
        )
    )


def _rank(finding: Finding) -> int:
    """How bad it is; what has been mended is a note by now."""
    return _WORST_FIRST.index("note" if finding.fixed else finding.severity)


def _clean(value: Fact) -> Fact:
    if isinstance(value, str):
        return clean(value, _LONGEST)
    return tuple(clean(each) for each in value) if isinstance(value, tuple) else value
