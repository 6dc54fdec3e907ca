"""What another program is handed to act as one account: variables of its environment.

A service account's pair, or an access token that is good now; never a refresh token, which would
let whoever reads that environment go on for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import fsencode
from typing import NamedTuple

from mixdesk.exceptions import ConfigError
from mixdesk.model.records import Problem
from mixdesk.model.rules import AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.ops.context import Context
from mixdesk.ops.lasting import lasting_secret
from mixdesk.ops.wishes import Wish, account_of, resolve_wish, workspace_of
from mixdesk.resolve.identity import IDENTITY, without_identity
from mixdesk.store.guards import sound_account, sound_target
from mixdesk.store.tokens import iso


class Handed(NamedTuple):
    """What is handed over. All but ``secret`` may be shown."""

    account: str
    type: AccountType
    region: Region
    project: str
    workspace: int | None
    username: str | None
    """Of a service account; None says that ``secret`` is a bearer token."""
    secret: Secret
    expires_at: float | None = None
    """When the token ends, in seconds since the epoch; None when that is not known, or never."""
    problems: tuple[Problem, ...] = ()
    """What the environment says that counts for nothing."""

    def variables(self) -> dict[str, str]:
        """The variables with their values, the secret among them."""
        found = {
            "MP_USERNAME": self.username,
            "MP_SECRET" if self.username is not None else "MP_OAUTH_TOKEN": (
                self.secret.get_secret_value()
            ),
            "MP_TOKEN_EXPIRES_AT": (None if self.expires_at is None else iso(self.expires_at // 1)),
            "MP_PROJECT_ID": self.project,
            "MP_WORKSPACE_ID": None if self.workspace is None else str(self.workspace),
            "MP_REGION": self.region,
        }
        return {name: value for name, value in found.items() if value is not None}


def hand_over(ctx: Context, wish: Wish, *, min_left: float = 0.0) -> Handed:
    """Gather what a program needs to act as the account that applies.

    Unlike elsewhere, what the caller names beats the environment. A workspace is handed over when
    it belongs to the project: named with it, or saved with the account whose project it is.

    Args:
        ctx: Where the files are.
        wish: What the caller names.
        min_left: How long a token has to live on, in seconds; a login is renewed if need be.

    Returns:
        What to hand over. A login's token lives at least 30 seconds more if it can be renewed.

    Raises:
        ConfigError: There is no account or no project, a variable has a bad value, or a value
            cannot stand in an environment.
        AccountNotFoundError: The account is not there.
        TargetNotFoundError: The target is not there.
        OAuthError: There is no token, or none that lives long enough; ``details`` then have
            ``left`` and ``asked``, in seconds.
        StoreError: A file cannot be used.
    """
    config = ctx.config.snapshot()
    resolution, bridge = resolve_wish(ctx, config, wish)
    entry = account_of(resolution, wish)
    source = resolution.account.source
    secret, expires_at = lasting_secret(
        ctx,
        entry,
        bridge if source == "bridge" else None,
        is_from_environment=source == "env",
        min_left=min_left,
    )
    handed = Handed(
        account=entry.name,
        type=entry.type,
        region=entry.region,
        project=resolution.project.value,
        workspace=workspace_of(config, bridge, resolution, wish),
        username=(entry.username or "") if entry.type == "service_account" else None,
        secret=secret,
        expires_at=expires_at,
        problems=resolution.problems,
    )
    _refuse_unspeakable(handed.variables())
    return handed


def name_only(ctx: Context, wish: Wish) -> dict[str, str]:
    """Name who applies, for a shell that shall look the rest up at each call.

    Args:
        ctx: Where the files are.
        wish: What the caller names; a project or a workspace has no place here.

    Returns:
        ``MP_TARGET`` or ``MP_ACCOUNT``, with its value.

    Raises:
        AccountNotFoundError: The account is not there.
        TargetNotFoundError: The target is not there.
        ConfigError: Nobody applies, or somebody whom no name on this machine stands for.
        StoreError: A file cannot be used.
    """
    config = ctx.config.snapshot()
    if wish.target is not None:
        sound_account(config, sound_target(config, wish.target).account)
        variables = {"MP_TARGET": wish.target}
    else:
        resolution, _ = resolve_wish(ctx, config, wish)
        if resolution.account.source in ("env", "bridge"):
            raise _nameless(resolution.account.origin)
        entry = account_of(resolution, wish, needs_project=False)
        variables = {"MP_ACCOUNT": entry.name}
    _refuse_unspeakable(variables)
    return variables


def assignments(variables: Mapping[str, str]) -> dict[str, str | None]:
    """What becomes of every identity variable: its value, or None for one that has to go."""
    return {name: variables.get(name) for name in IDENTITY}


def environment_with(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program: as it is, but as nobody else than ``variables`` say."""
    return {**without_identity(environ), **variables}


def _refuse_unspeakable(variables: Mapping[str, str]) -> None:
    """No environment holds NUL, and none holds half a surrogate pair."""
    for name, value in variables.items():
        try:
            if b"\0" not in fsencode(value):
                continue
        except UnicodeEncodeError:
            pass
        # Nothing of the value is shown: it may be the secret.
        raise ConfigError(
            f"The value for {name} holds a character that no environment can hold.",
            hint="See where it comes from: mp session",
            details={"variable": name},
        )


def _nameless(origin: str) -> ConfigError:
    return ConfigError(
        f"The account here comes from {origin}: it has no name to switch by.",
        hint="Name an account or a target: -a NAME, -t NAME",
        details={"axis": "account"},
    )
