"""What a session must not show: its tokens, codes and keys, to nobody who looks from outside."""

from __future__ import annotations

import pprint
import traceback

import pytest

import mixdesk as mp
from mixdesk.clients import device_login
from mixdesk.login.events import Event

from .sessions import CANARY, Desk


def secrets_of(desk: Desk) -> tuple[str, ...]:
    desk.name("ana")
    session = desk.session()
    session.authenticate()
    found = (session.access_token, session.refresh_token, session.id_token, session.device_code)
    assert all(found)
    return tuple(str(each) for each in found)


def test_its_repr_shows_no_secret_nor_do_its_parts(desk: Desk) -> None:
    secrets = secrets_of(desk)
    session = desk.session()
    session.authenticate()
    seen = [repr(session), pprint.pformat(vars(session)), repr(vars(session._login))]
    shown = "".join([*seen, *map(repr, vars(session._login).values()), repr(desk.events)])
    assert not [secret for secret in secrets if secret in shown]


def test_its_parts_show_no_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITFOUNT_API_KEY_ID", "id-1")
    monkeypatch.setenv("BITFOUNT_API_KEY", CANARY)
    session = desk.session()
    session.get(desk.me)
    assert CANARY not in f"{session!r}{pprint.pformat(vars(session))}{session.auth!r}"


@pytest.mark.parametrize("error", ["invalid_client", "invalid_grant", "access_denied"])
def test_an_error_shows_no_secret(desk: Desk, error: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = secrets_of(desk)
    desk.server.oauth.revoke(secrets[1])
    desk.server.oauth.refused_clients = int(error == "invalid_client") * 2
    desk.says = "no"
    desk.clock.forward(3600)
    with pytest.raises(mp.TokenUnavailableError) as caught:
        desk.session().authenticate()
    shown = f"{caught.value!r}{caught.value.to_dict()}" + "".join(
        traceback.format_exception(caught.value)
    )
    assert not [secret for secret in secrets if secret in shown]
    assert "mp login" not in shown


def test_what_is_said_at_the_terminal_holds_the_code_that_is_typed_and_no_other(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    def show(event: Event) -> None:
        device_login.prompt(event)
        desk.hear(event)

    session = desk.session(on_event=show)
    session.authenticate()
    said = capsys.readouterr().err
    assert str(session.device_code) not in said
    assert str(session.access_token) not in said
