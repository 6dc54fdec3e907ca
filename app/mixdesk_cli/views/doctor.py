"""What ``mp doctor`` found, in each format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from mixdesk.model.text import clean
from mixdesk.ops.doctor.finding import Finding
from mixdesk_cli.console import paint
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Table, cells
from mixdesk_cli.views.doctor_words import next_step, sentence

FIELDS = ("topic", "code", "severity", "subject", "summary", "next", "can_fix", "fixed")

_PLAIN = ("severity", "topic", "code", "subject", "summary", "next", "fixed")

_STYLES = {"ok": "green", "fixed": "green", "note": "dim", "warning": "yellow", "error": "red"}
_LABEL = 7
_INDENT = _LABEL + 4
_NARROWEST = 30
_LONGEST = 2000


def record(finding: Finding, now: float) -> Record:
    """A finding for JSON. The keys are a promise: ``docs/cli.md``."""
    facts = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in finding.facts.items()
    }
    return {**_row(finding, now), "facts": facts}


def answer(findings: Sequence[Finding], now: float) -> Answer:
    """The answer of ``mp doctor`` for programs.

    Args:
        findings: What was found.
        now: The time, in seconds since the epoch.
    """
    return Answer(
        data=[record(each, now) for each in findings],
        rows=[_row(each, now) for each in findings],
        fields=FIELDS,
        plain=_PLAIN,
        table=lambda: Table(()),  # for eyes there is text: a command must not be cut
    )


def text(
    findings: Iterable[Finding], now: float, *, width: int, colour: bool, verbose: bool = False
) -> str:
    """What was found, for eyes: by topic, each with its next command on a line of its own.

    Args:
        findings: What was found, in the order to show it.
        now: The time, in seconds since the epoch.
        width: Columns there are. Sentences are wrapped; commands are left whole, to be copied.
        colour: Whether styles are used.
        verbose: Whether codes are shown.
    """
    blocks = []
    for topic, group in groupby(findings, key=lambda finding: finding.topic):
        lines = [paint(topic, "bold", colour)]
        for each in group:
            lines += _lines(each, now, width, colour, verbose)
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _lines(finding: Finding, now: float, width: int, colour: bool, verbose: bool) -> Iterator[str]:
    label = "fixed" if finding.fixed else finding.severity
    said = clean(sentence(finding, now), _LONGEST)
    first, *rest = _wrapped(f"{said} [{finding.code}]" if verbose else said, width - _INDENT)
    mark = paint(label, _STYLES[label], colour) + " " * (_LABEL - len(label))
    yield f"  {mark}  {first}"
    for line in rest:
        yield " " * _INDENT + line
    step = next_step(finding, now)
    if step:
        yield " " * (_INDENT + 2) + clean(step, _LONGEST)


def _wrapped(said: str, width: int) -> list[str]:
    """Break a sentence between words; a word that is too long, such as a path, stays whole."""
    width = max(width, _NARROWEST)
    lines = [""]
    for word in said.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and cells(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _row(finding: Finding, now: float) -> dict[str, Any]:
    return {
        "topic": finding.topic,
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "summary": sentence(finding, now),
        "next": next_step(finding, now),
        "can_fix": finding.can_fix,
        "fixed": finding.fixed,
    }
