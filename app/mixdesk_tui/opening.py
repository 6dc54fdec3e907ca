"""The real service that shows a page in the browser of this machine's user."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mixdesk.model.rules import Region
    from mixdesk.ops.context import Context


class Opened(NamedTuple):
    """How it went."""

    url: str
    why_not: str = ""
    """Why no browser was started; empty where one was."""


async def open_project(ctx: Context, project: str, region: Region) -> Opened:
    """Show a project. Nothing waits for the browser but this."""
    await asyncio.to_thread(import_module, "mixdesk.oauth.browser")
    from mixdesk.api.regions import web_address
    from mixdesk.oauth.browser import SystemBrowser, why_none

    url = f"{web_address(region)}/project/{project}"
    if await SystemBrowser(ctx.environ).open(url):
        return Opened(url)
    return Opened(url, why_none(ctx.environ) or "it did not start")
