"""Which OAuth client a login uses: one that is known already, wherever that is possible."""

from __future__ import annotations

import os
from collections.abc import Iterator

from mixdesk.exceptions import StoreError
from mixdesk.model.rules import Region, is_name
from mixdesk.oauth.registration import fits, fits_device
from mixdesk.store.clients import ClientEntry, read_client
from mixdesk.store.storage import Storage


def find_client(
    storage: Storage, region: Region, issuer: str, redirect_uri: str, account: str | None
) -> ClientEntry | None:
    """Find a client that was registered before and that fits.

    One client for all logins of a region is what lets ``mixpanel_headless``, which knows one a
    region, renew each of them.

    Args:
        storage: Where clients are kept.
        region: Where the login is.
        issuer: The authorization server.
        redirect_uri: Where its answer goes.
        account: The account that logs in again, if one does.

    Returns:
        The region's client, else the account's own, else another account's; None when none fits.
    """
    for client in _known_clients(storage, region, account):
        if client.region == region and fits(client, redirect_uri, issuer):
            return client
    return None


def find_device_client(
    storage: Storage, region: Region, issuer: str, account: str | None
) -> ClientEntry | None:
    """Find a client that was registered for codes on another device, likewise."""
    for client in _known_clients(storage, region, account):
        if client.region == region and fits_device(client, issuer):
            return client
    return None


def preferred_ports(storage: Storage, region: Region, account: str | None) -> list[int]:
    """The ports that the known clients have been registered with, the best first."""
    ports = []
    for client in _known_clients(storage, region, account):
        port = client.redirect_uri.rpartition(":")[2].partition("/")[0]
        if client.region == region and port.isascii() and port.isdigit():
            ports.append(int(port[:5]))
    return ports


def _known_clients(storage: Storage, region: Region, account: str | None) -> Iterator[ClientEntry]:
    places = [storage.region_client(region)]
    own = [account] if account is not None else []
    places += [storage.account(name, "client.json") for name in [*own, *_names(storage)]]
    for place in places:
        try:
            client = read_client(place)
        except StoreError:
            continue  # one that cannot be used is none; the login makes its own
        if client is not None:
            yield client


def _names(storage: Storage) -> list[str]:
    try:
        return sorted(name for name in os.listdir(storage.root / "accounts") if is_name(name))
    except OSError:
        return []
