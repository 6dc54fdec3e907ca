"""``docs/keys.md`` lists the commands that there are."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

from mixdesk_tui.keys.keymap import read_keymap

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "keys.md"


def test_the_page_is_what_is_drawn() -> None:
    drawing = runpy.run_path(str(DOCS / "draw_keys.py"))
    text = PAGE.read_text(encoding="utf-8")
    assert text == drawing["page_with"](text, drawing["draw"]()), "python docs/draw_keys.py"


def test_the_example_makes_sense() -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    keymap = read_keymap(tomllib.loads(found[1])["app"]["keymap"], "ui.toml")
    assert keymap.problems == ()
    assert len(keymap.keys) == 4
