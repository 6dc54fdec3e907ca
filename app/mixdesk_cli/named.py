"""Which account a verb is about."""

from __future__ import annotations

from mixdesk_cli.call import Call


def named_account(call: Call, name: str | None) -> str | None:
    """The argument, else ``-a``, else ``MP_ACCOUNT``; None leaves it to the active one."""
    return name or call.line.account or call.environ.get("MP_ACCOUNT") or None
