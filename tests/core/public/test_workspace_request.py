"""Any endpoint: what arrives there, what comes back, and to whom a credential goes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import mixdesk as mp
from mixdesk.sandbox.call import Call
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.routes import Route
from mixdesk.sandbox.server import SandboxServer
from mixdesk.sandbox.wire import Answer, Request

from .desk import Desk

ECHO = "/api/app/echo"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


class Echo:
    """An endpoint that keeps what it is sent."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answer = Answer(200, b'{"ok": true}')

    def __call__(self, call: Call) -> Answer:
        call.identity()
        self.seen.append(call.request)
        return self.answer

    @property
    def last(self) -> Request:
        return self.seen[-1]


@pytest.fixture
def echo(desk: Desk) -> Echo:
    made = Echo()
    for path in (ECHO, ECHO + "/{one}", ECHO + "/{one}/{other}"):
        desk.server.routes += [Route(method, path, made) for method in METHODS]
    return made


@pytest.fixture
def elsewhere() -> Iterator[SandboxServer]:
    """Another server on this machine: what it is told of credentials is a leak."""
    with SandboxServer() as server:
        yield server
        assert [entry for entry in server.requests if "authorization" in entry.headers] == []
        server.wait_until_idle()


class TestPlaceholders:
    def test_stand_for_the_sessions_own(self, desk: Desk, echo: Echo) -> None:
        ws = desk.open(target="ecom")
        ws.request("GET", ECHO + "/{project_id}/{workspace_id}?again={project_id}")
        assert echo.last.target.endswith(f"{ECHO}/3018488/3448424?again=3018488")
        assert len(desk.server.requests) == 1

    def test_choose_a_workspace_where_none_is_pinned(self, desk: Desk, echo: Echo) -> None:
        ws = desk.open().use(project="3713230")
        ws.request("GET", ECHO + "/{workspace_id}")
        chosen = ws.resolve_workspace()
        assert chosen.name == "All Project Data"
        assert echo.last.path.endswith(f"/{chosen.id}")
        assert ws.workspace is None

    def test_ask_nobody_where_the_path_is_foreign(self, desk: Desk, echo: Echo) -> None:
        ws = desk.open().use(project="3713230")
        with pytest.raises(mp.InvalidArgumentError):
            ws.request("GET", "https://evil.test/{workspace_id}")
        assert len(desk.server.requests) == 0

    def test_that_cannot_be_filled_are_an_error(self, desk: Desk, echo: Echo) -> None:
        ws = desk.open().use(project="1")
        with pytest.raises(mp.WorkspaceScopeError):
            ws.request("GET", ECHO + "/{workspace_id}")
        assert echo.seen == []

    def test_are_no_others(self, desk: Desk, echo: Echo) -> None:
        desk.open().request("GET", ECHO + "/{account}")
        assert echo.last.path.endswith("/{account}")

    def test_are_not_filled_in_what_is_sent(self, desk: Desk, echo: Echo) -> None:
        ws = desk.open()
        ws.request("POST", ECHO, params={"a": "{project_id}"}, json_body={"b": "{project_id}"})
        assert echo.last.query["a"] == ("{project_id}",)
        assert json.loads(echo.last.body) == {"b": "{project_id}"}


