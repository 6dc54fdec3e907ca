"""Variables: bad values, incomplete sets, other places, and what they hide."""

from __future__ import annotations

import pytest

from .patient import Patient


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MP_REGION", "xx"),
        ("MP_PROJECT_ID", "12a"),
        ("MP_PROJECT_ID", "\u0661"),
        ("MP_WORKSPACE_ID", "0"),
        ("MP_WORKSPACE_ID", "9" * 30),
    ],
)
def test_a_bad_value_is_named_and_the_rest_still_looked_at(
    patient: Patient, name: str, value: str
) -> None:
    patient.environ[name] = value
    patient.world.ctx.config.set_active(workspace=72)
    assert [each.code for each in patient.told()] == ["bad_variable", "foreign_workspace"]
    finding = patient.the("bad_variable")
    assert (finding.subject, finding.severity) == (name, "error")
    assert value[:9] in str(finding.facts["summary"])


def test_all_bad_values_are_named(patient: Patient) -> None:
    patient.environ |= {"MP_REGION": "x", "MP_PROJECT_ID": "x", "MP_WORKSPACE_ID": "x"}
    assert len(patient.told()) == 3


@pytest.mark.parametrize("name", ["MP_USERNAME", "MP_SECRET", "MP_OAUTH_TOKEN"])
def test_an_incomplete_set_is_named_without_its_value(patient: Patient, name: str) -> None:
    patient.environ[name] = "canary"
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("incomplete_environment", "warning")
    assert finding.subject == name
    assert "canary" not in repr(finding)


QUAD = {"MP_USERNAME": "u", "MP_SECRET": "s", "MP_PROJECT_ID": "11", "MP_REGION": "us"}


@pytest.mark.parametrize(
    ("variables", "subject", "axis", "value", "hidden"),
    [
        ({"MP_PROJECT_ID": "12"}, "MP_PROJECT_ID", "project", "12", "11"),
        ({"MP_WORKSPACE_ID": "73"}, "MP_WORKSPACE_ID", "workspace", "73", "71"),
        ({"MP_ACCOUNT": "ana"}, "MP_ACCOUNT", "account", "ana", "team"),
        ({"MP_TARGET": "berlin"}, "MP_TARGET", "account", "ana", "team"),
        ({"MP_TARGET": "ecom"}, "MP_TARGET", "project", "12", "11"),
        (QUAD, "MP_USERNAME, MP_SECRET", "account", "env-service-account", "team"),
    ],
)
def test_what_a_variable_hides_is_told(
    patient: Patient, variables: dict[str, str], subject: str, axis: str, value: str, hidden: str
) -> None:
    patient.environ |= variables
    finding = next(each for each in patient.told() if each.code == "hides_choice")
    assert (finding.subject, finding.severity) == (subject, "warning")
    assert finding.facts["axis"] == axis
    assert (finding.facts["value"], finding.facts["hidden"]) == (value, hidden)


@pytest.mark.parametrize(
    "variables",
    [
        {"MP_PROJECT_ID": "11"},
        {"MP_WORKSPACE_ID": "71"},
        {"MP_ACCOUNT": "team"},
        {"MP_TARGET": "home"},
        {"MP_PROJECT_ID": "", "MP_ACCOUNT": "", "MP_TARGET": "", "MP_REGION": ""},
        {"MP_REGION": "eu"},
    ],
)
def test_a_variable_that_says_the_same_or_nothing_hides_nothing(
    patient: Patient, variables: dict[str, str]
) -> None:
    patient.environ |= variables
    assert patient.told() == []


def test_a_set_of_variables_on_an_empty_machine_hides_nothing(patient: Patient) -> None:
    patient.environ |= {**QUAD, "HOME": str(patient.home / "nobody")}
    assert patient.told() == []


@pytest.mark.parametrize(("name", "kind"), [("MP_ACCOUNT", "account"), ("MP_TARGET", "target")])
def test_a_variable_that_names_nothing_is_told(patient: Patient, name: str, kind: str) -> None:
    patient.environ[name] = "nowhere"
    (finding,) = patient.told()
    assert (finding.code, finding.subject, finding.severity) == ("names_nothing", name, "error")
    assert (finding.facts["kind"], finding.facts["value"]) == (kind, "nowhere")


@pytest.mark.parametrize("name", ["MP_ACCOUNT", "MP_TARGET"])
def test_a_variable_that_names_something_broken_is_told(patient: Patient, name: str) -> None:
    text = patient.world.text
    broken = text.replace('region = "eu"', 'region = "moon"').replace('account = "ana"', "x = 1")
    patient.world.write_config(broken)
    patient.environ[name] = "ana" if name == "MP_ACCOUNT" else "berlin"
    assert patient.the("names_broken").subject == name


def test_a_target_whose_account_is_gone_is_broken(patient: Patient) -> None:
    patient.world.write_config(patient.world.text.replace('account = "ana"', 'account = "x"'))
    patient.environ["MP_TARGET"] = "berlin"
    assert patient.the("names_broken").facts["value"] == "berlin"
    assert patient.the("dangling_account").severity == "error"


def test_two_variables_that_contradict_each_other_are_told(patient: Patient) -> None:
    patient.environ |= {"MP_ACCOUNT": "ana", "MP_TARGET": "ecom"}
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("contradiction", "error")


@pytest.mark.parametrize("name", ["MP_API_BASE_URL", "MP_APP_BASE_URL", "MP_OAUTH_BASE_URL"])
@pytest.mark.parametrize(
    ("value", "allows", "code"),
    [
        ("https://proxy.example/{region}", False, "other_host"),
        ("http://127.0.0.1:9", False, "other_host"),
        ("http://proxy.example", False, "bad_address"),
        ("http://proxy.example", True, "plain_http"),
        ("proxy.example", False, "bad_address"),
        ("https://user:canary@proxy.example", False, "bad_address"),
    ],
)
def test_another_host_is_told_and_a_bad_one_is_wrong(
    patient: Patient, name: str, value: str, allows: bool, code: str
) -> None:
    patient.environ |= {name: value, **({"MP_ALLOW_HTTP": "1"} if allows else {})}
    (finding,) = patient.told()
    assert (finding.code, finding.subject) == (code, name)
    assert "canary" not in repr(finding)


def test_other_places_are_told_and_missing_ones_are_warnings(patient: Patient) -> None:
    (patient.home / "root").mkdir(mode=0o700)
    patient.environ |= {
        "MP_STORAGE_DIR": str(patient.home / "root"),
        "MP_CONFIG_PATH": "~/nowhere.toml",
    }
    told = {(each.subject, each.code, each.severity) for each in patient.told()}
    assert told >= {
        ("MP_STORAGE_DIR", "other_place", "note"),
        ("MP_CONFIG_PATH", "place_missing", "warning"),
    }
    path = patient.the("place_missing").facts["path"]
    assert path == str(patient.home / "nowhere.toml")


def test_the_old_name_of_the_storage_variable_is_told(patient: Patient) -> None:
    patient.environ["MP_OAUTH_STORAGE_DIR"] = str(patient.root)
    assert [each.code for each in patient.told()] == ["other_place", "old_name"]
    patient.environ["MP_STORAGE_DIR"] = str(patient.root)
    codes = {(each.subject, each.code) for each in patient.told()}
    assert codes == {
        ("MP_STORAGE_DIR", "other_place"),
        ("MP_OAUTH_STORAGE_DIR", "not_looked_at"),
    }
