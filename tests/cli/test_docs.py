"""``docs/cli.md`` names what there is; what JSON holds is checked in ``test_json.py``."""

from __future__ import annotations

import re

from mixdesk_cli.errors import INTERRUPTED
from tests.cli.schema import PAGE
from tests.cli.world import World


def test_every_command_on_the_page_exists(mp: World) -> None:
    page = PAGE.read_text()
    groups = "account|target|project|workspace"
    lines = re.findall(rf"^mp ({groups}) +(.+?)(?:  .*)?$", page, re.MULTILINE)
    verbs = [(group, part.split()[0]) for group, rest in lines for part in rest.split(" | ")]
    verbs = [(group, verb) for group, verb in verbs if not verb.startswith("--")]
    assert len(verbs) > 20
    for group, verb in verbs:
        assert mp(group, verb, "--help").code == 0


def test_every_option_of_a_login_is_documented(mp: World) -> None:
    part = PAGE.read_text().split("## Logging in\n")[1].split("\n## ")[0]
    options = set(re.findall(r"--[a-z-]+", mp("login", "--help").out.partition("Examples")[0]))
    told = set(re.findall(r"--[a-z-]+", part))
    of_every_verb = set(re.findall(r"--[a-z-]+", mp("session", "--help").out))
    assert options - of_every_verb <= told


def test_an_interrupt_has_the_documented_code() -> None:
    assert f"| {INTERRUPTED} | Ctrl-C" in PAGE.read_text()
