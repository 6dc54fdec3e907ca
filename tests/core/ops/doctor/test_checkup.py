"""The whole look: it changes nothing by itself, keeps secrets, and puts the worst first."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from mixdesk.ops import doctor
from mixdesk.ops.doctor import Finding
from mixdesk.ops.doctor.finding import Severity, Topic, worst_first
from tests.core.ops.world import NOW

from .patient import Patient

CANARY = "canary-5d1e"


def break_everything(patient: Patient) -> None:
    """One thing of every kind, with a secret wherever one can be."""
    world, root = patient.world, patient.root
    text = world.text.replace('secret = "s"', f'secret = "{CANARY}"')
    world.write_config(text + f'[accounts.odd]\ntype = "oauth_token"\ntoken = "{CANARY}"\n')
    (root / "accounts" / "ana" / "tokens.json").write_text(
        f'{{"access_token": "{CANARY}", "refresh_token": "{CANARY}", "expires_at": "never"}}'
    )
    world.write_bridge(
        account={"name": "b", "type": "oauth_token", "region": "us", "token": CANARY},
        tokens={"access_token": CANARY},
    )
    patient.leave_unfinished(root / "ui.toml")
    (root / "accounts" / "gone").mkdir(mode=0o700)
    (root / "accounts" / "gone" / "tokens.json").write_text(CANARY)
    (root / "accounts" / "empty").mkdir(mode=0o700)
    (root / "login.json").write_text(f'{{"account": "{CANARY}"}}')
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    patient.environ |= {
        "MP_USERNAME": CANARY,
        "MP_SECRET": CANARY,
        "MP_OAUTH_TOKEN": CANARY,
        "MP_PROJECT_ID": "12",
        "MP_API_BASE_URL": f"https://u:{CANARY}@x.example",
        "CI_TOKEN": CANARY,
    }


@pytest.mark.parametrize("fix", [False, True])
def test_no_secret_is_in_what_is_told(
    patient: Patient, caplog: pytest.LogCaptureFixture, fix: bool
) -> None:
    break_everything(patient)
    caplog.set_level(logging.DEBUG)
    findings = patient.look(fix=fix)
    assert len(findings) > 12
    assert CANARY not in repr(findings)
    assert CANARY not in caplog.text


def test_without_the_word_to_mend_nothing_changes_whatever_is_wrong(patient: Patient) -> None:
    break_everything(patient)
    before = patient.tree()
    patient.look()
    assert patient.changed(before) == {}
    assert len([each for each in patient.look() if each.is_wrong]) > 8


def test_a_second_mending_changes_nothing(patient: Patient) -> None:
    break_everything(patient)
    patient.look(fix=True)
    before = patient.tree()
    assert not any(each.fixed for each in patient.look(fix=True))
    assert patient.changed(before) == {}


def test_mending_leaves_every_content_alone(patient: Patient) -> None:
    break_everything(patient)
    before = patient.tree()
    patient.look(fix=True)
    changes = patient.changed(before)
    gone = {Path(path).name for path, parts in changes.items() if parts == ("went",)}
    assert gone == {"empty", "login.json", ".ui.toml.1-0123456789ab.tmp"}
    others = [parts for path, parts in changes.items() if parts != ("went",)]
    assert {part for parts in others for part in parts} <= {"mode", "came"}
    came = [path for path, parts in changes.items() if parts == ("came",)]
    assert all(path.endswith(".lock") for path in came)


def test_hostile_names_are_made_safe(patient: Patient) -> None:
    name = "\x1b]0;owned\x07\u202e"
    (patient.root / "accounts" / name).mkdir(mode=0o755)
    patient.environ["MP_TARGET"] = name
    shown = repr([(each.subject, dict(each.facts)) for each in patient.look()])
    assert not re.search(r"\\x1b|\\x07|\\u202e", shown)
    assert patient.told()


def finding(topic: Topic, severity: Severity, code: str, *, fixed: bool = False) -> Finding:
    return Finding(topic, code, severity, "", {}, fixed=fixed)


def test_the_worst_comes_first_and_topics_stay_together() -> None:
    findings = [
        finding("files", "ok", "a"),
        finding("config", "note", "b"),
        finding("config", "error", "c"),
        finding("accounts", "warning", "d"),
        finding("network", "error", "e"),
        finding("network", "ok", "f"),
        finding("files", "error", "g", fixed=True),
    ]
    assert [each.code for each in worst_first(findings)] == list("cbefdga")


def test_wrong_is_what_is_left_to_be_mended() -> None:
    assert finding("files", "error", "x").is_wrong
    assert finding("files", "warning", "x").is_wrong
    assert not finding("files", "error", "x", fixed=True).is_wrong
    assert not finding("files", "note", "x").is_wrong
    assert not finding("files", "ok", "x").is_wrong


def test_a_look_takes_the_time_it_is_given(patient: Patient) -> None:
    patient.world.write_tokens("ana", ends=NOW + 10, refresh=None)
    assert patient.the("login_ends_soon").facts["at"] == NOW + 10


def test_the_names_of_the_package_are_there() -> None:
    assert {"Finding", "Network", "Progress", "context_for_looking", "examine"} <= set(vars(doctor))
