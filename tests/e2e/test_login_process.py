"""``mp login`` with a browser, as a real process in pipes against the sandbox."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mixdesk.oauth.loopback_ports import PORTS
from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.e2e.logging_in import MP, go_back, running
from tests.fakes.nobody import nobody_there

pytestmark = pytest.mark.usefixtures("ports_to_itself")

CANARY = "canary-c0ffee"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    with SandboxServer() as one:
        monkeypatch.setenv("MP_API_BASE_URL", one.base_url)
        yield one


@pytest.fixture
def demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = home / ".mp"
    root.mkdir(mode=0o700)
    seed(root)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return root


def files(home: Path) -> dict[str, bytes]:
    """Every file there is, save locks, which are never removed."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def log_in(line: str, account: str | None = "acme-corp") -> tuple[int, str, str]:
    with running(f"{line} --no-browser") as login:
        go_back(browsing.log_in(login.url(), account))
        return login.end()


def test_a_login_from_the_address_to_the_account(server: SandboxServer, home: Path) -> None:
    code, out, err = log_in("login --project 3713224 --name acme -f json")
    assert code == 0, err
    assert err.endswith("ana@acme.example is now acme · AI Demo\n")
    account = json.loads(out)
    assert (account["name"], account["has_tokens"], account["active"]) == ("acme", True, True)
    tokens = json.loads((home / ".mp" / "accounts" / "acme" / "tokens.json").read_text())
    for secret in (tokens["access_token"], tokens["refresh_token"]):
        assert secret not in out + err
    assert not set(map(chr, range(32))) - {"\n"} & set(out + err)
    assert "Waiting" not in err
    assert "paste" not in err


def test_a_browser_that_can_be_started_is_given_the_address(
    server: SandboxServer, home: Path, tmp_path: Path
) -> None:
    note, browser = tmp_path / "opened", tmp_path / "browser"
    os.mkfifo(note)  # read as soon as it is written, however long the browser takes to start
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {note}\n')
    browser.chmod(0o755)
    line = "login --project 3713224"
    with running(line, DISPLAY=":0", BROWSER=f"{browser} %s") as login:
        url = login.url()
        assert note.read_text() == url
        location = browsing.log_in(url)
        assert login.process.stderr is not None
        said = login.process.stderr.readline()
        assert said == b"A browser is being opened with it.\n"
        go_back(location)
        assert login.end()[0] == 0


@pytest.mark.parametrize(
    ("line", "account", "code", "said"),
    [
        ("login --project 3713224", None, 2, "error: "),
        ("login", "acme-corp", 1, "3713224 (AI Demo)"),
        ("login --project 1", "acme-corp", 4, "cannot see project 1"),
        ("login --project 998812", "acme-corp", 1, "mp login --region eu"),
    ],
)
def test_what_fails_leaves_nothing(
    server: SandboxServer, home: Path, line: str, account: str | None, code: int, said: str
) -> None:
    ended, out, err = log_in(line, account)
    assert (ended, out) == (code, ""), err
    assert said in err
    assert "Traceback" not in err
    assert files(home) == {}


def test_too_many_requests_exit_5(server: SandboxServer, home: Path) -> None:
    server.faults.add("/api/app/me", Fault(status=429, retry_after=3600))
    ended, _, err = log_in("login --project 3713224")
    assert ended == 5, err
    assert files(home) == {}


def test_a_name_that_is_taken_and_nobody_to_ask(server: SandboxServer, home: Path) -> None:
    assert log_in("login --project 3713224")[0] == 0
    before = files(home)
    ended, _, err = log_in("login --project 3713224")
    assert ended == 1
    assert "acme-inc" in err
    assert files(home) == before


@pytest.mark.parametrize("variable", ["MP_API_BASE_URL", "MP_OAUTH_BASE_URL"])
def test_nobody_there_is_no_refusal(home: Path, variable: str) -> None:
    with nobody_there() as url, running("login --no-browser", **{variable: url}) as login:
        ended, _, err = login.end()
    assert ended == 1, err
    assert "cannot be reached" in err
    assert files(home) == {}


