"""The bridge file in each format: whose it is, and what it pins."""

from __future__ import annotations

from mixdesk.store.bridge import BridgeEntry
from mixdesk_cli import words
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table

FIELDS = (
    "path",
    "account",
    "type",
    "region",
    "project",
    "workspace",
    "headers",
    "can_refresh",
    "token_expires_at",
)


def record(bridge: BridgeEntry | None) -> Record:
    """A bridge for JSON. Of its headers there are the names, of its credentials nothing."""
    if bridge is None:
        return {"bridge": None}
    flat = _flat(bridge)
    account = {"name": flat["account"], "type": flat["type"], "region": flat["region"]}
    rest = {name: flat[name] for name in FIELDS[4:]}
    return {"bridge": {"path": bridge.path, "version": 2, "account": account, **rest}}


def answer(bridge: BridgeEntry | None, now: float) -> Answer:
    """The answer of ``mp session --bridge``."""
    return Answer(
        data=record(bridge),
        rows=[_flat(bridge)] if bridge else [],
        fields=FIELDS,
        plain=FIELDS,
        table=lambda: _card(bridge, now),
        upright=True,
    )


def _flat(bridge: BridgeEntry) -> Record:
    tokens = bridge.tokens
    return {
        "path": bridge.path,
        "account": bridge.account.name,
        "type": bridge.account.type,
        "region": bridge.account.region,
        "project": bridge.project,
        "workspace": bridge.workspace,
        "headers": sorted(bridge.headers),
        "can_refresh": tokens is not None and tokens.refresh_token is not None,
        "token_expires_at": words.iso(tokens.expires_at) if tokens else None,
    }


def _card(bridge: BridgeEntry | None, now: float) -> Table:
    if bridge is None:
        return Table([[Cell("bridge", "dim"), Cell("none")]])
    account = bridge.account
    pinned = str(bridge.workspace) if bridge.workspace else ""
    facts = [
        ("bridge", Cell(bridge.path)),
        ("account", Cell(account.name, "bold")),
        ("kind", Cell(f"{words.KINDS_LONG[account.type]} · {account.region}")),
        ("project", Cell(bridge.project or "")),
        ("workspace", Cell(pinned)),
        ("headers", Cell(", ".join(sorted(bridge.headers)))),
        ("token", _life(bridge, now)),
    ]
    return Table([[Cell(name, "dim"), cell] for name, cell in facts if cell.text])


def _life(bridge: BridgeEntry, now: float) -> Cell:
    if bridge.tokens is None:
        return Cell("")
    text, style = words.token_life(bridge.tokens.expires_at, now)
    return Cell(text, style, ", renews by itself" if bridge.tokens.refresh_token else "")
