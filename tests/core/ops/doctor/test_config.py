"""What in ``config.toml`` does not hold, and what it does not choose."""

from __future__ import annotations

import pytest

from mixdesk.store.snapshot import PEER_LIMIT

from .patient import Patient

BREAKS = [
    ('region = "eu"', 'region = "moon"', "bad_value", "warning"),
    ('region = "us"', 'region = "moon"', "bad_value", "error"),
    ('region = "eu"', 'region = "eu"\nregio = 1', "unknown_key", "warning"),
    ('type = "oauth_browser"\n', "", "missing_key", "warning"),
    ('token_env = "CI_TOKEN"', 'token_env = "CI_TOKEN"\ntoken = "x"', "one_token", "warning"),
    ('account = "ana"', 'account = "gone"', "dangling_account", "warning"),
    (
        'account = "team"\nworkspace = 71\n\n[acc',
        'account = "gone"\n\n[acc',
        "dangling_account",
        "error",
    ),
    ("[active]", "default = 'team'\n[active]", "old_layout", "error"),
    ("[active]", "[projects.a]\n[active]", "old_layout", "error"),
    ("[active]", "stray = 1\n[active]", "unknown_key", "warning"),
    ('default_project = "22"', 'project_id = "22"', "old_layout", "error"),
]


@pytest.mark.parametrize(("old", "new", "code", "severity"), BREAKS)
def test_a_problem_of_the_file_is_named_with_its_line_and_what_to_do(
    patient: Patient, old: str, new: str, code: str, severity: str
) -> None:
    text = patient.world.text
    assert old in text
    patient.world.write_config(text.replace(old, new, 1))
    before = patient.tree()
    for fix in (False, True):
        finding = next(each for each in patient.told(fix=fix) if each.topic == "config")
        assert (finding.code, finding.severity) == (code, severity)
        assert finding.subject.startswith(f"{patient.root / 'config.toml'}:")
        assert finding.facts["summary"]
        assert finding.facts["hint"]
    assert patient.changed(before) == {}
    patient.world.write_config(text)
    assert patient.told() == []


@pytest.mark.parametrize("text", ["[", "a = 1\na = 2\n", "\ufeff"])
def test_a_file_that_is_not_toml_is_named_with_its_line(patient: Patient, text: str) -> None:
    patient.world.write_config(text)
    before = patient.tree()
    (finding,) = patient.told(fix=True)
    assert (finding.code, finding.severity) == ("config_unreadable", "error")
    assert finding.subject.startswith(f"{patient.root / 'config.toml'}:")
    assert patient.changed(before) == {}


def test_a_file_that_the_other_package_would_refuse_is_named(patient: Patient) -> None:
    patient.world.write_config(patient.world.text + "#" * PEER_LIMIT)
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("over_peer_limit", "warning")


def test_an_account_that_is_not_chosen_is_told(patient: Patient) -> None:
    patient.world.ctx.config.clear_active(account=True)
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("no_account_chosen", "warning")


def test_a_current_account_without_a_project_is_told(patient: Patient) -> None:
    patient.world.ctx.config.update_account("team", clear_default_project=True)
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("no_project_chosen", "warning")
    assert finding.subject == "team"
    patient.environ["MP_PROJECT_ID"] = "11"
    assert patient.told() == []


def test_other_accounts_without_a_project_are_told_together(patient: Patient) -> None:
    for name in ("ana", "ci"):
        patient.world.ctx.config.update_account(name, clear_default_project=True)
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("no_home_project", "note")
    assert finding.facts["accounts"] == ("ana", "ci")


def test_a_workspace_that_is_known_to_be_elsewhere_is_told(patient: Patient) -> None:
    patient.world.ctx.config.set_active(workspace=72)
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("foreign_workspace", "warning")
    assert finding.subject == "[active].workspace"
    assert finding.facts["belongs_to"] == "12"
    assert finding.facts["project"] == "11"
    assert finding.facts["name"] == "All of twelve"


def test_a_target_with_a_workspace_from_elsewhere_is_told(patient: Patient) -> None:
    patient.world.ctx.config.update_target("ecom", workspace=71)
    (finding,) = patient.told()
    assert (finding.code, finding.subject) == ("foreign_workspace", "target ecom")


def test_a_variable_that_puts_them_together_is_told(patient: Patient) -> None:
    patient.environ["MP_PROJECT_ID"] = "12"
    finding = patient.the("foreign_workspace")
    assert finding.facts["project_by"] == "MP_PROJECT_ID"


def test_workspaces_are_known_without_an_index_and_none_is_made(patient: Patient) -> None:
    (patient.root / "accounts" / "team" / "me.index.json").unlink()
    patient.world.ctx.config.update_target("ecom", workspace=71)
    before = patient.tree()
    assert patient.the("foreign_workspace").subject == "target ecom"
    assert patient.changed(before) == {}


def test_a_corrupt_cache_knows_nothing_and_stays(patient: Patient) -> None:
    for name in ("me.json", "me.index.json"):
        (patient.root / "accounts" / "team" / name).write_text("[")
    patient.world.ctx.config.update_target("ecom", workspace=71)
    before = patient.tree()
    assert patient.told() == []
    assert patient.changed(before) == {}


def test_twins_are_told(patient: Patient) -> None:
    config = patient.world.ctx.config
    config.add_target("again", account="team", project="12", workspace=72)
    patient.world.write_config(
        patient.world.text + '\n[accounts.team2]\ntype = "service_account"\nregion = "us"\n'
        'default_project = "11"\nusername = "team.x"\nsecret = "s"\n'
        '[accounts.ci2]\ntype = "oauth_token"\nregion = "in"\ndefault_project = "33"\n'
        'token_env = "CI_TOKEN"\n'
    )
    told = {(each.code, each.severity, each.facts["names"]) for each in patient.told()}
    assert told == {
        ("same_login", "note", ("team", "team2")),
        ("same_login", "note", ("ci", "ci2")),
        ("same_target", "note", ("again", "ecom")),
    }
