"""``mp.auth_types.OnDiskTokenResolver``: tokens from this machine's files."""

from __future__ import annotations

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.model import rules
from mixdesk.model.account import OAuthTokenAccount, entry_from_account
from mixdesk.model.records import AccountEntry
from mixdesk.model.rules import Region
from mixdesk.model.text import clean
from mixdesk.ops import credentials
from mixdesk.ops.context import Context


class OnDiskTokenResolver:
    """Reads an account's tokens from ``accounts/NAME/tokens.json`` and refreshes them there.

    Where the files are is looked up at each call, as the environment says then.
    """

    def get_browser_token(self, name: str, region: Region) -> str:
        """Return a fresh access token of a browser account.

        A token that has ended, or ends within 30 seconds, is refreshed (RFC 6749, section 6);
        however many processes do so at once, the server is asked once.

        Args:
            name: The account.
            region: Where its data lives, and so which server refreshes its tokens.

        Returns:
            The token, without ``Bearer``.

        Raises:
            OAuthError: ``OAUTH_TOKEN_ERROR`` when there are no tokens, ``OAUTH_REFRESH_ERROR``
                when they have ended and cannot be refreshed, ``OAUTH_REFRESH_REVOKED`` when they
                never will.
            InvalidArgumentError: ``name`` cannot name an account.
            StoreError: The tokens cannot be read or stored.
        """
        if not rules.is_name(name):
            raise InvalidArgumentError(
                f"{clean(name, 64)!r} cannot name an account.",
                violation="name",
                hint="See which there are: mp account list",
            )
        entry = AccountEntry(name, "oauth_browser", region)
        tokens = credentials.fresh_tokens(Context.from_environment(), entry)
        return tokens.access_token.get_secret_value()

    def get_static_token(self, account: OAuthTokenAccount) -> str:
        """Return the token of a bearer account.

        Args:
            account: The account, whose ``token`` or ``token_env`` says it.

        Returns:
            The token, without ``Bearer``.

        Raises:
            OAuthError: The variable is not set.
        """
        return credentials.static_token(Context.from_environment(), entry_from_account(account))
