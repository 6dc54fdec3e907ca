"""The tokens of a session: renewed in time, by one hand, and once more when they are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mixdesk.sandbox.faults import Fault
from tests.core.oauth.logins import TOKEN_PATH, Crowd, all_at_once

from .sessions import Desk, stored


class TestATokenThatHasEnded:
    def test_is_renewed_before_a_request_carries_it(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.clock.forward(3600)
        assert session.expired
        assert not session.authenticated
        assert session.get(desk.me).status_code == 200
        assert (desk.refreshes, desk.logins) == (1, 1)
        assert [each.path for each in desk.server.requests[-2:]] == [TOKEN_PATH, "/api/app/me"]

    def test_is_renewed_a_little_ahead(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.clock.forward(3600 - 31)
        assert not session.expired
        desk.clock.forward(2)
        assert session.expired
        session.get(desk.me)
        assert desk.refreshes == 1
        assert not session.expired

    def test_is_replaced_on_the_disk_with_all_that_came_along(self, desk: Desk) -> None:
        desk.name("ana")
        session = desk.session()
        session.authenticate()
        before, ended = stored(session), session.access_token_expires_at
        desk.name("ana", "preferred_username")
        desk.clock.forward(3600)
        token = session.access_token
        after = stored(session)
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {
            "access_token",
            "access_token_expires_at",
            "id_token",
            "refresh_token",
        }
        assert (token, session.refresh_token) == (after["access_token"], after["refresh_token"])
        assert session.id_token == after["id_token"]
        assert ended is not None
        assert session.access_token_expires_at == ended + timedelta(seconds=3600)

    def test_keeps_what_the_server_does_not_send_again(self, desk: Desk) -> None:
        desk.name("ana")
        session = desk.session()
        session.authenticate()
        before = stored(session)
        desk.server.oauth.overrides.token.update(id_token=None, refresh_token=None)
        desk.clock.forward(3600)
        session.authenticate()
        after = stored(session)
        assert after["access_token"] != before["access_token"]
        assert after["id_token"] == before["id_token"]
        assert after["refresh_token"] == before["refresh_token"]

    def test_is_good_to_its_end_when_it_cannot_be_renewed(self, desk: Desk) -> None:
        desk.server.oauth.overrides.token["refresh_token"] = None
        session = desk.session()
        session.authenticate()
        assert session.refresh_token is None
        desk.clock.forward(3599)
        assert session.authenticated
        assert session.get(desk.me).status_code == 200
        assert desk.logins == 1
        desk.clock.forward(1)
        assert session.expired
        session.authenticate()
        assert desk.logins == 2

    def test_is_renewed_once_for_many_threads(self, desk: Desk) -> None:
        session, others = desk.session(), [desk.session() for _ in range(7)]
        session.authenticate()
        desk.clock.forward(3600)
        desk.server.faults.add(TOKEN_PATH, Fault("late", gate=Crowd(7), times=1))
        queue = [session, *others]
        answers = all_at_once(8, lambda: queue.pop().get(desk.me).status_code)
        assert answers == [200] * 8
        assert desk.refreshes == 1

    def test_does_not_end_because_a_clock_was_set_back(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.clock.forward(-3600)
        assert session.get(desk.me).status_code == 200
        assert desk.refreshes == 0


class TestATokenThatIsRefused:
    def test_is_renewed_and_the_request_sent_once_more(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.server.identities.revoke_token(str(session.access_token))
        assert session.get(desk.me).status_code == 200
        assert desk.refreshes == 1
        assert len(desk.server.requests.to("/api/app/me")) == 2

    def test_is_the_callers_to_see_when_there_is_no_other(self, desk: Desk) -> None:
        session = desk.session()
        session.authenticate()
        desk.server.oauth.revoke(str(session.refresh_token))
        assert session.get(desk.me).status_code == 401
        assert desk.logins == 1

    def test_is_replaced_by_what_another_process_has_got(self, desk: Desk) -> None:
        session, other = desk.session(), desk.session()
        session.authenticate()
        desk.clock.forward(3600)
        other.authenticate()
        assert session.get(desk.me).status_code == 200
        assert desk.refreshes == 1


@pytest.mark.parametrize("name", ["access_token", "authenticated", "expired"])
def test_nobody_is_asked_for_a_token_that_is_good(desk: Desk, name: str) -> None:
    session = desk.session()
    session.authenticate()
    before = len(desk.server.requests)
    getattr(session, name)
    assert len(desk.server.requests) == before
