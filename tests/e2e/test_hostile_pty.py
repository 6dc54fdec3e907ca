"""Names that mean harm, everywhere at once, in the bytes that reach a real terminal."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.app.test_hostile import CONTROL
from tests.e2e.hostile_world import ACCOUNT, EVIL, HEADER, Hostile
from tests.e2e.terminal import Terminal

SEQUENCE = re.compile(
    r"\x1b\[(?P<mark>[<-?]?)(?P<numbers>[\d;:]*)(?P<end>[ -/]*[@-~])"
    r"|\x1b[\]PX^_](?P<text>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]"
)
CLIPBOARD = "52;c;"
ESC = "\x1b"


class Sent:
    """What a program sent to a terminal, taken apart.

    Args:
        sent: The bytes.
    """

    def __init__(self, sent: bytes) -> None:
        text = sent.decode()
        found = list(SEQUENCE.finditer(text))
        self.text = SEQUENCE.sub("", text)
        self.shapes = {_shape(each) for each in found}
        self.styles = {
            int(number)
            for each in found
            if each["end"] == "m"
            for number in re.findall(r"\d+", each["numbers"])
        }
        copied = (each["text"] or "" for each in found)
        self.copied = [
            base64.b64decode(each.removeprefix(CLIPBOARD)).decode()
            for each in copied
            if each.startswith(CLIPBOARD)
        ]


def _shape(found: re.Match[str]) -> str:
    """A sequence without what may differ between two sessions that do the same."""
    if found["text"] is not None:
        return CLIPBOARD if found["text"].startswith(CLIPBOARD) else found[0]
    varies = found["end"] in ("m", "H") and not found["mark"]
    return f"{found['mark']}{found['end']}" if varies else found[0]


def said_alike(evil: bytes, plain: bytes) -> None:
    """Check that a session among evil names sent nothing to obey that its twin did not send."""
    ours, twin = Sent(evil), Sent(plain)
    assert ours.shapes - twin.shapes == set()
    assert max(ours.styles) < 256
    assert set(CONTROL.findall(ours.text)) <= set(CONTROL.findall(twin.text)) <= {"\r", "\n", "\t"}
    assert b"canary" not in evil
    assert [each for each in ours.copied if CONTROL.search(each)] == []
    assert len(ours.copied) == len(twin.copied)


@contextmanager
def app(world: Hostile, **environ: str) -> Iterator[Terminal]:
    """The app in this world, over SSH, where what is copied goes through the terminal."""
    places = {"MP_STORAGE_DIR": str(world.root), "MP_CONFIG_PATH": f"{world.root}/config.toml"}
    known = {**os.environ, **places, "SSH_TTY": "/dev/pts/9", **environ}
    terminal = Terminal((sys.executable, "-m", "mixdesk_cli"), known, columns=120, rows=36)
    try:
        yield terminal
        terminal.press("q")
        assert terminal.finish() == 0
    finally:
        terminal.close()


def saved(world: Hostile) -> dict[str, Any]:
    return tomllib.loads((world.root / "config.toml").read_text())


def active_project(world: Hostile) -> str:
    return str(saved(world)["accounts"][ACCOUNT]["default_project"])


def through_the_files(world: Hostile) -> bytes:
    """Go wherever a name from the files or from a server is shown, and switch by one."""
    world.write()
    with world.server() as server, app(world, MP_API_BASE_URL=server.base_url) as terminal:
        look_at_status(terminal)
        look_at_accounts(terminal, server, world)
        look_at_targets(terminal, world)
        look_at_projects(terminal, server, world)
        look_at_the_rest(terminal, server, world)
    return terminal.sent


def look_at_status(terminal: Terminal) -> None:
    terminal.until("ctrl+p commands", "attention")
    terminal.press(f"{ESC}[6~" * 3)
    terminal.until("lately")
    terminal.press("jjjjjjjjjjjj\r")
    terminal.until("This needs a repair")
    leave(terminal, "This needs a repair")


def look_at_accounts(terminal: Terminal, server: SandboxServer, world: Hostile) -> None:
    terminal.press("2")
    terminal.until("KIND")
    terminal.press("G\r")
    terminal.until("This needs a repair")
    leave(terminal, "This needs a repair")
    terminal.press("gjjjj")
    terminal.until("account use other")
    ask(terminal, "e", "Account other")
    ask(terminal, "d", "Remove account other?")
    server.faults.add("/", Fault(status=403, message=world.all))
    terminal.press("T")
    terminal.until("need attention", "It said")
    terminal.press("jt")
    terminal.until("team: ")
    server.faults.clear()
    terminal.press("t")
    terminal.until("is accepted as")


def look_at_targets(terminal: Terminal, world: Hostile) -> None:
    terminal.press("3")
    terminal.until("ACCOUNT", "target use")
    terminal.press("/zz\r")
    terminal.until("3 of 20")
    terminal.press("jj\r")
    terminal.until("This needs a repair")
    leave(terminal, "This needs a repair")
    terminal.press("k")
    ask(terminal, "\r", "protected", "Type its name")
    terminal.press("k")
    ask(terminal, "e", "Target zz gone")
    ask(terminal, "d", "Remove target zz gone")
    terminal.press(ESC)
    terminal.until("ACCOUNT", gone=" of 20")
    terminal.press("g\r")
    terminal.until("is current now")
    assert active_project(world) == world.targets[min(world.targets)]
    ask(terminal, "R", "Rename")
    terminal.press("s")
    terminal.until("saved already")
    terminal.press("dy")
    terminal.until("is gone")
    assert min(world.targets) not in saved(world)["targets"]
    terminal.press("u")
    terminal.until("back")
    assert saved(world)["targets"][min(world.targets)]["account"] == ACCOUNT
    terminal.press("gp")
    terminal.until("is protected")
    ask(terminal, "i", "y copy", "esc close")
    for down in range(0, 7, 2):
        copy(terminal, down)


def copy(terminal: Terminal, down: int) -> None:
    """Copy one of the texts of what is highlighted."""
    already = terminal.sent.count(b"]52;")
    terminal.press("y")
    terminal.until("Copy from")
    terminal.press("j" * down + "\r")
    terminal.until("ctrl+p commands", gone="Copy from")
    terminal.until_sent(b"]52;", already + 1)


def look_at_projects(terminal: Terminal, server: SandboxServer, world: Hostile) -> None:
    terminal.press("4")
    terminal.until("ORGANIZATION", "19 projects")
    server.faults.add("/", Fault(status=403, message=world.all))
    terminal.press("r")
    terminal.until("This account may not read /me")
    server.faults.clear()
    terminal.press("/9100000\r")
    terminal.until("1 of 19")
    ask(terminal, "\r", "Nothing is changed")
    terminal.press("f")
    terminal.until("is a favourite now")
    terminal.press(f"{ESC}/9000017\r")
    terminal.until("1 of 19", "9000017")
    terminal.press("\t\r")
    terminal.until("is current now")
    assert active_project(world) == "9000017"
    terminal.press("s")
    terminal.until("saved as target")


def look_at_the_rest(terminal: Terminal, server: SandboxServer, world: Hostile) -> None:
    """The palette, the help, tooltips, a login."""
    terminal.press(":")
    terminal.until("A command, an account")
    terminal.press("use target")
    terminal.until("Go to this target")
    leave(terminal, "Go to this target")
    ask(terminal, "?", "Keys that work here")
    terminal.press("3")
    terminal.until("ACCOUNT")
    terminal.until("zz g")
    rest_on(terminal, "zz g")
    terminal.press(f"{ESC}[<35;12;1M")
    terminal.press("2")
    terminal.until("account use")
    server.oauth.overrides.device |= {"user_code": world.all, "verification_uri": world.all}
    fail_to_log_in(terminal)
    server.faults.add("/oauth", Fault(status=400, message=world.all))
    fail_to_log_in(terminal)


def rest_on(terminal: Terminal, start: str) -> None:
    """Let the mouse rest on a name that is cut until the whole of it is shown."""
    shown = terminal.text
    row, line = next(each for each in enumerate(shown.splitlines(), 1) if start in each[1])
    terminal.press(f"{ESC}[<35;{line.index(start) + 2};{row}M")
    terminal.until_more("mark", than=shown.count("mark"))


def fail_to_log_in(terminal: Terminal) -> None:
    """Log in with a code, at a server that says what it should not."""
    terminal.press("n")
    terminal.until("on another device")
    terminal.press("j\r")
    terminal.until("enter try again")
    leave(terminal, "try again")


def ask(terminal: Terminal, key: str, *texts: str) -> None:
    """Open a dialog and leave it."""
    terminal.press(key)
    terminal.until(*texts)
    leave(terminal, texts[-1])


def leave(terminal: Terminal, text: str) -> None:
    """Close a dialog that says this."""
    terminal.press(ESC)
    terminal.until("ctrl+p commands", gone=text)


@pytest.mark.usefixtures("ports_to_itself")
def test_names_from_files_and_servers_are_only_text(tmp_path: Path) -> None:
    plain = through_the_files(Hostile(tmp_path / "plain", is_evil=False))
    evil = through_the_files(Hostile(tmp_path / "evil", is_evil=True))
    said_alike(evil, plain)


def through_the_environment(world: Hostile) -> bytes:
    """Show what paths, a bridge and broken files say, while they change."""
    world.write()
    bridge = world.root / "bridge.json"
    account = {"name": "elsewhere", "type": "service_account", "region": "us"}
    account |= {"username": world.all, "secret": "canary-91c0de"}
    carried = {"version": 2, "account": account, "project": "9000001", "headers": {"X-A": HEADER}}
    world.put(bridge.name, json.dumps(carried))
    with app(world, MP_AUTH_FILE=str(bridge)) as terminal:
        terminal.until("elsewhere", "bridge")
        terminal.press("jjjjjjjjj")
        world.put(bridge.name, json.dumps({**carried, world.all: 1}))
        terminal.until("has a key", "last good state")
        world.put(bridge.name, json.dumps(carried))
        terminal.until("elsewhere", gone="last good state")
        world.put("config.toml", f"[targets]\n{json.dumps(world.all)} = = 1\n")
        terminal.until("is not TOML", "last good state")
        terminal.press("23")
        terminal.until("ACCOUNT", "last good state")
    return terminal.sent


def with_variable(world: Hostile, name: str) -> bytes:
    """Show what is said of a variable whose value makes no sense."""
    with app(world, **{name: world.all.replace("\x00", "")}) as terminal:
        terminal.until("ctrl+p commands", name)
        terminal.press("2")
        terminal.until("No account yet")
    return terminal.sent


def test_names_from_the_environment_are_only_text(tmp_path: Path) -> None:
    place = "".join(EVIL[kind] for kind in ("csi", "title", "clipboard", "c1", "bidi", "lines"))
    plain = Hostile(tmp_path / "plain", is_evil=False)
    evil = Hostile(tmp_path / (place + EVIL["markup"]).replace("/", "|"), is_evil=True)
    shown = through_the_environment(plain)
    said_alike(through_the_environment(evil), shown)
    evil.put("config.toml", "")
    for name in ("MP_REGION", "MP_PROJECT_ID"):
        said_alike(with_variable(evil, name), shown)
