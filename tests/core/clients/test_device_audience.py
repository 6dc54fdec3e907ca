"""What a session carries, and to whom: its audience's own origin, and nobody that looks like it."""

from __future__ import annotations

import httpx
import pytest

import mixdesk as mp
from mixdesk.clients import DeviceSession

from .sessions import CANARY, Desk

HUB = "https://hub.example.com/api"
OTHERS = [
    "https://hub.example.com.evil.example/api",
    "https://hub.example.comevil.example/api",
    "https://evil.example/https://hub.example.com/api",
    "https://hub.example.com@evil.example/api",
    "https://api.hub.example.com/api",
    "https://example.com/api",
    "https://hub.example.com:8443/api",
    "http://hub.example.com/api",
    "http://hub.example.com:443/api",
    "https://xn--hb-lka.example.com/api",
    "https://evil.example\\@hub.example.com.evil.example/api",
]
OURS = [
    "https://hub.example.com/api/pods",
    "https://hub.example.com/elsewhere",
    "https://HUB.example.com/api",
    "https://hub.example.com:443/api",
]


@pytest.fixture
def session(desk: Desk) -> DeviceSession:
    session = desk.abroad()
    session.authenticate()
    return session


@pytest.fixture
def keyed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> DeviceSession:
    monkeypatch.setenv("BITFOUNT_API_KEY_ID", "id-1:id-2")
    monkeypatch.setenv("BITFOUNT_API_KEY", f"{CANARY}:{CANARY}-2")
    return desk.abroad()


class TestTheToken:
    @pytest.mark.parametrize("url", OURS)
    def test_goes_to_the_audience(self, desk: Desk, session: DeviceSession, url: str) -> None:
        session.get(url)
        assert desk.net.carried() == [f"Bearer {session.access_token}"]

    @pytest.mark.parametrize("url", OTHERS)
    def test_goes_to_nobody_else(self, desk: Desk, session: DeviceSession, url: str) -> None:
        try:
            session.get(url)
        except httpx.InvalidURL:
            return  # as good
        (carried,) = desk.net.carried()
        assert str(session.access_token) not in str(carried)
        assert not str(carried).startswith("Bearer")

    @pytest.mark.parametrize("url", [u for u in OTHERS if "\\" not in u])
    def test_goes_nowhere_else_with_a_redirect(
        self, desk: Desk, session: DeviceSession, url: str
    ) -> None:
        desk.net.moved[f"{HUB}/a"] = url
        session.get(f"{HUB}/a")
        ours, theirs = desk.net.carried()
        assert ours == f"Bearer {session.access_token}"
        assert str(session.access_token) not in str(theirs)

    def test_does_not_come_back_with_a_redirect(self, desk: Desk, session: DeviceSession) -> None:
        desk.net.moved = {f"{HUB}/a": "https://evil.example/", "https://evil.example/": HUB}
        session.get(f"{HUB}/a")
        assert desk.net.carried()[1:] == [None, None]

    def test_goes_with_a_redirect_of_the_audience_to_itself(
        self, desk: Desk, session: DeviceSession
    ) -> None:
        desk.net.moved[f"{HUB}/a"] = "/api/b"
        session.get(f"{HUB}/a")
        assert desk.net.carried() == [f"Bearer {session.access_token}"] * 2

    def test_goes_with_every_way_to_ask(self, desk: Desk, session: DeviceSession) -> None:
        session.request("POST", HUB, {"page": "1"}, {"a": "b"}, {"X-More": "1"}, timeout=5.0)
        session.post(HUB, json={"a": 1})
        with session.stream("GET", HUB) as answer:
            answer.read()
        session.send(session.build_request("GET", HUB))
        assert desk.net.carried() == [f"Bearer {session.access_token}"] * 4
        first = desk.net.requests[0]
        assert (str(first.url), first.content) == (f"{HUB}?page=1", b"a=b")
        assert first.headers["X-More"] == "1"

    def test_takes_the_place_of_a_header_of_the_callers(
        self, desk: Desk, session: DeviceSession
    ) -> None:
        session.get(HUB, headers={"Authorization": "Bearer other"})
        assert desk.net.carried() == [f"Bearer {session.access_token}"]

    def test_leaves_what_the_caller_sends_elsewhere_alone(
        self, desk: Desk, session: DeviceSession
    ) -> None:
        session.get("https://other.example/", headers={"Authorization": "Bearer other"})
        session.get("https://other.example/", auth=("me", "pw"))
        bearer, basic = desk.net.carried()
        assert bearer == "Bearer other"
        assert str(basic).startswith("Basic ")

    def test_gives_way_to_the_callers_auth(self, desk: Desk, session: DeviceSession) -> None:
        session.get(HUB, auth=("me", "pw"))
        assert str(desk.net.carried()[0]).startswith("Basic ")

    def test_is_asked_for_only_when_it_is_needed(self, desk: Desk) -> None:
        desk.abroad().get("https://other.example/")
        assert desk.logins == 0

    def test_stays_at_home_when_redirects_are_not_followed(self, desk: Desk) -> None:
        session = desk.abroad(follow_redirects=False)
        desk.net.moved[HUB] = "https://evil.example/"
        assert session.get(HUB).status_code == 307
        assert len(desk.net.requests) == 1

    def test_stays_at_home_whatever_hooks_the_caller_has(
        self, desk: Desk, keyed: DeviceSession
    ) -> None:
        seen: list[str] = []
        keyed.event_hooks = {"request": [lambda request: seen.append(str(request.url))]}
        desk.net.moved[HUB] = "https://evil.example/"
        keyed.get(HUB)
        assert seen == [HUB, "https://evil.example/"]
        assert desk.net.carried("x-api-key")[1] is None