class TestWhatIsSent:
    @pytest.mark.parametrize("method", METHODS)
    def test_has_its_method(self, desk: Desk, echo: Echo, method: str) -> None:
        answer = desk.open().request(method, ECHO)
        assert echo.last.method == method
        assert answer == (None if method == "HEAD" else {"ok": True})

    def test_is_nothing_that_was_not_given(self, desk: Desk, echo: Echo) -> None:
        desk.open().request("GET", ECHO)
        assert (echo.last.query, echo.last.body) == ({}, b"")

    @pytest.mark.parametrize("body", [{"a": ["ü", 1, None]}, [], {}, 0, False, "text"], ids=repr)
    def test_is_json(self, desk: Desk, echo: Echo, body: Any) -> None:
        desk.open().request("POST", ECHO, json_body=body)
        assert json.loads(echo.last.body) == body
        assert echo.last.headers["content-type"] == "application/json"

    def test_is_a_form(self, desk: Desk, echo: Echo) -> None:
        desk.open().request("POST", ECHO, form_body={"a": "b & ü"})
        assert echo.last.field("a") == "b & ü"

    def test_is_not_both(self, desk: Desk, echo: Echo) -> None:
        with pytest.raises(ValueError, match="exclude"):
            desk.open().request("POST", ECHO, json_body={}, form_body={})
        assert echo.seen == []

    def test_has_the_query_of_the_path_and_the_params(self, desk: Desk, echo: Echo) -> None:
        desk.open().request("GET", ECHO + "?a=1", params={"b": "2 & 3"})
        assert echo.last.query == {"a": ("1",), "b": ("2 & 3",)}

    def test_goes_to_a_whole_address_too(self, desk: Desk, echo: Echo) -> None:
        desk.open().request("GET", desk.server.url(ECHO + "/{project_id}"))
        assert echo.last.path == f"/us{ECHO}/3713224"


class TestWhatComesBack:
    @pytest.mark.parametrize(
        ("answer", "value"),
        [
            (Answer(200, b'{"a": 1}'), {"a": 1}),
            (Answer(201, b"[]"), []),
            (Answer(200, b"null"), None),
            (Answer(200, b""), None),
            (Answer(202, b"5"), 5),
            (Answer(204), None),
        ],
        ids=repr,
    )
    def test_is_decoded(self, desk: Desk, echo: Echo, answer: Answer, value: object) -> None:
        echo.answer = answer
        assert desk.open().request("POST", ECHO) == value

    def test_that_is_a_web_page_is_an_error(self, desk: Desk) -> None:
        desk.server.faults.add("/api/app/", Fault("html", status=200))
        with pytest.raises(mp.APIError, match=f"{ECHO} is an HTML page"):
            desk.open().request("GET", ECHO)

    @pytest.mark.parametrize(
        ("fault", "kind", "status"),
        [
            (Fault(status=400, message="no"), mp.QueryError, 400),
            (Fault(status=401), mp.AuthenticationError, 401),
            (Fault(status=403), mp.AuthenticationError, 403),
            (Fault(status=404), mp.QueryError, 404),
            (Fault(status=409), mp.QueryError, 409),
            (Fault(status=422), mp.QueryError, 422),
            (Fault(status=429, retry_after=7200), mp.RateLimitError, 429),
            (Fault(status=500), mp.ServerError, 500),
            (Fault("html", status=502), mp.ServerError, 502),
            (Fault("truncated"), mp.APIError, 200),
            (Fault("cut"), mp.APIError, 0),
            (Fault("drop"), mp.APIError, 0),
            (Fault("redirect", to="/api/app/me"), mp.APIError, 302),
        ],
        ids=lambda value: str(getattr(value, "kind", "")) + str(getattr(value, "status", "")),
    )
    def test_is_a_typed_error(
        self, desk: Desk, echo: Echo, fault: Fault, kind: type[mp.APIError], status: int
    ) -> None:
        desk.server.faults.add(ECHO, fault)
        with pytest.raises(kind) as caught:
            desk.open().request("GET", ECHO + "?token=canary")
        assert type(caught.value) is kind
        assert caught.value.status_code == status
        assert ECHO in caught.value.message
        assert "canary" not in repr(caught.value.to_dict())
        assert "secret-of-team" not in repr(caught.value.to_dict())

    def test_is_waited_for_as_long_as_the_server_asks(self, desk: Desk, echo: Echo) -> None:
        desk.server.faults.add(ECHO, Fault(status=429, retry_after=7, times=2))
        assert desk.open().request("POST", ECHO, json_body={"a": 1}) == {"ok": True}
        assert desk.clock.slept == [7.0, 7.0]
        assert json.loads(echo.last.body) == {"a": 1}

    def test_is_not_asked_for_twice_where_that_could_do_harm(self, desk: Desk, echo: Echo) -> None:
        desk.server.faults.add(ECHO, Fault(status=503))
        with pytest.raises(mp.ServerError):
            desk.open().request("POST", ECHO)
        assert len(desk.server.requests) == 1


