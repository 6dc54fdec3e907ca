"""The examples of ``docs/sessions.md`` that need more than the sandbox has, and its names."""

from __future__ import annotations

import inspect
import re
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mixdesk import clients
from mixdesk.clients import federation
from mixdesk.sandbox.call import Call
from mixdesk.sandbox.data import ANA
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.routes import Route
from mixdesk.sandbox.server import SandboxServer
from mixdesk.sandbox.wire import Answer, json_answer
from tests.core.clients.federating import CLIENT, federation_server
from tests.core.login.person import Person

from .test_session_docs import NAMES, section


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with federation_server() as server:
        server.routes.append(Route("POST", "/token", _client_credentials))
        yield server


def _client_credentials(call: Call) -> Answer:
    """Tokens for a program that knows its secret (RFC 6749, section 4.4)."""
    assert call.request.field("grant_type") == "client_credentials"
    assert call.request.field("client_secret") == "made-up-secret"
    oauth, ana = call.world.oauth, Identity("ana", "us", ANA, (100,))
    lives = oauth.access_lifetime
    _, issued = oauth.grants.begin(ana, "my-program", "events", lives, renews=False)
    return json_answer({"access_token": issued.access_token, "expires_in": int(lives)}, 200)


def _run(document: str, said: Mapping[str, str], directory: Path) -> list[str]:
    """Run the example of a document; what it says it prints."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", section(document), re.S | re.M)
    for name, real in said.items():
        assert name in example
        example = example.replace(name, real)
    file = directory / "example.py"
    file.write_text(example)
    runpy.run_path(str(file))
    found: list[str] = re.findall("# → (.+)$", example, re.M)
    return found


def test_the_example_of_a_client_gives_what_it_says(
    server: SandboxServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    said = {
        "https://api.example.com/app/me": server.url("/api/app/me"),
        "https://auth.example.com/token": f"{server.origin}/token",
    }
    printed = _run("q2", said, tmp_path)
    assert capsys.readouterr().out.splitlines() == printed
    assert len(server.requests.to("/token")) == 1
    assert len(server.requests.to("/api/app/me")) == 51
    assert (home / ".cache" / "reports.json").stat().st_mode & 0o777 == 0o600


def test_the_example_of_a_bearer_gives_what_it_says(
    server: SandboxServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(federation, "SystemBrowser", lambda environ: Person())
    printed = _run("nebius", {"auth.example.com": server.origin, "my-program": CLIENT}, tmp_path)
    caplog.clear()  # the person's browser has logged what it was sent
    out, err = capsys.readouterr()
    assert re.sub("expiration=[^)]+", "expiration=…", out).splitlines() == printed
    assert f"{server.origin}/oauth2/authorize?" in err


@pytest.mark.parametrize("name", NAMES["q2"])
def test_a_name_of_q2_is_ours_too(name: str) -> None:
    whole, _, given = name.partition("(")
    owner, _, member = whole.partition(".")
    found = getattr(clients, owner)
    if member and "(" not in name and owner == "OAuthToken":
        assert member in inspect.signature(found).parameters
        return
    found = inspect.getattr_static(found, member) if member else found
    found = getattr(found, "__func__", found)
    assert found.__doc__
    parameter, _, default = given.partition(")")[0].partition("=")
    if parameter:
        ours = inspect.signature(found).parameters[parameter]
        assert repr(ours.default) == default if default else ours.default is ours.empty


@pytest.mark.parametrize("name", [name for name in NAMES["nebius"] if name[0] in "BR"])
def test_a_name_of_nebius_is_ours_too(name: str) -> None:
    found = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:\((\w*)\))?", name)
    assert found is not None
    owner, member, parameter = found.groups()
    ours = getattr(clients, owner)
    ours = inspect.getattr_static(ours, member) if member else ours
    if parameter:
        parameter = {"endpoint": "federation_endpoint"}.get(parameter, parameter)
        assert parameter in inspect.signature(ours).parameters
