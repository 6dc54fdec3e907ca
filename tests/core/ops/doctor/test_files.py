"""Files that are not this user's alone are named, and narrowed where that is safe."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mixdesk.ops.doctor import Finding

from .patient import Patient

TOKENS = ".mp/accounts/ana/tokens.json"

FILES = [
    ".mp/accounts/ana/client.json",
    ".mp/accounts/ana/me.index.json",
    ".mp/accounts/ana/me.json",
    ".mp/accounts/ana/status.json",
    ".mp/activity.jsonl",
    ".mp/config.toml.previous",
    ".mp/oauth/client_eu.json",
    ".mp/ui.toml",
    TOKENS,
]


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_machine_on_which_nothing_is_wrong_has_nothing_told(patient: Patient) -> None:
    assert patient.told() == []
    ours = [path for path in patient.root.rglob("*") if path.suffix != ".lock"]
    assert patient.the("files_private").facts["count"] == len(ours) + 1


def test_without_any_file_nothing_is_wrong(patient: Patient) -> None:
    patient.environ["HOME"] = str(patient.home / "nobody")
    assert [each.code for each in patient.told()] == ["no_accounts"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_others_can_open_is_narrowed_and_nothing_else(
    patient: Patient, name: str, mode: int
) -> None:
    path = patient.home / name
    path.chmod(mode)
    before = patient.tree()
    finding = only(patient.told())
    assert (finding.code, finding.severity) == ("open_to_others", "error")
    assert (finding.subject, finding.facts["mode"]) == (str(path), f"{mode:04o}")
    assert finding.can_fix
    assert patient.changed(before) == {}
    assert only(patient.told(fix=True)).fixed
    assert patient.changed(before) == {str(path): ("mode",)}
    assert path.stat().st_mode & 0o7777 == 0o600
    assert patient.told() == []


def test_a_configuration_that_others_can_open_is_used_and_narrowed(patient: Patient) -> None:
    path = patient.root / "config.toml"
    path.chmod(0o644)
    before = patient.tree()
    finding = only(patient.told())
    assert (finding.code, finding.severity, finding.can_fix) == ("open_to_others", "warning", True)
    assert only(patient.told(fix=True)).fixed
    assert patient.changed(before) == {str(path): ("mode",)}
    assert patient.told() == []


@pytest.mark.parametrize("mode", [0o750, 0o755, 0o770, 0o1777])
@pytest.mark.parametrize("name", [".mp", ".mp/accounts", ".mp/accounts/ana", ".mp/oauth"])
def test_a_directory_that_others_can_enter_is_narrowed_and_nothing_else(
    patient: Patient, name: str, mode: int
) -> None:
    path = patient.home / name
    path.chmod(mode)
    before = patient.tree()
    finding = only([each for each in patient.told() if each.topic == "files"])
    assert (finding.code, finding.subject) == ("open_to_others", str(path))
    assert finding.severity == ("error" if mode & 0o022 else "warning")
    assert patient.changed(before) == {}
    assert [each.fixed for each in patient.told(fix=True)] == [True]
    assert patient.changed(before) == {str(path): ("mode",)}
    assert path.stat().st_mode & 0o7777 == 0o700
    assert patient.told() == []


def test_a_directory_is_narrowed_before_the_files_in_it(patient: Patient) -> None:
    for path in (patient.root, *patient.root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    findings = patient.told(fix=True)
    assert {each.code for each in findings} == {"open_to_others"}
    assert all(each.fixed for each in findings)
    assert patient.told() == []


def test_a_named_root_is_narrowed_too(patient: Patient, tmp_path: Path) -> None:
    root = tmp_path / "named"
    root.mkdir(mode=0o755)
    patient.environ["MP_STORAGE_DIR"] = str(root)
    finding = only([each for each in patient.told(fix=True) if each.topic == "files"])
    assert (finding.subject, finding.fixed) == (str(root), True)
    assert root.stat().st_mode & 0o7777 == 0o700


@pytest.mark.parametrize("where", ["home", "above"])
def test_the_home_directory_is_never_narrowed(patient: Patient, where: str) -> None:
    root = patient.home if where == "home" else patient.home.parent
    root.chmod(0o755)
    patient.environ["MP_STORAGE_DIR"] = str(root)
    before = patient.tree()
    finding = only([each for each in patient.told(fix=True) if each.subject == str(root)])
    assert (finding.can_fix, finding.fixed) == (False, False)
    assert patient.changed(before) == {}


def by_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def by_second_name(path: Path) -> None:
    os.link(path, path.with_name("second"))


def by_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def by_directory(path: Path) -> None:
    path.unlink()
    path.mkdir(0o700)


def by_size(path: Path) -> None:
    os.truncate(path, (1 << 20) + 1)


def by_owner(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, 65534)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (by_link, "link"),
        (by_second_name, "second_name"),
        (by_fifo, "wrong_kind"),
        (by_directory, "wrong_kind"),
        (by_size, "too_large"),
        (by_owner, "foreign_owner"),
    ],
)
def test_what_cannot_be_mended_safely_is_named_and_left(
    patient: Patient, spoil: Callable[[Path], None], code: str
) -> None:
    path = patient.home / TOKENS
    spoil(path)
    before = patient.tree()
    for fix in (False, True):
        finding = only(patient.told(fix=fix))
        assert (finding.code, finding.severity, finding.subject) == (code, "error", str(path))
        assert (finding.can_fix, finding.fixed) == (False, False)
    assert patient.changed(before) == {}


@pytest.mark.parametrize("spoil", [by_link, by_owner])
@pytest.mark.parametrize("name", [".mp/accounts", ".mp/accounts/ana", ".mp/oauth"])
def test_a_directory_of_somebody_else_or_behind_a_link_is_named(
    patient: Patient, name: str, spoil: Callable[[Path], None]
) -> None:
    path = patient.home / name
    spoil(path)
    before = patient.tree()
    findings = [each for each in patient.told(fix=True) if each.topic == "files"]
    assert only(findings).subject == str(path)
    assert not any(each.fixed for each in patient.told(fix=True))
    assert patient.changed(before) == {}


def test_a_linked_root_is_named_with_the_place_it_leads_to(patient: Patient) -> None:
    patient.root.rename(patient.home / "real")
    patient.root.symlink_to("real")
    (patient.home / "real" / "ui.toml").chmod(0o644)
    before = patient.tree()
    finding = only([each for each in patient.told(fix=True) if each.topic == "files"])
    assert finding.code == "linked_root"
    assert finding.facts["target"] == str(patient.home / "real")
    assert patient.changed(before) == {}


def test_a_configuration_behind_a_link_is_never_narrowed_through_it(patient: Patient) -> None:
    path, real = patient.root / "config.toml", patient.home / "dotfiles" / "config.toml"
    real.parent.mkdir(mode=0o755)
    path.rename(real)
    path.symlink_to(real)
    assert patient.told() == []
    real.chmod(0o644)
    before = patient.tree()
    finding = only(patient.told(fix=True))
    assert (finding.code, finding.subject) == ("open_to_others", str(real))
    assert (finding.can_fix, finding.fixed) == (False, False)
    assert patient.changed(before) == {}


def test_a_second_name_of_the_configuration_is_a_warning(patient: Patient) -> None:
    path = patient.root / "config.toml"
    by_second_name(path)
    path.chmod(0o644)
    before = patient.tree()
    findings = patient.told(fix=True)
    assert [(each.code, each.severity) for each in findings] == [
        ("second_name", "warning"),
        ("open_to_others", "warning"),
    ]
    assert not any(each.fixed for each in findings)
    assert patient.changed(before) == {}


@pytest.mark.parametrize(("mode", "is_told"), [(0o777, True), (0o1777, False), (0o755, False)])
def test_somebody_elses_directory_is_only_told_of_when_others_may_change_it(
    patient: Patient, tmp_path: Path, mode: int, is_told: bool
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    (patient.root / "config.toml").rename(shared / "config.toml")
    patient.environ["MP_CONFIG_PATH"] = str(shared / "config.toml")
    before = patient.tree()
    findings = [each for each in patient.told(fix=True) if each.topic == "files"]
    assert [each.subject for each in findings] == ([str(shared)] if is_told else [])
    assert not any(each.can_fix for each in findings)
    assert patient.changed(before) == {}
    assert shared.stat().st_mode & 0o7777 == mode


def test_the_bridge_in_use_is_looked_at(patient: Patient) -> None:
    path = patient.world.write_bridge()
    path.chmod(0o644)
    before = patient.tree()
    assert only([each for each in patient.told() if each.is_wrong]).subject == str(path)
    assert [each.code for each in patient.told(fix=True) if each.fixed] == ["open_to_others"]
    assert patient.changed(before) == {str(path): ("mode",)}


def test_the_directory_of_the_bridge_at_home_is_ours_and_the_one_above_is_not(
    patient: Patient,
) -> None:
    directory = patient.home / ".claude" / "mixpanel"
    directory.mkdir(parents=True)
    patient.world.write_bridge().rename(directory / "auth.json")
    del patient.environ["MP_AUTH_FILE"]
    directory.parent.chmod(0o775)
    directory.chmod(0o755)
    before = patient.tree()
    findings = [each for each in patient.told(fix=True) if each.topic == "files"]
    assert {(each.subject, each.fixed) for each in findings} == {
        (str(directory.parent), False),
        (str(directory), False),
    }
    directory.parent.chmod(0o755)
    findings = [each for each in patient.told(fix=True) if each.topic == "files"]
    assert [(each.subject, each.fixed) for each in findings] == [(str(directory), True)]
    assert set(patient.changed(before)) == {str(directory), str(directory.parent)}


def test_a_file_that_changes_hands_in_between_is_left(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = patient.home / TOKENS
    path.chmod(0o644)
    monkeypatch.setattr("mixdesk.ops.doctor.repairs._is_single_file", lambda status: False)
    finding = only(patient.told(fix=True))
    assert (finding.can_fix, finding.fixed) == (True, False)
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_disk_that_refuses_is_told_with_its_reason(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (patient.home / TOKENS).chmod(0o644)

    def refuse(*args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.fchmod", refuse)
    finding = only(patient.told(fix=True))
    assert (finding.fixed, finding.facts["failed"]) == (False, "Operation not permitted")


def test_what_cannot_be_looked_at_is_told_with_the_reason(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = str(patient.home / TOKENS)
    lstat = os.lstat

    def refuse(path: str) -> os.stat_result:
        if path == hidden:
            raise PermissionError(13, "Permission denied")
        return lstat(path)

    monkeypatch.setattr("mixdesk.ops.doctor.files.os.lstat", refuse)
    finding = only([each for each in patient.told() if each.topic == "files"])
    assert (finding.code, finding.subject) == ("hidden_from_us", hidden)
    assert finding.facts["reason"] == "Permission denied"


def test_the_end_of_a_name_means_nothing_by_itself(patient: Patient) -> None:
    (patient.root / "notes.json").write_text("mine")
    (patient.root / "accounts" / "ana" / "notes.json").write_text("mine")
    assert patient.told() == []