class TestHeaders:
    def test_are_those_of_the_settings_then_the_bridge_then_the_call(
        self, desk: Desk, echo: Echo
    ) -> None:
        ws = desk.open()
        ws.request("GET", ECHO)
        assert echo.last.headers["x-cluster"] == "one"
        desk.carry(project="998812", headers={"x-CLUSTER": "two", "X-Bridge": "b"})
        ws = desk.open()
        ws.request("GET", ECHO)
        assert echo.last.headers["x-cluster"] == "two"
        ws.request("GET", ECHO, headers={"X-cluster": "three", "X-Call": "c"})
        assert echo.last.headers["x-cluster"] == "three"
        assert (echo.last.headers["x-bridge"], echo.last.headers["x-call"]) == ("b", "c")
        ws.request("GET", ECHO)
        assert "x-call" not in echo.last.headers

    @pytest.mark.parametrize("name", ["Authorization", "authorization"])
    def test_never_say_who_asks(self, desk: Desk, echo: Echo, name: str) -> None:
        session = desk.open().session.replace(headers={name: "Bearer token-of-ci"})
        ws = desk.open(session=session)
        ws.request("GET", ECHO, headers={name: "Bearer token-of-ci"})
        ws.events()
        assert [entry.account for entry in desk.server.requests] == ["team", "team"]

    def test_never_say_who_is_asked(self, desk: Desk, echo: Echo) -> None:
        desk.open().request("GET", ECHO, headers={"Host": "evil.test"})
        assert echo.last.headers["host"] == desk.server.origin.removeprefix("http://")

    def test_that_cannot_be_sent_are_refused(self, desk: Desk, echo: Echo) -> None:
        with pytest.raises(mp.InvalidArgumentError) as caught:
            desk.open().request("GET", ECHO, headers={"X-A": "b\r\nX-Injected: 1"})
        assert caught.value.violation == "header"
        assert len(desk.server.requests) == 0


class TestACredential:
    """Whatever a path is, nobody but this region's API is shown who asks."""

    def addresses(self, desk: Desk, elsewhere: SandboxServer) -> Mapping[str, str]:
        here, there = (server.origin.removeprefix("http://") for server in (desk.server, elsewhere))
        return {
            "another server": f"http://{there}/us/api/app/me",
            "another region": f"http://{here}/eu/api/app/me",
            "no region": f"http://{here}/api/app/me",
            "outside the API": f"http://{here}/us/oauth/token/",
            "a name of the same machine": f"http://localhost:{desk.server.port}/us/api/app/me",
            "another port": f"http://127.0.0.1:{elsewhere.port}/us/api/app/me",
            "a server for a user": f"http://{here}@{there}/us/api/app/me",
            "a server behind a backslash": f"http://{there}\\@{here}/us/api/app/me",
            "a user": f"http://user:canary@{here}/us/api/app/me",
            "another scheme": f"https://{here}/us/api/app/me",
            "no scheme": f"//{there}/us/api/app/me",
            "up": "/api/app/../../../eu/api/app/me",
            "up, encoded": "/api/app/%2e%2e/%2e%2e/%2e%2e/eu/api/app/me",
            "up, the other way": "/api/app/..\\..\\..\\eu\\api\\app\\me",
            "a server as a path": f"/{there}/api/app/me",
            "a query as a server": f"?@{there}/",
        }

    def test_is_shown_to_nobody_else(self, desk: Desk, elsewhere: SandboxServer) -> None:
        ws = desk.open()
        for path in self.addresses(desk, elsewhere).values():
            with pytest.raises(mp.InvalidArgumentError) as caught:
                ws.request("GET", path)
            assert caught.value.violation == "address"
            assert "canary" not in caught.value.message
        assert len(desk.server.requests) == len(elsewhere.requests) == 0

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_does_not_follow_a_redirect(
        self, desk: Desk, elsewhere: SandboxServer, status: int
    ) -> None:
        to = elsewhere.url("/api/app/me")
        desk.server.faults.add(ECHO, Fault("redirect", status=status, to=to))
        with pytest.raises(mp.APIError, match="redirect"):
            desk.open().request("POST", ECHO, json_body={})
        assert len(elsewhere.requests) == 0
