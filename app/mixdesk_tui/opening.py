"""The real service that shows a page in the browser of this machine's user."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mixdesk.ops.context import Context


class Opened(NamedTuple):
    """How it went."""

    url: str
    why_not: str = ""
    """Why no browser was started; empty where one was."""


async def open_project(ctx: Context, account: str, project: str) -> Opened:
    """Show a project as an account sees it. Nothing waits for the browser but this."""
    await asyncio.to_thread(import_module, "mixdesk.oauth.browser")
    from mixdesk.oauth.browser import SystemBrowser, why_none

    url = await asyncio.to_thread(_address, ctx, account, project)
    if await SystemBrowser(ctx.environ).open(url):
        return Opened(url)
    return Opened(url, why_none(ctx.environ) or "it did not start")


def _address(ctx: Context, account: str, project: str) -> str:
    """Where the project is: in its own region, as far as the account knows it."""
    from mixdesk.ops.viewer import list_known, project_url, saved_viewer

    viewer = saved_viewer(ctx, account)
    known = list_known(ctx, viewer).rows
    return project_url(viewer, project, next((r for r in known if r.project.id == project), None))
