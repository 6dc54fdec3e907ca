"""A change as it was made: enough of before and after to take it back. It lives in memory only.

Files and texts hold secrets, so nothing here shows what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Self

from mixdesk.model.records import Activity, Section
from mixdesk.store.files import Place
from mixdesk.store.recording import told_to

File = Literal["config", "preferences"]

Known = frozenset[tuple[str, str, Section, str | None]]
"""Identities of problems."""


class Kept:
    """The content of a file, which does not show itself.

    Args:
        content: The file's bytes.
    """

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def get_content(self) -> bytes:
        """Return the bytes themselves."""
        return self._content

    def __len__(self) -> int:
        return len(self._content)

    def __repr__(self) -> str:
        return f"Kept({len(self)} bytes)"

    def __reduce__(self) -> str:
        raise TypeError("what is kept is not pickled")


@dataclass(frozen=True, slots=True)
class Edited:
    """A TOML file was written."""

    file: File
    place: Place
    before: str = field(repr=False)
    """The text until then; empty where there was no file."""
    after: str = field(repr=False)
    old: Mapping[str, Any] = field(repr=False)
    """What the text meant until then,"""
    new: Mapping[str, Any] = field(repr=False)
    """and what it means now."""
    moved: Mapping[Section, Section] = field(default_factory=dict)
    """Tables under a new name, by the old one."""
    problems: Known = frozenset()
    """What did not hold before: it may come back."""


class Chosen(NamedTuple):
    """Account, project and workspace that a file chooses."""

    account: str | None
    project: str | None
    workspace: int | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """What is chosen in a file that means this; what is broken chooses nothing."""
        active, accounts = table_of(data, "active"), table_of(data, "accounts")
        account, workspace = active.get("account"), active.get("workspace")
        block = accounts.get(account) if isinstance(account, str) else None
        project = block.get("default_project") if isinstance(block, dict) else None
        return cls(
            account if isinstance(account, str) else None,
            project if isinstance(project, str) else None,
            workspace if isinstance(workspace, int) else None,
        )


class FilesTaken(NamedTuple):
    """Files of an account were removed."""

    account: str
    files: Mapping[str, Kept]
    left_out: tuple[str, ...] = ()
    """Names of files that were not safe to read."""
    is_whole: bool = True
    """Whether the directory went with them."""


class LoginStored(NamedTuple):
    """Tokens of an account were stored."""

    account: str
    is_new: bool
    """Whether the login added the account."""


class LoginEnded(NamedTuple):
    """An account was logged out."""

    account: str


Step = Edited | FilesTaken | LoginStored | LoginEnded


class Change(NamedTuple):
    """What one action of a user wrote, in order."""

    steps: tuple[Step, ...]
    activities: tuple[Activity, ...]
    """What the activity log says of it."""

    @property
    def weight(self) -> int:
        """How much it keeps in memory, in bytes."""
        return sum(_weight(step) for step in self.steps)

    @property
    def activity(self) -> Activity | None:
        """What says the most of it: the last, unless that put a name back."""
        left = list(self.activities)
        while len(left) > 1 and left[-1] == left[-2]._replace(
            at=left[-1].at, names=left[-2].names[::-1]
        ):
            del left[-2:]
        return left[-1] if left else None

    def edits(self, file: File) -> tuple[Edited, ...]:
        """The writes of one TOML file."""
        return tuple(s for s in self.steps if isinstance(s, Edited) and s.file == file)

    @property
    def came_from(self) -> Chosen | None:
        """What was chosen before it, where it was a switch."""
        edits = self.edits("config")
        if not edits:
            return None
        before, after = Chosen.of(edits[0].old), Chosen.of(edits[-1].new)
        return None if before == after else before

    @property
    def lasting(self) -> LoginStored | LoginEnded | None:
        """What of it no undo takes back: tokens that a server has replaced or ended."""
        for step in self.steps:
            if isinstance(step, LoginEnded) or (isinstance(step, LoginStored) and not step.is_new):
                return step
        return None

    @property
    def new_login(self) -> str | None:
        """The account that a login has added, whose tokens an undo removes."""
        found = (s.account for s in self.steps if isinstance(s, LoginStored) and s.is_new)
        return next(found, None)


class Recorder:
    """Is told what one action of a user writes."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._activities: list[Activity] = []

    def add(self, step: Step) -> None:
        """Something was written."""
        self._steps.append(step)

    def note(self, activity: Activity) -> None:
        """Something was written to the activity log."""
        self._activities.append(activity)

    @property
    def change(self) -> Change | None:
        """All of it; None where everything is as it was."""
        steps = [step for step in self._steps if not self._came_to_nothing(step)]
        if all(isinstance(step, Edited) and _is_of_comfort(step) for step in steps):
            return None
        return Change(tuple(steps), tuple(self._activities)) if steps else None

    def _came_to_nothing(self, step: Step) -> bool:
        """Whether a file that was written has its first text again."""
        if not isinstance(step, Edited):
            return False
        edits = [s for s in self._steps if isinstance(s, Edited) and s.file == step.file]
        is_chain = all(one.after == two.before for one, two in pairwise(edits))
        return is_chain and edits[0].before == edits[-1].after


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record what the body writes, in this thread or task and those that it starts.

    Yields:
        The recorder, whose ``change`` is complete when the body has ended, well or not.
    """
    recorder = Recorder()
    with told_to(recorder):
        yield recorder


def table_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table of a file; an empty one where there is none."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _is_of_comfort(edit: Edited) -> bool:
    """Whether nothing was changed but what is remembered by itself: the recent projects."""
    old, new = (
        {**data, "projects": {**table_of(data, "projects"), "recent": None}}
        for data in (edit.old, edit.new)
    )
    return edit.file == "preferences" and old == new


def _weight(step: Step) -> int:
    match step:
        case Edited():
            return len(step.before) + len(step.after)
        case FilesTaken():
            return sum(len(kept) for kept in step.files.values())
        case _:
            return 0
