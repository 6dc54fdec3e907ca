"""Narrowing looks once more at what it has opened, and follows no link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mixdesk.exceptions import StoreError
from mixdesk.ops.doctor.repairs import narrow
from mixdesk.store.files import Place


@pytest.fixture
def path(tmp_path: Path) -> Path:
    directory = tmp_path / "ours"
    directory.mkdir(mode=0o700)
    file = directory / "file"
    file.write_text("x")
    file.chmod(0o666)
    return file


def place(path: Path) -> Place:
    return Place(str(path), str(path.parent.parent))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_a_file_becomes_0600_and_a_directory_0700(path: Path) -> None:
    path.parent.chmod(0o755)
    assert narrow(place(path))
    assert narrow(place(path.parent), is_directory=True)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_a_link_that_took_its_place_leads_nowhere(path: Path) -> None:
    real = path.with_name("real")
    path.rename(real)
    path.symlink_to(real)
    with pytest.raises(OSError):
        narrow(place(path))
    assert mode(real) == 0o666


def test_a_linked_directory_on_the_way_leads_nowhere(path: Path) -> None:
    real = path.parent.with_name("real")
    path.parent.rename(real)
    path.parent.symlink_to(real)
    with pytest.raises(StoreError):
        narrow(place(path))
    with pytest.raises(OSError):
        narrow(place(path.parent), is_directory=True)
    assert (mode(real), mode(real / "file")) == (0o700, 0o666)


def test_what_has_a_second_name_or_is_no_file_is_left(path: Path) -> None:
    os.link(path, path.with_name("second"))
    assert not narrow(place(path))
    path.unlink()
    os.mkfifo(path, 0o666)
    path.chmod(0o666)
    assert not narrow(place(path))
    assert mode(path) == 0o666


def test_what_belongs_to_another_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = os.geteuid()
    monkeypatch.setattr("mixdesk.ops.doctor.repairs.os.geteuid", lambda: me + 1)
    assert not narrow(Place(str(path), str(path.parent)))
    assert mode(path) == 0o666


def test_no_descriptor_is_left_open(path: Path) -> None:
    before = os.listdir("/dev/fd")
    narrow(place(path))
    narrow(place(path.parent), is_directory=True)
    assert os.listdir("/dev/fd") == before
