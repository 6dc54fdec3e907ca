"""Accounts that need something before they can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.ops.doctor import Finding
from tests.core.ops.world import NOW

from .patient import Patient

DAY = 24 * 60 * 60


def the_one(patient: Patient, *, fix: bool = False) -> Finding:
    (finding,) = patient.told(fix=fix)
    assert finding.topic == "accounts"
    return finding


def test_what_is_ready_is_counted(patient: Patient) -> None:
    assert patient.the("accounts_ready").facts == {"count": 3, "of": 3}
    del patient.environ["CI_TOKEN"]
    assert patient.the("accounts_ready").facts == {"count": 2, "of": 3}


def test_a_variable_that_is_not_set_is_told(patient: Patient) -> None:
    for value in ("", None):
        patient.environ["CI_TOKEN"] = value or ""
        if value is None:
            del patient.environ["CI_TOKEN"]
        finding = the_one(patient)
        assert (finding.code, finding.severity) == ("variable_unset", "warning")
        assert (finding.subject, finding.facts["variable"]) == ("ci", "CI_TOKEN")


def test_an_account_that_never_logged_in_is_told(patient: Patient) -> None:
    (patient.root / "accounts" / "ana" / "tokens.json").unlink()
    assert (the_one(patient).code, the_one(patient).subject) == ("needs_login", "ana")
    patient.world.write_tokens("ana")
    assert [each.code for each in patient.told()] == []


@pytest.mark.parametrize(
    ("ends", "refresh", "code"),
    [
        (NOW - 5, None, "login_ended"),
        (NOW, None, "login_ended"),
        (NOW + DAY - 5, None, "login_ends_soon"),
        (NOW + DAY + 5, None, None),
        (NOW - 5, "r", None),
    ],
)
def test_a_login_that_ends_for_good_is_told(
    patient: Patient, ends: float, refresh: str | None, code: str | None
) -> None:
    patient.world.write_tokens("ana", ends=ends, refresh=refresh)
    told = patient.told()
    assert [each.code for each in told] == ([code] if code else [])
    assert all(each.facts["at"] == ends for each in told)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("ana", "needs_login", "login_refused"),
        ("team", "needs_token", "refused"),
        ("ci", "needs_token", "refused"),
    ],
)
def test_an_account_that_was_refused_is_told(
    patient: Patient, name: str, status: str, code: str
) -> None:
    assert status in ("needs_login", "needs_token")
    patient.world.write_status(name, "needs_login" if status == "needs_login" else "needs_token")
    finding = the_one(patient)
    assert (finding.code, finding.subject, finding.facts["at"]) == (code, name, NOW - 30)
    assert finding.severity == ("error" if name == "team" else "warning")


def test_a_problem_of_the_current_account_is_an_error(patient: Patient) -> None:
    patient.world.write_tokens("ana", ends=NOW - 5, refresh=None)
    assert the_one(patient).severity == "warning"
    patient.world.ctx.config.set_active(account="ana")
    assert the_one(patient).severity == "error"


def test_a_login_whose_client_nobody_knows_is_told(patient: Patient) -> None:
    (patient.root / "accounts" / "ana" / "client.json").unlink()
    assert patient.told() == []
    (patient.root / "oauth" / "client_eu.json").unlink()
    assert (the_one(patient).code, the_one(patient).subject) == ("client_unknown", "ana")


def no_json(path: Path) -> None:
    path.write_text("[")


def no_tokens(path: Path) -> None:
    path.write_text("{}")


@pytest.mark.parametrize("spoil", [no_json, no_tokens])
def test_tokens_that_make_no_sense_are_told(
    patient: Patient, spoil: Callable[[Path], None]
) -> None:
    spoil(patient.root / "accounts" / "ana" / "tokens.json")
    before = patient.tree()
    finding = the_one(patient, fix=True)
    assert (finding.code, finding.subject) == ("tokens_unreadable", "ana")
    assert patient.changed(before) == {}


def test_an_account_that_is_mended_on_the_way_is_judged_by_what_it_then_has(
    patient: Patient,
) -> None:
    patient.world.write_tokens("ana", ends=NOW - 5, refresh=None)
    (patient.root / "accounts" / "ana" / "tokens.json").chmod(0o644)
    assert [each.code for each in patient.told()] == ["open_to_others"]
    codes = [(each.code, each.fixed) for each in patient.told(fix=True)]
    assert sorted(codes) == [("login_ended", False), ("open_to_others", True)]
