"""A secret that is good for a while: renewed in time, or refused with how long is left."""

from __future__ import annotations

from collections.abc import Mapping

from mixdesk.exceptions import ConfigError, OAuthError
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean
from mixdesk.ops.context import Context
from mixdesk.store.bridge import BridgeEntry
from mixdesk.store.tokens import seconds

_AT_EASE = 60.0
"""A token that lives longer than this, in seconds, is good without asking anybody."""


def lasting_secret(
    ctx: Context,
    entry: AccountEntry,
    bridge: BridgeEntry | None = None,
    *,
    is_from_environment: bool = False,
    min_left: float = 0.0,
) -> tuple[Secret, float | None]:
    """Return the secret of an account, which for a login is its access token.

    Args:
        ctx: Where the files are.
        entry: The account.
        bridge: Where its tokens are, when the account came from a bridge.
        is_from_environment: Whether variables made the account, so that another may tell when
            its token ends.
        min_left: How long a token has to live on, in seconds.

    Returns:
        The secret, and when it ends in seconds since the epoch; None when nobody knows.

    Raises:
        ConfigError: ``MP_TOKEN_EXPIRES_AT`` is no time.
        OAuthError: There is no token, or none that lives long enough; ``details`` then have
            ``left`` and ``asked``, in seconds.
        StoreError: The stored tokens cannot be used.
    """
    match entry.type:
        case "service_account":
            return entry.secret or Secret(""), None
        case "oauth_token":
            expires_at = _end_in(ctx.environ) if is_from_environment else None
            if expires_at is not None and min_left:
                hint = "Get another one from where MP_OAUTH_TOKEN comes from."
                _refuse_too_short(entry, expires_at - ctx.clock.now(), min_left, hint)
            return _provided_token(ctx, entry), expires_at
        case "oauth_browser":
            return _login_token(ctx, entry, bridge, min_left)


def _provided_token(ctx: Context, entry: AccountEntry) -> Secret:
    """The token that somebody else provides, in the file or in a variable."""
    value = ctx.environ.get(entry.token_env or "")
    if entry.token is not None or value:
        return entry.token or Secret(value or "")
    from mixdesk.ops.credentials import static_token  # it loads httpx: here only for its error

    return Secret(static_token(ctx, entry))


def _end_in(environ: Mapping[str, str]) -> float | None:
    """When the token of the environment ends, if the environment says so."""
    text = environ.get("MP_TOKEN_EXPIRES_AT")
    moment = seconds(text)
    if text and moment is None:
        raise ConfigError(
            f"MP_TOKEN_EXPIRES_AT is {clean(text, 40)!r}, but it must be a time with its zone, "
            "such as 2026-01-05T13:28:00Z.",
            hint="Correct it, or take it away: unset MP_TOKEN_EXPIRES_AT",
            details={"variable": "MP_TOKEN_EXPIRES_AT", "value": clean(text, 40)},
        )
    return moment


def _login_token(
    ctx: Context, entry: AccountEntry, bridge: BridgeEntry | None, min_left: float
) -> tuple[Secret, float]:
    """The access token of a login, renewed if it does not live long enough."""
    from mixdesk.oauth.vault import vault_of

    vault = vault_of(ctx.storage, entry, bridge)
    tokens = vault.read()
    if tokens is not None and tokens.expires_at - ctx.clock.now() > max(min_left, _AT_EASE):
        return tokens.access_token, tokens.expires_at
    # From here on somebody may have to be asked, which takes httpx.
    from mixdesk.api.auth import bearer_header
    from mixdesk.ops.credentials import credential_for, fresh_tokens

    tokens = fresh_tokens(ctx, entry, bridge)
    left = tokens.expires_at - ctx.clock.now()
    if left < min_left and tokens.refresh_token is not None:
        try:
            credential_for(ctx, entry, bridge).renew(bearer_header(tokens.access_token))
        except OAuthError as error:
            raise _too_short(entry, left, min_left, error.hint, error) from None
        tokens = fresh_tokens(ctx, entry, bridge)
        left = tokens.expires_at - ctx.clock.now()
    renews = tokens.refresh_token is not None
    hint = "Ask for less: the server's tokens live no longer." if renews else vault.next_step
    _refuse_too_short(entry, left, min_left, hint)
    return tokens.access_token, tokens.expires_at


def _refuse_too_short(entry: AccountEntry, left: float, asked: float, hint: str) -> None:
    if left < asked:
        raise _too_short(entry, left, asked, hint)


def _too_short(
    entry: AccountEntry,
    left: float,
    asked: float,
    hint: str | None,
    because: OAuthError | None = None,
) -> OAuthError:
    lives = f"lives {_span(left)} more" if left > 0 else "has ended"
    why = f" {because.summary}" if because else ""
    return OAuthError(
        f"The token of account {entry.name!r} {lives}; {_span(asked)} were asked for.{why}",
        code=because.code if because else "OAUTH_TOKEN_ERROR",
        hint=hint,
        details={"account": entry.name, "left": max(0, int(left)), "asked": int(asked)},
    )


def _span(length: float) -> str:
    """A length of time, to the second: ``1 h``, ``4 min 10 s``."""
    minutes, rest = divmod(int(length), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
