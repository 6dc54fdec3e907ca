"""A crash says what helps and nothing secret."""

from __future__ import annotations

from mixdesk_tui.crash import crash_report


def failure() -> ValueError:
    secret = "canary-91c0de"
    try:
        raise ValueError(f"bad value \x1b[31m{len(secret)}")
    except ValueError as error:
        return error


def test_it_names_the_fault_and_the_next_step() -> None:
    report = crash_report(failure(), debug=False)
    assert "ValueError" in report
    assert "MP_DEBUG=1" in report
    assert "bad value" not in report


def test_debugging_shows_the_way_but_no_variables() -> None:
    report = crash_report(failure(), debug=True)
    assert "bad value 13" in report
    assert "in failure" in report
    assert "\x1b" not in report
    assert "secret = 'canary" not in report
