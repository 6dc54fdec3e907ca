"""The one picture, and what deserves attention in it."""

from __future__ import annotations

from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.records import Axis, Shadowed
from mixdesk_tui.attention import attention
from mixdesk_tui.world import World, first_look, next_look
from tests.app.fakes import (
    NOW,
    account,
    axis,
    browser,
    empty,
    gone,
    hidden_project,
    overview,
    problem,
    session,
)

UNREADABLE = StoreError("config.toml:3 is not TOML.", code="STORE_CORRUPT", path="config.toml")


def unread(error: Exception) -> World:
    """What the world is after a failed look at a lived-in machine."""
    assert isinstance(error, StoreError | ConfigError)
    failed = overview(
        session=None, accounts=(), targets=(), problems=(), error=error, fingerprint=2
    )
    return next_look(first_look(overview()), failed)


def test_the_last_good_state_stays_when_the_file_is_broken() -> None:
    world = unread(UNREADABLE)
    assert world.error is UNREADABLE
    assert world.overview.accounts == overview().accounts
    assert world.overview.session == overview().session
    assert world.overview.fingerprint == 2


def test_it_recovers() -> None:
    mended = next_look(unread(UNREADABLE), overview(accounts=(), fingerprint=3))
    assert mended.error is None
    assert mended.overview.accounts == ()


def test_a_bad_variable_keeps_the_session_and_shows_new_rows() -> None:
    error = ConfigError("MP_REGION is 'xx'.")
    fewer = overview().accounts[:1]
    world = next_look(first_look(overview()), overview(session=None, accounts=fewer, error=error))
    assert world.overview.accounts == fewer
    assert world.overview.session == overview().session


def test_an_empty_machine_is_empty() -> None:
    assert first_look(empty()).is_empty
    assert not first_look(overview()).is_empty
    assert not first_look(empty()._replace(error=UNREADABLE)).is_empty


def test_credentials_from_the_environment_are_somebody() -> None:
    assert not first_look(empty()._replace(session=session())).is_empty


def test_all_is_well() -> None:
    assert attention(first_look(overview(session=session(), problems=())), NOW) == ()


def test_who_commands_act_as_is_told_where_it_is_not_what_is_saved() -> None:
    chosen, saved = ("MP_TARGET", "eu\x1b[0m"), ("MP_ACCOUNT", "acme-corp")
    looked = overview(session=session(), problems=())
    (found,) = attention(first_look(looked, (chosen, saved)), NOW)
    assert found.text == "MP_TARGET in your shell chooses eu for commands"
    assert (found.goal.place, found.goal.name) == ("environment", "MP_TARGET")
    again = next_look(first_look(looked, (chosen,)), looked)
    assert attention(again, NOW) == (found,)


def test_a_hidden_choice_leads_to_the_environment() -> None:
    (found,) = attention(first_look(overview(session=hidden_project())), NOW)
    assert found.text == "MP_PROJECT_ID in your shell hides the project you saved"
    assert (found.goal.place, found.goal.name) == ("environment", "MP_PROJECT_ID")


def test_a_variable_that_says_the_same_hides_nothing() -> None:
    view = session()
    same = Axis("3713224", "env", "MP_PROJECT_ID", (Shadowed("3713224", "account_default", ""),))
    view = view._replace(resolution=view.resolution._replace(project=same))
    assert attention(first_look(overview(session=view)), NOW) == ()


def test_a_dead_credential_leads_to_a_login() -> None:
    view = session(token_expires_at=NOW - 60, can_refresh=False)
    (found,) = attention(first_look(overview(session=view)), NOW)
    assert (found.goal.place, found.goal.name) == ("login", "acme-corp")
    assert found.text == "Account acme-corp: its token ended 1 min ago"


def test_a_credential_that_ends_soon_is_said_before_it_does() -> None:
    view = session(token_expires_at=NOW + 125, can_refresh=False)
    (found,) = attention(first_look(overview(session=view)), NOW)
    assert (found.goal.place, found.text) == ("login", "Account acme-corp: its token ends soon")
    calm = session(token_expires_at=NOW + 125)
    assert attention(first_look(overview(session=calm)), NOW) == ()


def test_a_login_that_was_taken_back_is_said_though_its_token_lives() -> None:
    rows = (browser("acme-corp", status="needs_login", is_active=True),)
    (found,) = attention(first_look(overview(session=session(), accounts=rows)), NOW)
    assert (found.goal.place, found.goal.name) == ("login", "acme-corp")
    assert "does not take its login any more" in found.text


def test_what_no_login_mends_leads_to_its_account() -> None:
    view = session(account_type="oauth_token", token_expires_at=NOW - 60, can_refresh=False)
    rows = (account("acme-corp", type="oauth_token"),)
    (found,) = attention(first_look(overview(session=view, accounts=rows)), NOW)
    assert found.goal.place == "account"
    env = view.resolution._replace(account=axis("acme-corp", "env", "MP_OAUTH_TOKEN"))
    (found,) = attention(first_look(overview(session=view._replace(resolution=env))), NOW)
    assert found.goal.place == "account"


def test_problems_lead_to_their_rows() -> None:
    problems = (
        gone("legacy\x1b[31m", "old"),
        problem(("accounts", "ci"), "Account 'ci' has a key that nobody knows."),
        problem(("active",), "The active account is gone.", kind="reference"),
        problem((), "The file is past 1 MiB.", kind="size"),
    )
    found = attention(first_look(overview(session=session(problems=problems))), NOW)
    assert [each.goal.place for each in found] == ["account", "target form", "file", "file"]
    assert found[1].goal.name == "legacy\x1b[31m"
    assert "\x1b" not in found[1].text
    assert found[-1].goal.name.endswith("config.toml:12")


def test_without_a_session_the_file_still_speaks() -> None:
    found = attention(first_look(overview(session=None)), NOW)
    assert [each.goal.place for each in found] == ["target form"]
