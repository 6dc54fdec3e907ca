"""Names from servers and files: shown in one harmless line, and the right id still picked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mixdesk.exceptions import ConfigError
from mixdesk.ops import accounts, targets
from mixdesk.ops.overview import read_overview
from mixdesk.ops.session import view_session

from .world import CONFIG, ME, World

HOSTILE = {
    "ESC": "a\x1b[2Jb",
    "title": "a\x1b]0;owned\x07b",
    "clipboard": "a\x1b]52;c;b3duZWQ=\x1b\\b",
    "C1": "a\x9b31mb\x85c",
    "bidi": "a\u202eb\u2066c",
    "NUL": "a\x00b",
    "lines": "a\nb\r\nc\u2028d",
    "zero width": "a\u200bb\ufeffc",
    "long": "a" * 10_000,
    "surrogate": "a\ud800b",
}

IN_A_FILE = [text for name, text in HOSTILE.items() if name != "surrogate"]
"""UTF-8 holds no surrogates."""


def texts(value: Any) -> Iterator[str]:
    """Every text in a record, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from texts(tuple(value.items()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)


def harmless(text: str) -> bool:
    return text.isprintable() and len(text) <= 256


def everywhere(hostile: str) -> dict[str, Any]:
    """An answer of /me in which every text is hostile."""
    projects = {k: {**p, "name": hostile, "timezone": hostile} for k, p in ME["projects"].items()}
    spaces = {k: {**w, "name": hostile} for k, w in ME["workspaces"].items()}
    return {
        **ME,
        "user_email": hostile,
        "user_name": hostile,
        "organizations": {"5": {"id": 5, "name": hostile}},
        "projects": projects,
        "workspaces": spaces,
    }


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
class TestHostileText:
    def test_from_the_server_is_harmless_and_the_ids_are_right(
        self, world: World, hostile: str
    ) -> None:
        world.write_config()
        world.write_me("team", everywhere(hostile))
        world.write_status("team", "ok", hostile)
        overview = read_overview(world.ctx)
        assert overview.error is None
        assert overview.session is not None
        named = (overview.session.project_name, overview.session.workspace_name)
        assert all(name and name.startswith("a") for name in named)
        assert overview.session.resolution.project.value == "11"
        path = str(world.home)
        shown = texts((overview.session, overview.accounts, overview.targets))
        assert [t for t in shown if not harmless(t) and not t.startswith(path)] == []

    def test_as_a_name_that_is_asked_for_is_harmless_in_the_error(
        self, world: World, hostile: str
    ) -> None:
        world.write_config()
        for ask in (accounts.get_account, accounts.use_account, targets.use_target):
            with pytest.raises(ConfigError) as caught:
                ask(world.ctx, hostile)
            assert caught.value.message.isprintable()
        with pytest.raises(ConfigError) as caught:
            accounts.rename_account(world.ctx, "team", hostile)
        assert caught.value.message.isprintable()

    def test_in_the_environment_is_harmless(self, world: World, hostile: str) -> None:
        world.environ |= {"MP_USERNAME": hostile, "MP_SECRET": "s", "MP_REGION": "us"}
        world.environ["MP_PROJECT_ID"] = "1"
        assert harmless(str(view_session(world.ctx).username))


@pytest.mark.parametrize("hostile", IN_A_FILE)
def test_hostile_text_in_the_file_is_harmless_in_what_is_said_of_it(
    world: World, hostile: str
) -> None:
    quoted = "".join(f"\\U{ord(char):08x}" for char in hostile)
    text = CONFIG.replace('"team.x"', f'"{quoted}"').replace('"CI_TOKEN"', f'"{quoted}"')
    text += f'[targets."{quoted}"]\naccount = "{quoted}"\nproject = "1"\n'
    text += f'[accounts."{quoted}"]\n[targets.odd]\naccount = "team"\n"{quoted}" = 1\n'
    world.write_config(text)
    overview = read_overview(world.ctx)
    said = [row.problem for row in overview.accounts] + [row.problem for row in overview.targets]
    problems = [*overview.problems, *(problem for problem in said if problem)]
    assert len(problems) >= 6
    assert all(p.summary.isprintable() and p.hint.isprintable() for p in problems)
    rows = {row.name: row for row in overview.accounts}
    assert harmless(str(rows["team"].username))
    assert harmless(str(rows["ci"].token_env))


def test_a_target_of_any_name_is_found_by_exactly_that_name(world: World) -> None:
    name = "a\x1b[2Jb"
    world.write_config(CONFIG + '[targets."a\\u001b[2Jb"]\naccount = "ana"\nproject = "5"\n')
    assert targets.get_target(world.ctx, name).project == "5"
    targets.use_target(world.ctx, name)
    assert accounts.get_account(world.ctx).default_project == "5"
