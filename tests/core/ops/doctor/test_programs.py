"""Whose ``mp`` comes first."""

from __future__ import annotations

import os

import pytest

from .patient import OURS, Patient

THEIRS = "#!/usr/bin/python3\nfrom mixpanel_headless.cli.main import app\napp()\n"
FOREIGN = "#!/bin/sh\n"


def path(patient: Patient, *directories: str) -> None:
    patient.environ["PATH"] = os.pathsep.join(str(patient.home / each) for each in directories)


def test_ours_first_is_well(patient: Patient) -> None:
    patient.program("mp", THEIRS, "theirs")
    path(patient, "bin", "theirs")
    assert patient.told() == []
    assert patient.the("mp_is_ours").subject == str(patient.home / "bin" / "mp")


@pytest.mark.parametrize(
    ("text", "owner"), [(THEIRS, "mixpanel_headless"), (FOREIGN, "unknown"), ("", "unknown")]
)
def test_anothers_first_is_told_with_the_name_to_use_instead(
    patient: Patient, text: str, owner: str
) -> None:
    first = patient.program("mp", text, "theirs")
    path(patient, "theirs", "bin")
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("mp_is_anothers", "note")
    assert (finding.subject, finding.facts["owner"]) == (str(first), owner)
    assert finding.facts["instead"] == "mixdesk"
    assert finding.facts["directory"] == str(patient.home / "bin")


def test_anothers_first_and_no_other_name_of_ours_is_a_warning(patient: Patient) -> None:
    patient.program("mp", THEIRS, "theirs")
    (patient.home / "bin" / "mixdesk").unlink()
    path(patient, "theirs", "bin")
    told = {each.code: each.severity for each in patient.told()}
    assert told == {"mp_is_anothers": "warning", "mixdesk_missing": "note"}


def test_none_at_all_is_a_warning(patient: Patient) -> None:
    path(patient, "nowhere")
    patient.environ["PATH"] += os.pathsep + str(patient.home / "tools")
    patient.program("xclip", "", "tools")
    told = {each.code: each.severity for each in patient.told()}
    assert told == {"mp_missing": "warning", "mixdesk_missing": "note"}


def test_a_link_to_ours_is_ours_and_what_cannot_be_run_is_nobodys(patient: Patient) -> None:
    real = patient.program("mp", OURS, "real")
    (patient.home / "links").mkdir()
    (patient.home / "links" / "mp").symlink_to(real)
    (patient.home / "plain").mkdir()
    (patient.home / "plain" / "mp").write_text(THEIRS)
    path(patient, "nowhere", "plain", "links", "bin")
    assert patient.the("mp_is_ours").subject == str(patient.home / "links" / "mp")


def test_a_program_that_cannot_be_read_is_nobodys(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixdesk.ops.doctor import programs

    assert programs._owner(str(patient.home / "gone")) == "unknown"
