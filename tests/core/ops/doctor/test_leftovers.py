"""What was left behind is seen before anybody tidies it up, and removed where that is safe."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from mixdesk.login import publish
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.store import transaction
from mixdesk.store.tokens import TokenEntry
from tests.core.ops.world import NOW

from .patient import CLIENT, Patient

WRITTEN = [
    ".mp/config.toml",
    ".mp/ui.toml",
    ".mp/login.json",
    ".mp/oauth/client_eu.json",
    ".mp/accounts/ana/tokens.json",
    ".mp/accounts/ana/client.json",
    ".mp/accounts/team/status.json",
    ".claude/mixpanel/auth.json",
]


@pytest.mark.parametrize("name", WRITTEN)
def test_an_unfinished_file_is_named_and_removed_and_nothing_else(
    patient: Patient, name: str
) -> None:
    path = patient.home / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.parent.chmod(0o700)
    whole = patient.tree()
    left = [patient.leave_unfinished(path), patient.leave_unfinished(path, number=2)]
    before = patient.tree()
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("unfinished_file", "warning")
    assert (finding.subject, finding.can_fix) == (str(path), True)
    assert patient.changed(before) == {}
    (finding,) = patient.told(fix=True)
    assert finding.fixed
    assert patient.changed(before) == {str(each): ("went",) for each in left}
    assert patient.changed(whole) == {}
    assert patient.told() == []


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        (".mp/config.toml", ".mp/config.toml.lock"),
        (".mp/accounts/ana/client.json", ".mp/accounts/ana/tokens.json.lock"),
    ],
)
def test_a_writer_at_work_is_left_alone(patient: Patient, name: str, lock: str) -> None:
    patient.leave_unfinished(patient.home / name)
    before = patient.tree()
    with (patient.home / lock).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert patient.told(fix=True) == []
    assert patient.changed(before) == {}


def test_what_others_left_where_they_work_is_not_ours(patient: Patient) -> None:
    patient.leave_unfinished(patient.home / "thesis.txt")
    patient.leave_unfinished(patient.root / "config.toml")
    patient.environ["MP_CONFIG_PATH"] = str(patient.home / "config.toml")
    (patient.root / "config.toml").rename(patient.home / "config.toml")
    found = [each.subject for each in patient.told() if each.code == "unfinished_file"]
    assert found == [str(patient.root / "config.toml")]
    patient.leave_unfinished(patient.home / "config.toml")
    patient.leave_unfinished(patient.home / "mixpanel_auth.json")
    found = [each.subject for each in patient.told() if each.code == "unfinished_file"]
    assert {Path(path).parent for path in found} == {patient.root, patient.home}
    assert len(found) == 3


def test_a_directory_without_an_account_is_removed_only_when_it_is_empty(
    patient: Patient,
) -> None:
    accounts = patient.root / "accounts"
    for name in ("empty", "cache", "login"):
        (accounts / name).mkdir(mode=0o700)
    for path in (accounts / "cache" / "me.json", accounts / "login" / "tokens.json"):
        path.touch(mode=0o600)
    before = patient.tree()
    told = {each.subject: (each.code, each.severity, each.can_fix) for each in patient.told()}
    assert told == {
        str(accounts / "empty"): ("empty_directory", "note", True),
        str(accounts / "cache"): ("forgotten_directory", "note", False),
        str(accounts / "login"): ("forgotten_login", "warning", False),
    }
    assert patient.changed(before) == {}
    patient.told(fix=True)
    assert patient.changed(before) == {str(accounts / "empty"): ("went",)}
    assert len(patient.told()) == 2


def test_the_directory_of_a_broken_account_is_not_forgotten(patient: Patient) -> None:
    text = patient.world.text.replace('region = "eu"', 'region = "moon"')
    patient.world.write_config(text)
    assert {each.topic for each in patient.told()} == {"config"}


def test_nothing_is_forgotten_when_the_configuration_cannot_be_read(patient: Patient) -> None:
    patient.world.write_config("[")
    (patient.root / "accounts" / "gone").mkdir(mode=0o700)
    assert [each.code for each in patient.told(fix=True)] == ["config_unreadable"]
    assert (patient.root / "accounts" / "gone").exists()


def test_accounts_of_the_usual_configuration_are_not_forgotten_under_another(
    patient: Patient,
) -> None:
    other = patient.home / "other.toml"
    other.write_text('[accounts.elsewhere]\ntype = "oauth_browser"\nregion = "us"\n')
    other.chmod(0o600)
    patient.environ["MP_CONFIG_PATH"] = str(other)
    assert not [each for each in patient.told() if each.topic == "leftovers"]
    (patient.root / "config.toml").write_text("[")
    assert not [each for each in patient.told() if each.topic == "leftovers"]


def test_a_name_in_other_letters_is_another_account(patient: Patient) -> None:
    if (patient.root / "accounts" / "ANA").exists():
        pytest.skip("this file system ignores case")
    (patient.root / "accounts" / "ANA").mkdir(mode=0o700)
    assert [each.code for each in patient.told()] == ["empty_directory"]


def killed_login(patient: Patient, *, after_tokens: bool) -> None:
    """Store a login of a new account, and be killed before or after its tokens are there."""
    ctx = patient.world.ctx
    entry = AccountEntry("new", "oauth_browser", "eu", "22")
    tokens = TokenEntry(Secret("a"), NOW + 600, Secret("r"), client_id=CLIENT.client_id)
    child = os.fork()
    if child == 0:
        module = transaction if after_tokens else publish
        vars(module)["write_file"] = lambda *args, **kwargs: os._exit(9)
        try:
            publish.publish_tokens(ctx.config, ctx.storage, entry, CLIENT, tokens, is_new=True)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (patient.root / "accounts" / "new" / "tokens.json").exists() is after_tokens


def test_an_interrupted_login_is_named_and_left_without_the_word_to_mend(
    patient: Patient,
) -> None:
    killed_login(patient, after_tokens=True)
    before = patient.tree()
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("interrupted_login", "warning")
    assert (finding.facts["account"], finding.can_fix) == ("new", True)
    assert patient.changed(before) == {}


def test_an_interrupted_login_that_has_its_tokens_is_completed(
    patient: Patient,
) -> None:
    killed_login(patient, after_tokens=True)
    before = patient.tree()
    (finding,) = patient.told(fix=True)
    assert finding.fixed
    config = patient.world.ctx.config
    assert config.get_active().account == "new"
    changed = {"login.json", "config.toml", "config.toml.previous", "activity.jsonl"}
    assert locks_apart(patient.changed(before)) <= changed
    assert patient.told() == []


def test_an_interrupted_login_without_tokens_is_removed(
    patient: Patient,
) -> None:
    whole = patient.tree()
    killed_login(patient, after_tokens=False)
    (finding,) = patient.told(fix=True)
    assert finding.fixed
    assert locks_apart(patient.changed(whole)) == set()
    assert patient.told() == []


def test_a_login_that_is_being_stored_is_left_alone(
    patient: Patient,
) -> None:
    killed_login(patient, after_tokens=True)
    before = patient.tree()
    with (patient.root / "login.json.lock").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert patient.told(fix=True) == []
    assert patient.changed(before) == {}


def test_a_note_that_makes_no_sense_is_removed(patient: Patient) -> None:
    whole = patient.tree()
    note = patient.root / "login.json"
    note.write_text("[")
    note.chmod(0o600)
    (finding,) = patient.told(fix=True)
    assert (finding.code, finding.fixed) == ("interrupted_login", True)
    assert finding.facts["account"] is None
    assert locks_apart(patient.changed(whole)) == set()


def test_a_login_that_cannot_be_completed_stays_and_is_named(patient: Patient) -> None:
    killed_login(patient, after_tokens=True)
    patient.world.write_config("[")
    before = patient.tree()
    findings = {each.code: each for each in patient.told(fix=True)}
    assert not findings["interrupted_login"].fixed
    assert locks_apart(patient.changed(before)) == set()


def locks_apart(changes: dict[str, tuple[str, ...]]) -> set[str]:
    """The names of what has changed; a lock file is no change."""
    return {Path(path).name for path in changes if not path.endswith(".lock")}