class TestAnotherApi:
    """``api=``: the one address that is shown the token, in the audience's place."""

    API = "https://am.example.com"

    def test_is_shown_the_same_token_as_the_audience(
        self, desk: Desk, session: DeviceSession
    ) -> None:
        other = desk.abroad(api=self.API)
        other.get(f"{self.API}/a")
        assert desk.net.carried() == [f"Bearer {session.access_token}"]
        assert desk.logins == 1

    def test_is_shown_it_instead(self, desk: Desk) -> None:
        desk.abroad(api=self.API).get(HUB)
        assert desk.net.carried() == [None]

    def test_is_needed_where_the_audience_is_no_address(self, desk: Desk) -> None:
        session = desk.abroad("urn:example:api", api=self.API)
        session.get(self.API)
        assert desk.net.carried() == [f"Bearer {session.access_token}"]

    def test_must_be_one_that_a_secret_may_be_sent_to(self) -> None:
        with pytest.raises(mp.InvalidArgumentError, match="api is plain http"):
            DeviceSession(api="http://am.example.com")

    @pytest.mark.usefixtures("keyed")
    def test_gets_keys_of_two_halves_whole(self, desk: Desk) -> None:
        desk.abroad(api=self.API).get(self.API)
        assert desk.net.carried("x-api-key-id") == ["id-1:id-2"]
        assert desk.net.carried("x-api-key") == [f"{CANARY}:{CANARY}-2"]

    @pytest.mark.usefixtures("keyed")
    def test_takes_them_nowhere_else(self, desk: Desk) -> None:
        desk.net.moved[self.API] = HUB
        desk.abroad(api=self.API).get(self.API)
        assert desk.net.carried("x-api-key")[1] is None


class TestTheKeys:
    @pytest.mark.parametrize("url", OURS)
    def test_go_to_the_audience_as_far_as_they_are_its_own(
        self, desk: Desk, keyed: DeviceSession, url: str
    ) -> None:
        keyed.get(url)
        assert desk.net.carried("x-api-key-id") == ["id-1"]
        assert desk.net.carried("x-api-key") == [CANARY]
        assert desk.net.carried() == [None]

    @pytest.mark.parametrize("url", OTHERS)
    def test_go_to_nobody_else(self, desk: Desk, keyed: DeviceSession, url: str) -> None:
        try:
            keyed.get(url)
        except httpx.InvalidURL:
            return
        assert desk.net.carried("x-api-key") == [None]
        assert desk.net.carried("x-api-key-id") == [None]

    @pytest.mark.parametrize("url", [u for u in OTHERS if "\\" not in u])
    def test_go_nowhere_else_with_a_redirect(
        self, desk: Desk, keyed: DeviceSession, url: str
    ) -> None:
        desk.net.moved[f"{HUB}/a"] = url
        keyed.get(f"{HUB}/a")
        assert desk.net.carried("x-api-key") == [CANARY, None]
        assert desk.net.carried("x-api-key-id") == ["id-1", None]
