"""Which account a verb is about."""

from __future__ import annotations

from mixdesk_cli.call import Call


def named_account(call: Call, name: str | None) -> str | None:
    """The argument, else ``-a``, else ``MP_ACCOUNT``; None leaves it to the active one.

    What is typed and empty, as a variable of a script can be, names no account: it does not stand
    for the active one.
    """
    typed = call.line.account if name is None else name
    return (call.environ.get("MP_ACCOUNT") or None) if typed is None else typed
