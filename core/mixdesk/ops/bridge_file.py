"""A bridge as the documented model."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from mixdesk.model.account import account_from_entry
from mixdesk.model.bridge import BridgeFile
from mixdesk.model.secret import Secret
from mixdesk.model.token import OAuthTokens
from mixdesk.store.bridge import BridgeEntry, bridge_places, place_at, read_bridge
from mixdesk.store.tokens import TokenEntry


def load_bridge(path: Path | None = None) -> BridgeFile | None:
    """Read a bridge file.

    Args:
        path: The file; None means the one that ``MP_AUTH_FILE`` names, otherwise the first there
            is of ``~/.claude/mixpanel/auth.json`` and ``./mixpanel_auth.json``.

    Returns:
        The bridge, or None when there is none.

    Raises:
        ConfigError: The file is no bridge of version 2.
        StoreError: It is not safe to use or cannot be read.
    """
    environ = os.environ
    places = bridge_places(environ, ".") if path is None else [place_at(str(path), environ)]
    bridges = (read_bridge(place) for place in places)
    found = next((bridge for bridge in bridges if bridge is not None), None)
    return None if found is None else _model(found)


def _model(bridge: BridgeEntry) -> BridgeFile:
    return BridgeFile(
        version=2,
        account=account_from_entry(bridge.account),
        tokens=_tokens(bridge.tokens) if bridge.tokens else None,
        project=bridge.project,
        workspace=bridge.workspace,
        headers=dict(bridge.headers),
    )


def _tokens(entry: TokenEntry) -> OAuthTokens:
    return OAuthTokens(
        access_token=_secret(entry.access_token),
        refresh_token=_secret(entry.refresh_token) if entry.refresh_token else None,
        expires_at=datetime.fromtimestamp(entry.expires_at, UTC),
        scope=entry.scope,
        token_type=entry.token_type,
    )


def _secret(secret: Secret) -> SecretStr:
    return SecretStr(secret.get_secret_value())
