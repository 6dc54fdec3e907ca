"""``mixpanel_headless`` in its own interpreter: takes orders as lines of JSON, answers the same.

Runs under another Python than the tests and imports nothing of mixdesk.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from mixpanel_headless import accounts  # type: ignore[import-not-found]
from mixpanel_headless._internal.auth import client_registration  # type: ignore[import-not-found]
from mixpanel_headless._internal.auth.bridge import load_bridge  # type: ignore[import-not-found]
from mixpanel_headless._internal.auth.storage import OAuthStorage, account_dir  # type: ignore[import-not-found]
from mixpanel_headless._internal.auth.token import OAuthClientInfo  # type: ignore[import-not-found]
from mixpanel_headless._internal.auth.token_resolver import OnDiskTokenResolver  # type: ignore[import-not-found]
from mixpanel_headless._internal.config import ConfigManager  # type: ignore[import-not-found]
from mixpanel_headless._internal.me import MeCache, MeResponse  # type: ignore[import-not-found]


def plain(model: Any) -> dict[str, Any] | None:
    """A model's fields with its secrets in the open, without those that are not set."""
    if model is None:
        return None
    fields = {}
    for key, value in model.model_dump(mode="python").items():
        reveal = getattr(value, "get_secret_value", None)
        value = reveal() if reveal else value
        value = value.timestamp() if hasattr(value, "timestamp") else value
        if value is not None:
            fields[key] = value
    return fields


def view() -> dict[str, Any]:
    """Everything the package sees in the config."""
    config = ConfigManager()
    names = [summary.name for summary in config.list_accounts()]
    return {
        "accounts": {name: plain(config.get_account(name)) for name in names},
        "targets": {target.name: plain(target) for target in config.list_targets()},
        "active": plain(config.get_active()),
        "header": config.get_custom_header(),
    }


def change(verb: str, *args: Any, **fields: Any) -> None:
    """One operation of its config manager."""
    getattr(ConfigManager(), verb)(*args, **fields)


def login_at(**bases: str) -> None:
    """Use other authorization servers than Mixpanel's, which it has built in."""
    client_registration.OAUTH_BASE_URLS.update(bases)


def token(name: str, region: str) -> Any:
    """The bearer that it would send."""
    return OnDiskTokenResolver().get_browser_token(name, region)


def client(region: str, directory: str | None = None) -> dict[str, Any] | None:
    """The OAuth client that it would refresh with, or the one of an account's own file."""
    if directory is None:
        return plain(OAuthStorage().load_client_info(region))
    content = (account_dir(directory) / "client.json").read_bytes()
    return plain(OAuthClientInfo.model_validate_json(content))


def save_client(**fields: Any) -> None:
    """Keep an OAuth client as a login of its own does."""
    OAuthStorage().save_client_info(OAuthClientInfo(**fields))


def register(region: str, redirect_uri: str) -> dict[str, Any] | None:
    """Register an OAuth client as a login of its own does, and keep it."""
    with httpx.Client(trust_env=False, timeout=60) as http:
        return plain(
            client_registration.ensure_client_registered(
                http_client=http, region=region, redirect_uri=redirect_uri, storage=OAuthStorage()
            )
        )


def me(name: str) -> Any:
    """The cached answer of /me, if it takes it."""
    answer = MeCache(account_name=name, storage_dir=account_dir(name)).get()
    return None if answer is None else answer.model_dump(mode="json")


def save_me(name: str, answer: dict[str, Any]) -> None:
    """Cache an answer of /me as it does."""
    cache = MeCache(account_name=name, storage_dir=account_dir(name))
    cache.put(MeResponse.model_validate(answer))


def bridge(path: str) -> dict[str, Any] | None:
    """The account of a bridge file."""
    return plain(load_bridge(Path(path)).account)


def carried(path: str) -> dict[str, Any]:
    """Everything in a bridge file."""
    found = load_bridge(Path(path))
    return {
        "account": plain(found.account),
        "tokens": plain(found.tokens),
        "project": found.project,
        "workspace": found.workspace,
        "headers": found.headers,
    }


def export(to: str, **fields: Any) -> None:
    """Write a bridge file as it does."""
    accounts.export_bridge(to=Path(to), **fields)


def remove(path: str) -> Any:
    """Remove a bridge file as it does."""
    return accounts.remove_bridge(at=Path(path))


ORDERS: dict[str, Callable[..., Any]] = {
    order.__name__: order
    for order in (
        *(view, change, login_at, token, client, save_client, register, me, save_me),
        *(bridge, carried, export, remove),
    )
}

for line in sys.stdin:
    name, args, fields = json.loads(line)
    try:
        answer = {"answer": ORDERS[name](*args, **fields)}
    except Exception as error:  # noqa: BLE001 - the test decides what an error means
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
