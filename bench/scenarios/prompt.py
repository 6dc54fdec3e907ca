"""What a shell waits for before it shows its prompt: `mp prompt`, from its start to its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.machine import MP, cold, environment, home, write_config
from bench.measure import in_turns, median
from bench.report import Line, Skipped, ratio
from mixdesk.model.secret import Secret
from mixdesk.store.me_cache import write_me
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, write_tokens

ACCOUNTS = 100
PROJECTS = 1_000
ROUNDS = 40
BUDGET = 5.0
BARE = [sys.executable, "-c", "pass"]

_LOGIN = """
[accounts.ana]
type = "oauth_browser"
region = "us"
default_project = "5"
"""


def rows() -> Iterator[Line]:
    what = f"cold mp prompt, {ACCOUNTS} accounts"
    if not MP.exists():
        yield Skipped(what, "no mp is installed beside this Python")
        return
    with home() as place:
        _log_in(place)
        environ = environment(place, MP_ACCOUNT="ana")
        lines = [[str(MP), "prompt"], [str(MP), "prompt", "--shell", "zsh", "--color"]]
        measures = [partial(cold, line, environ) for line in (BARE, *lines)]
        bare, plain, coloured = map(median, in_turns(ROUNDS, *measures))
    yield ratio(what, plain, bare, BUDGET, name="python -c pass")
    yield ratio(f"{what}, in colour", coloured, bare, BUDGET, name="python -c pass")


def _log_in(place: Path) -> None:
    """An account with tokens and the names of its projects, among many others."""
    config = write_config(place, ACCOUNTS)
    config.write_text(config.read_text() + _LOGIN)
    storage = Storage.from_environment(environment(place))
    tokens = TokenEntry(Secret("made-up"), time.time() + 3600, Secret("made-up"))
    write_tokens(storage.account("ana", "tokens.json"), tokens)
    projects: dict[str, Any] = {
        str(number): {"name": f"Project {number}", "organization_id": 1}
        for number in range(1, PROJECTS + 1)
    }
    answer = {"user_id": 1, "organizations": {"1": {"name": "Acme"}}, "projects": projects}
    write_me(storage.account("ana", "me.json"), answer, time.time())
