"""Browser, clipboard and terminal: notes, never problems."""

from __future__ import annotations

import pytest

from .patient import Patient


def test_a_browser_that_cannot_be_opened_is_told_with_the_reason(patient: Patient) -> None:
    del patient.environ["DISPLAY"]
    told = {each.code: each for each in patient.told()}
    assert set(told) == {"no_browser", "no_clipboard"}
    assert told["no_browser"].facts["reason"] == "there is no display"
    assert {each.severity for each in told.values()} == {"note"}


@pytest.mark.parametrize("name", ["SSH_TTY", "SSH_CONNECTION"])
def test_over_ssh_the_clipboard_is_the_terminals(patient: Patient, name: str) -> None:
    patient.environ[name] = "x"
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("clipboard_of_terminal", "note")


@pytest.mark.parametrize(
    ("display", "programs", "code"),
    [
        ("DISPLAY", ("xclip",), "clipboard_ready"),
        ("DISPLAY", ("xsel",), "clipboard_ready"),
        ("DISPLAY", ("klipper", "qdbus"), "clipboard_ready"),
        ("DISPLAY", ("klipper",), "no_clipboard"),
        ("DISPLAY", ("wl-copy", "wl-paste"), "no_clipboard"),
        ("WAYLAND_DISPLAY", ("wl-copy", "wl-paste"), "clipboard_ready"),
        ("WAYLAND_DISPLAY", ("xclip",), "no_clipboard"),
    ],
)
def test_a_clipboard_needs_its_program(
    patient: Patient,
    monkeypatch: pytest.MonkeyPatch,
    display: str,
    programs: tuple[str, ...],
    code: str,
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (patient.home / "bin" / "xclip").unlink()
    del patient.environ["DISPLAY"]
    patient.environ[display] = ":0"
    for name in programs:
        patient.program(name, "")
    finding = patient.the(code)
    assert finding.severity == ("ok" if code == "clipboard_ready" else "note")


@pytest.mark.parametrize("value", ["dumb", "", None])
def test_a_terminal_that_cannot_show_the_app_is_told(patient: Patient, value: str | None) -> None:
    del patient.environ["TERM"]
    if value is not None:
        patient.environ["TERM"] = value
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("plain_terminal", "note")


def test_colour_that_is_declined_is_told(patient: Patient) -> None:
    patient.environ["NO_COLOR"] = "1"
    (finding,) = patient.told()
    assert (finding.code, finding.severity) == ("no_colour", "note")
