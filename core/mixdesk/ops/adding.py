"""Adding an account whose name is for the server to say."""

from __future__ import annotations

from mixdesk.api.client import Client
from mixdesk.api.me import fetch_me
from mixdesk.api.transport import Transport
from mixdesk.exceptions import InvalidArgumentError
from mixdesk.login.naming import default_account_name
from mixdesk.model.me import read_answer
from mixdesk.model.records import AccountEntry
from mixdesk.ops.context import Context
from mixdesk.ops.credentials import credential_for
from mixdesk.store.guards import new_account


def derive_name(ctx: Context, entry: AccountEntry) -> str:
    """Choose the name of an account that is about to be added, from what ``/me`` says of it.

    Args:
        ctx: Where the files are.
        entry: The account, under any name.

    Returns:
        A name that no account has; see :func:`~mixdesk.login.naming.default_account_name`.

    Raises:
        InvalidArgumentError: It is a browser account, which cannot ask before it has logged in; or
            a value is missing or wrong.
        OAuthError: The variable that holds its token is not set.
        APIError: The credentials are not accepted, or ``/me`` cannot be asked.
        StoreError: The file cannot be read or is not TOML.
    """
    if entry.type == "oauth_browser":
        raise InvalidArgumentError(
            "A browser account gets its name when it logs in.",
            violation="derive_name",
            detected_auth_type=entry.type,
            hint="Log in: mp login. Or give a name.",
        )
    new_account(entry, str(ctx.config.path))
    config = ctx.config.snapshot()
    headers = dict([config.custom_header]) if config.custom_header else {}
    with Transport(clock=ctx.clock) as transport:
        credential = credential_for(ctx, entry)
        answer = fetch_me(Client(transport, entry.region, ctx.environ, credential, headers))
    return default_account_name(read_answer(answer), config.defined("accounts"))
