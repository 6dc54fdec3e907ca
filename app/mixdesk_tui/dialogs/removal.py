"""Removing an account: what goes, what breaks, and what can be done about that first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.reactive import reactive
from textual.widget import Widget

from mixdesk.model.records import AccountRow
from mixdesk_tui.commands.base import Command
from mixdesk_tui.commands.dialogs import REMOVAL, LogOutFirst, TakeTargets
from mixdesk_tui.commands.frame import Undo
from mixdesk_tui.dialogs.base import Dialog, note
from mixdesk_tui.phrases import listed
from mixdesk_tui.spans import Line, Span, crop, safe
from mixdesk_tui.widgets.line_view import LineView
from mixdesk_tui.widgets.reading import Reading


class Removal(NamedTuple):
    """What goes beside the account itself."""

    with_targets: bool = False
    log_out: bool = False
    """Whether Mixpanel is told first."""


class Losses(NamedTuple):
    """All that a removal is about."""

    row: AccountRow
    protected: frozenset[str] = frozenset()
    """Those of its targets that are protected: they are never taken along."""

    @property
    def open_targets(self) -> tuple[str, ...]:
        """Those of its targets that can be taken along."""
        return tuple(name for name in self.row.targets if name not in self.protected)


class RemovalDialog(Dialog[Removal | None]):
    """Asks, and answers None when nothing shall be removed.

    Args:
        losses: What is about to go.
    """

    BINDINGS = REMOVAL
    choice: reactive[Removal] = reactive(Removal(), init=False)

    def __init__(self, losses: Losses) -> None:
        super().__init__(f"Remove account {safe(losses.row.name)}?", tone="warning")
        self._losses = losses

    def body(self) -> Iterable[Widget]:
        yield Reading(LineView(self._lines, id="losses"))

    def watch_choice(self) -> None:
        self.query_one("#losses", LineView).show(self._lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_targets":
            return bool(self._losses.open_targets)
        if action == "log_out_first":
            return bool(self._losses.row.has_tokens)
        return True

    def action_take_targets(self) -> None:
        self.choice = self.choice._replace(with_targets=not self.choice.with_targets)

    def action_log_out_first(self) -> None:
        self.choice = self.choice._replace(log_out=not self.choice.log_out)

    def action_answer_yes(self) -> None:
        self.dismiss(self.choice)

    def action_answer_no(self) -> None:
        self.dismiss(None)

    def _lines(self, room: int) -> Sequence[Line]:
        return loss_lines(self._losses, self.choice, room)


def loss_lines(losses: Losses, choice: Removal, room: int) -> list[Line]:
    """Return what a removal means, and what can be chosen."""
    row = losses.row
    home = f", and its home project {_project(row)}" if row.default_project else ""
    lines = note(f"Its credentials on this machine go{home}.", room)
    if row.is_active:
        lines += note("It is the active account: nobody is active afterwards.", room, "warning")
    lines += _targets(losses, choice, room)
    if row.has_tokens:
        lines += _login(choice, room)
        lines.append(_check(LogOutFirst, "log out there first", choice.log_out, room))
    back = f"{Undo.key_words()} brings it back until you leave mixdesk"
    back += ", logged out." if choice.log_out else ", with its files."
    return [*lines, (), *note(back, room, "muted"), ()]


def _login(choice: Removal, room: int) -> list[Line]:
    if choice.log_out:
        return note("Mixpanel is told, and its login ends there.", room)
    return note("Its login stays good at Mixpanel until it ends.", room, "warning")


def _targets(losses: Losses, choice: Removal, room: int) -> list[Line]:
    targets, all_of_them = losses.open_targets, losses.row.targets
    kept = [name for name in all_of_them if name in losses.protected]
    broken = kept if choice.with_targets else all_of_them
    lines: list[Line] = []
    if choice.with_targets:
        lines += note(f"{_count(targets)} less: {listed(targets)}", room)
    if broken:
        lines += note(f"{_count(broken)} would be broken: {listed(broken)}", room, "warning")
    if targets:
        others = f"; {listed(kept, 3)}: protected, not removed" if kept else ""
        label = f"remove {'it' if len(all_of_them) == 1 else 'them'} too{others}"
        lines.append(_check(TakeTargets, label, choice.with_targets, room))
    return lines


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} target{'' if len(names) == 1 else 's'}"


def _project(row: AccountRow) -> str:
    project = safe(row.default_project or "")
    return f"{safe(row.project_name)} {project}" if row.project_name else project


def _check(command: type[Command], label: str, is_on: bool, room: int) -> Line:
    """A choice that is made by its key, or with the mouse."""
    run = command.call()
    box = "[x]" if is_on else "[ ]"
    line = (
        Span("     "),
        Span(command.key_words(), "key", run),
        Span(f"  {box} ", "strong" if is_on else "", run),
        Span(label, "strong" if is_on else "", run),
    )
    return crop(line, room)
