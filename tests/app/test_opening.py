"""Which page a project has: where its data lives, as far as its account knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixdesk.exceptions import AccountNotFoundError
from mixdesk.oauth.browser import SystemBrowser
from mixdesk.ops.context import Context
from mixdesk_tui.opening import Opened, open_project
from tests.core.ops.world import World


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    async def show(_browser: SystemBrowser, url: str) -> bool:
        urls.append(url)
        return True

    monkeypatch.setattr(SystemBrowser, "open", show)
    return urls


def world(home: Path) -> Context:
    made = World(home)
    made.write_config()
    made.write_me("team")
    return made.ctx


@pytest.mark.parametrize(
    ("account", "project", "url"),
    [
        ("team", "11", "https://mixpanel.com/project/11"),
        ("team", "22", "https://eu.mixpanel.com/project/22"),
        ("ana", "99", "https://eu.mixpanel.com/project/99"),
    ],
    ids=["known", "known to live elsewhere", "unknown"],
)
async def test_a_project_is_looked_for_in_its_region(
    account: str, project: str, url: str, home: Path, opened: list[str]
) -> None:
    assert await open_project(world(home), account, project) == Opened(url)
    assert opened == [url]


async def test_an_account_that_is_gone_shows_nothing(home: Path, opened: list[str]) -> None:
    with pytest.raises(AccountNotFoundError):
        await open_project(world(home), "gone", "1")
    assert opened == []
