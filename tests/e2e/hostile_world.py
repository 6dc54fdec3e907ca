"""A world in which everything that somebody else may write means harm, and its harmless twin.

Both have the same shape: a session that is driven through one can be driven through the other, and
what one sends to the terminal beyond text the other sends too, or it came from a name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixdesk.clock import SystemClock
from mixdesk.model.records import StatusEntry
from mixdesk.sandbox.call import World
from mixdesk.sandbox.data import Organization, User, me_answer
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.server import SandboxServer
from mixdesk.store.me_cache import write_me
from mixdesk.store.status import write_status
from mixdesk.store.storage import Storage

EVIL = {
    "csi": "\x1b[7777mcolour\x1b[2J\x1b[H",
    "title": "ti\x1b]0;owned\x07tle",
    "clipboard": "clip\x1b]52;c;b3duZWQ=\x1b\\board",
    "link": "\x1b]8;;https://evil.example\x1b\\li\x1b]8;;\x1b\\nk",
    "c1": "c\x9b7777mo\x9d0;owned\x9cn",
    "device": "dc\x1bP1$r0m\x1b\\s\x1bcreset\x1b7\x1b#8",
    "query": "que\x1b[6n\x1b[c\x05ry",
    "bidi": "bi\u202egnp.exe\u2066di\u200f",
    "nul": "nu\x00l\x7f\x08\x08",
    "lines": "li\nne\r\ns\u2028t\x85w\x0bo",
    "markup": "[red]mark[/red][@click=app.quit]up[/]",
    "open": "[/",
    "marks": "ma" + "\u0301" * 60 + "rks",
    "wide": "全角ＡＢＣ 👩‍👩‍👧‍👦 🏳️‍🌈",
    "hidden": "hi\u200b\u200d\ufeff\u00ad\U000e0041dden",
    "blank": " \u3164\u2800 ",
    "long": "x" * 10_000,
    "lone": "lo\ud83dne",
}
"""Each kind of harm, as it may stand in a name."""

KINDS = tuple(EVIL)
ACCOUNT = "team"
FIRST = 9_000_000
"""The project of the first kind; the others follow."""
HEADER = "[red]internal[/red][/]"
"""What a header may hold."""


class Hostile:
    """The files and the server of one world.

    Args:
        root: Where the storage root shall be.
        is_evil: Whether the names mean harm.
    """

    def __init__(self, root: Path, *, is_evil: bool) -> None:
        self.root = root
        self.is_evil = is_evil
        self.all = " ".join(self.name(kind) for kind in KINDS if kind not in ("long", "lone"))

    def name(self, kind: str) -> str:
        """A name of this kind; in the twin a plain one, as long where it is about length."""
        return EVIL[kind] if self.is_evil else "x" * 300 if kind == "long" else f"plain {kind}"

    @property
    def targets(self) -> dict[str, str]:
        """The sound targets, each with its project."""
        kinds = [kind for kind in KINDS if kind != "lone"]  # a TOML file cannot hold that one
        return {self.name(kind): str(FIRST + place) for place, kind in enumerate(kinds)}

    def write(self) -> None:
        """Write every file that mixdesk reads and that somebody else may have written."""
        self.root.mkdir(mode=0o700)
        storage, now = Storage.at(self.root), SystemClock().now()
        self.put("config.toml", _toml(self._config()))
        self.put("ui.toml", _toml(self._preferences()))
        told = ((self.name(kind), [self.name(kind)] * 3) for kind in KINDS)
        lines = [{"at": now - 60, "pid": 1, "verb": verb, "names": names} for verb, names in told]
        self.put("activity.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))
        answer = me_answer(self._user(), (400, 500), self._organizations())
        write_me(storage.account(ACCOUNT, "me.json"), answer, now)
        write_status(storage.account("other", "status.json"), StatusEntry("ok", now, self.all))

    def put(self, name: str, text: str) -> None:
        """Write a file of this world."""
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def server(self) -> SandboxServer:
        """A Mixpanel that says the same of this world's projects and people."""
        server = SandboxServer()
        server.world = World(self._organizations(), time.time)
        identity = Identity(ACCOUNT, "us", self._user(), (400, 500))
        server.identities.add_service_account(identity, "team.sa", "canary-91c0de")
        return server

    def _user(self) -> User:
        return User(1, self.all, self.all)

    def _organizations(self) -> list[Organization]:
        projects = [(str(FIRST + place), self.name(kind)) for place, kind in enumerate(KINDS)]
        elsewhere = Organization(500, self.all, "eu", self.all, (("9100000", self.all),))
        return [Organization(400, self.all, "us", self.all, tuple(projects)), elsewhere]

    def _config(self) -> dict[str, Any]:
        project = str(FIRST)
        team = {"type": "service_account", "region": "us", "default_project": project}
        team |= {"username": "team.sa", "secret": "canary-91c0de"}
        accounts = {
            ACCOUNT: team,
            "other": {**team, "username": self.all},
            "variable": {"type": "oauth_token", "region": "us", "token_env": "MP_OTHER"},
            "b-home": {**team, "default_project": self.all},
            "b-kind": {**team, "type": self.all},
            "b-place": {**team, "region": self.all},
            "b-word": {**team, self.all: self.all},
            f"zz {self.all}": team,
        }
        places = {
            name: {"account": ACCOUNT, "project": each} for name, each in self.targets.items()
        }
        targets = {
            **places,
            f"zz gone {self.all}": {"account": self.all, "project": project},
            f"zz protected {self.all}": {"account": ACCOUNT, "project": project},
            f"zz word {self.all}": {"account": ACCOUNT, "project": self.all},
        }
        return {
            "active": {"account": ACCOUNT},
            "accounts": accounts,
            "targets": targets,
            "settings": {"custom_header": {"name": "X-Team", "value": HEADER}},
            self.all: {self.all: self.all},
        }

    def _preferences(self) -> dict[str, Any]:
        keymap = {self.all: self.all, "accounts.use_account": self.all}
        return {
            "app": {"theme": self.all, "keymap": keymap},
            "targets": {"protected": [f"zz protected {self.all}"]},
            "projects": {"favourites": [self.all, "9000002"], "recent": [self.all, "9000003"]},
        }


def _toml(tables: Mapping[str, Any]) -> str:
    """The tables as TOML, every name and every text in quotes."""
    lines = []
    for name, table in tables.items():
        lines += [f"[{_value(name)}]", *(f"{_value(k)} = {_value(v)}" for k, v in table.items())]
    return "\n".join([*lines, ""])


def _value(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_value(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {pairs} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
