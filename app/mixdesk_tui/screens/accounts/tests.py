"""Tests of accounts as data: who is still waited for, and what the others said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import AccountTest
from mixdesk_tui.spans import safe
from mixdesk_tui.words import wording


class Tests(NamedTuple):
    """The tests of this run."""

    pending: frozenset[str] = frozenset()
    results: Mapping[str, AccountTest] = MappingProxyType({})
    """The last result of each account that was tested."""
    is_running: bool = False

    def failure(self, name: str) -> MixdeskError | None:
        """Return what the last test of an account ended with, if it failed."""
        result = self.results.get(name)
        return result.error if result is not None and name not in self.pending else None

    def has_passed(self, name: str) -> bool:
        """Return whether the last test of an account passed."""
        result = self.results.get(name)
        return result is not None and result.error is None

    def started(self, names: Sequence[str]) -> Tests:
        """Return the tests with these accounts waited for."""
        return self._replace(pending=frozenset(names), is_running=True)

    def with_result(self, result: AccountTest) -> Tests:
        """Return the tests with one answer more."""
        results = {**self.results, result.name: result}
        return self._replace(pending=self.pending - {result.name}, results=results)

    def ended(self) -> Tests:
        """Return the tests with nobody waited for any more."""
        return self._replace(pending=frozenset(), is_running=False)


NO_TESTS = Tests()


def outcome(names: Sequence[str], tests: Tests) -> tuple[str, bool]:
    """Return how a run ended, in words, and whether something needs attention."""
    if len(names) == 1:
        return _of_one(names[0], tests)
    failed = sum(tests.failure(name) is not None for name in names)
    good = len(names) - failed
    if not failed:
        return f"All {good} accounts are accepted", False
    needs = "needs" if failed == 1 else "need"
    return f"{good} of {len(names)} accounts are accepted, {failed} {needs} attention", True


def _of_one(name: str, tests: Tests) -> tuple[str, bool]:
    result = tests.results.get(name)
    if result is None:
        return f"{safe(name)} was not tested", True
    if result.error is not None:
        said = wording(result.error)
        return " ".join(filter(None, (f"{safe(name)}: {said.sentence}", said.step))), True
    count = result.project_count or 0
    sees = f"sees {count:,} project{'' if count == 1 else 's'}"
    who = f" as {safe(result.user_email)}" if result.user_email else ""
    return f"{safe(name)} is accepted{who} and {sees}", False
