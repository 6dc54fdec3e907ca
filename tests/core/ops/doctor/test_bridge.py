"""A bridge that is in use, hides, has ended or cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixdesk.store.tokens import iso
from tests.core.ops.world import NOW

from .patient import Patient

DAY = 24 * 60 * 60


def carry_login(patient: Patient, *, ends: float, refresh: str | None = None) -> Path:
    tokens: dict[str, Any] = {"access_token": "a", "expires_at": iso(ends), "scope": ""}
    if refresh:
        tokens["refresh_token"] = refresh
    account = {"name": "carried", "type": "oauth_browser", "region": "us"}
    return patient.world.write_bridge(account=account, tokens=tokens, project="5")


def about_bridge(patient: Patient) -> list[tuple[str, str]]:
    return [(each.code, each.severity) for each in patient.told() if each.topic == "bridge"]


def test_a_bridge_that_hides_the_active_account_is_told(patient: Patient) -> None:
    path = patient.world.write_bridge(project="5")
    finding = patient.the("bridge_hides")
    assert (finding.subject, finding.severity) == (str(path), "warning")
    assert (finding.facts["account"], finding.facts["hidden"]) == ("carried", "team")
    path.unlink()
    del patient.environ["MP_AUTH_FILE"]
    assert patient.told() == []


def test_a_bridge_where_nothing_else_is_chosen_is_a_note(patient: Patient) -> None:
    patient.world.write_bridge(project="5")
    patient.environ["HOME"] = str(patient.home / "nobody")
    assert about_bridge(patient) == [("bridge_in_use", "note")]


def test_a_bridge_that_a_variable_comes_before_is_a_note(patient: Patient) -> None:
    patient.world.write_bridge(project="5")
    patient.environ["MP_ACCOUNT"] = "team"
    finding = patient.the("bridge_set_aside")
    assert (finding.severity, finding.facts["by"]) == ("note", "MP_ACCOUNT")


@pytest.mark.parametrize(
    ("ends", "refresh", "code", "severity"),
    [
        (NOW - 5, None, "bridge_ended", "error"),
        (NOW + DAY - 5, None, "bridge_ends_soon", "warning"),
        (NOW + DAY + 5, None, None, None),
        (NOW - 5, "r", None, None),
    ],
)
def test_a_login_in_a_bridge_that_ends_for_good_is_told(
    patient: Patient, ends: float, refresh: str | None, code: str | None, severity: str | None
) -> None:
    carry_login(patient, ends=ends, refresh=refresh)
    found = [each for each in about_bridge(patient) if each[0] != "bridge_hides"]
    assert found == ([(code, severity)] if code else [])


def no_json(path: Path) -> None:
    path.write_text("[")


def old_version(path: Path) -> None:
    path.write_text(json.dumps({"version": 1}))


def is_gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "subject"),
    [(no_json, "bridge.json"), (old_version, "bridge.json"), (is_gone, "MP_AUTH_FILE")],
)
def test_a_bridge_that_cannot_be_read_is_told(
    patient: Patient, spoil: Callable[[Path], None], subject: str
) -> None:
    spoil(patient.world.write_bridge())
    before = patient.tree()
    (finding,) = patient.told(fix=True)
    assert (finding.code, finding.severity) == ("bridge_unreadable", "error")
    assert finding.subject.endswith(subject)
    assert finding.facts["summary"]
    assert finding.facts["hint"]
    assert patient.changed(before) == {}


def test_a_bridge_that_is_named_among_the_files_is_not_named_again(patient: Patient) -> None:
    patient.world.write_bridge().chmod(0o644)
    assert [each.code for each in patient.told()] == ["open_to_others"]


def test_a_bridge_in_the_working_directory_is_found(patient: Patient) -> None:
    patient.world.write_bridge().rename(patient.home / "mixpanel_auth.json")
    del patient.environ["MP_AUTH_FILE"]
    assert patient.the("bridge_hides").subject == str(patient.home / "mixpanel_auth.json")
