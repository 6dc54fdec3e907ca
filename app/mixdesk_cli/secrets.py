"""Where a verb takes a secret from: never an argument, which every process can read."""

from __future__ import annotations

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model.rules import AccountType
from mixdesk.model.secret import Secret
from mixdesk_cli import ask
from mixdesk_cli.call import Call
from mixdesk_cli.terminal import is_interactive

_VARIABLES: dict[AccountType, str] = {
    "service_account": "MP_SECRET",
    "oauth_token": "MP_OAUTH_TOKEN",
}

_WORDS: dict[AccountType, str] = {"service_account": "Secret", "oauth_token": "Bearer token"}


def obtain(call: Call, kind: AccountType, *, username: str | None, stdin: bool) -> Secret:
    """Get the secret of a new account: stdin, else the environment, else a hidden prompt.

    Args:
        call: Where the environment is.
        kind: ``service_account`` (``MP_SECRET``) or ``oauth_token`` (``MP_OAUTH_TOKEN``).
        username: Of the service account; ``MP_SECRET`` beside another ``MP_USERNAME`` is not its.
        stdin: Whether ``--secret-stdin`` was given.

    Raises:
        InvalidArgumentError: There is no secret anywhere and nobody to ask.
    """
    if stdin:
        return ask.from_stdin(_WORDS[kind])
    variable = _VARIABLES[kind]
    value = call.environ.get(variable)
    if value and _belongs(call, kind, username):
        call.console.note(f"the secret is taken from {variable}.")
        return Secret(value)
    if is_interactive():
        return ask.hidden(_WORDS[kind])
    raise InvalidArgumentError(
        "There is no secret.",
        violation="secret_missing",
        detected_auth_type=kind,
        hint=f"Pipe it in with --secret-stdin, or set {variable}.",
    )


def _belongs(call: Call, kind: AccountType, username: str | None) -> bool:
    other = call.environ.get("MP_USERNAME")
    return kind != "service_account" or not other or other == username
