"""The real services for logging in and out: the core's own, loaded when somebody logs in."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mixdesk.login.machine import Answers, Controls, Emit
    from mixdesk.login.request import LoginRequest
    from mixdesk.ops.context import Context
    from mixdesk.ops.login import LoggedOut


async def log_in(
    ctx: Context, request: LoginRequest, answers: Answers, controls: Controls, emit: Emit
) -> None:
    """Log in on this machine. What speaks HTTP is loaded beside the loop, which stays fluent."""
    await asyncio.to_thread(import_module, "mixdesk.ops.login")
    from mixdesk.ops import login

    await login.log_in(ctx, request, answers=answers, controls=controls, emit=emit)


def log_out(ctx: Context, name: str) -> LoggedOut:
    """Log an account out; it blocks while the server is told."""
    from mixdesk.ops import login

    return login.log_out(ctx, name)
