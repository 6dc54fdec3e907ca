"""A disk on which nothing can be saved is named."""

from __future__ import annotations

import errno
import fcntl
import os

import pytest

from .patient import Patient


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_without_locks_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(code, "no locks")

    monkeypatch.setattr("fcntl.flock", refuse)
    (finding,) = (each for each in patient.told() if each.topic == "files")
    assert (finding.code, finding.severity) == ("no_locks", "error")
    assert finding.subject == str(patient.root)


def test_a_lock_that_another_process_holds_is_a_lock(patient: Patient) -> None:
    with (patient.root / "config.toml").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert patient.told() == []


def test_a_disk_that_cannot_be_written_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = os.access

    def access(path: str, mode: int) -> bool:
        return not (str(path) == str(patient.root) and mode & os.W_OK) and may(path, mode)

    monkeypatch.setattr("os.access", access)
    (finding,) = patient.told()
    assert (finding.code, finding.subject) == ("not_writable", str(patient.root))


def test_both_places_are_looked_at(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    other = patient.home / "other"
    other.mkdir(mode=0o700)
    (patient.root / "config.toml").rename(other / "config.toml")
    patient.environ["MP_CONFIG_PATH"] = str(other / "config.toml")

    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr("fcntl.flock", refuse)
    found = {each.subject for each in patient.told() if each.code == "no_locks"}
    assert found == {str(patient.root), str(other)}