def test_no_free_port_is_no_refusal(server: SandboxServer, home: Path) -> None:
    with ExitStack() as taken:
        for port in PORTS:
            taken.enter_context(socket.create_server(("127.0.0.1", port)))
        with running("login --no-browser") as login:
            ended, _, err = login.end()
    assert ended == 1
    assert str(PORTS[0]) in err
    assert files(home) == {}


def test_bad_arguments_exit_3(home: Path) -> None:
    done = subprocess.run(
        [*MP, "login", "-S", "--device"], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 3
    assert files(home) == {}


def test_an_account_whose_login_is_over_logs_in_again(server: SandboxServer, demo: Path) -> None:
    before = tomllib.loads((demo / "config.toml").read_text())["accounts"]["agency"]
    code, out, err = log_in("account login agency -f json")
    assert code == 0, err
    assert json.loads(out)["status"] == "ok"
    after = tomllib.loads((demo / "config.toml").read_text())
    assert after["accounts"]["agency"] == before
    assert after["active"] == {"account": "agency"}
    done = subprocess.run([*MP, "account", "test", "agency"], check=False, timeout=60)
    assert done.returncode == 0


def test_somebody_else_is_told_of(server: SandboxServer, demo: Path) -> None:
    code, _, err = log_in("account login acme-corp", "guest")
    assert code == 0, err
    assert "warning: This account was ana@acme.example until now" in err


def test_an_account_without_a_project_gets_the_first(server: SandboxServer, demo: Path) -> None:
    code, out, err = log_in("account login new-colleague -f json", "new-colleague")
    assert code == 0, err
    assert json.loads(out)["default_project"] is not None


def test_somebody_who_sees_nothing_is_logged_in_all_the_same(
    server: SandboxServer, home: Path
) -> None:
    code, _, err = log_in("login --name mine", "guest")
    assert code == 0
    assert "is now mine\n" in err
    assert "No project is chosen." in err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_whoever_ends_it_leaves_nothing(
    server: SandboxServer, home: Path, number: signal.Signals, code: int
) -> None:
    with running("login --no-browser") as login:
        url = login.url()
        login.process.send_signal(number)
        ended, out, err = login.end()
    assert (ended, out) == (code, "")
    assert "Traceback" not in err
    assert files(home) == {}
    # The port is free again: the same one is listened on next time.
    redirect = parse_qs(urlsplit(url).query)["redirect_uri"]
    with running("login --no-browser") as login:
        assert parse_qs(urlsplit(login.url()).query)["redirect_uri"] == redirect


def test_quiet_says_the_address_and_nothing_else(server: SandboxServer, home: Path) -> None:
    with running("login -q --no-browser --project 3713224") as login:
        url = login.url()
        go_back(browsing.log_in(url))
        assert login.end() == (0, "", f"{url}\n")


@pytest.mark.parametrize("flag", ["--debug", "-v"])
def test_no_code_and_no_secret_is_in_a_report(server: SandboxServer, home: Path, flag: str) -> None:
    server.faults.add("/oauth/token", Fault(status=500, message=CANARY))
    with running(f"login --no-browser --project 3713224 {flag}") as login:
        location = browsing.log_in(login.url())
        go_back(location)
        ended, out, err = login.end()
    assert ended == 2, err
    assert browsing.fields_of(location)["code"] not in out + err
    assert ("Traceback" in err) is (flag == "--debug")


def test_a_secret_on_stdin_is_in_no_argument(server: SandboxServer, home: Path) -> None:
    process = subprocess.Popen(
        [*MP, "login", "-S", "--secret-stdin", "--debug", "-v"],
        env={**os.environ, "MP_USERNAME": "team.x"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(CANARY.encode())
    process.stdin.flush()
    for part in ("cmdline", "environ"):
        place = Path(f"/proc/{process.pid}/{part}")
        if place.exists():
            assert CANARY.encode() not in place.read_bytes()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert CANARY.encode() not in out + err


def test_a_login_loads_no_app(server: SandboxServer, home: Path) -> None:
    program = (
        "import sys\n"
        "from mixdesk_cli.main import run\n"
        "code = run(['login', '-S', '--device'])\n"
        "print(code, *sorted({'textual', 'httpx', 'pydantic', 'tomlkit'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "3\n"
