"""The bridge: whether one is in use, can be read and used, and what it hides."""

from __future__ import annotations

from collections.abc import Iterator

from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.ops.doctor.ends import ends
from mixdesk.ops.doctor.finding import Found, Severity, found
from mixdesk.ops.doctor.overrides import deciding_variable
from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.bridge import BridgeEntry


def check(scene: Scene) -> Iterator[Found]:
    """Look at the first bridge there is."""
    error, bridge = scene.bridge_error, scene.bridge
    if error is not None:
        yield from _unreadable(scene, error)
    elif bridge is None:
        yield found("bridge", "no_bridge", "ok", "bridge")
    else:
        yield from _use(scene, bridge)
        yield from _life(scene, bridge)


def _unreadable(scene: Scene, error: MixdeskError) -> Iterator[Found]:
    """Why it cannot be used, unless that was named where files are looked at."""
    path = error.path if isinstance(error, StoreError) else error.details.get("path", "")
    if path in scene.spoiled:
        return
    subject = error.details.get("variable") or path
    yield found(
        "bridge", "bridge_unreadable", "error", subject, summary=error.summary, hint=error.hint
    )


def _use(scene: Scene, bridge: BridgeEntry) -> Iterator[Found]:
    """Whether it decides who the user is, and in whose place."""
    resolution = scene.resolution
    account = bridge.account.name
    if resolution is None or resolution.account.source == "bridge":
        lost = resolution.account.shadowed if resolution is not None else ()
        hidden = next((each.value for each in lost if each.source == "active"), None)
        if hidden is None:
            yield found("bridge", "bridge_in_use", "note", bridge.path, account=account)
        else:
            yield found(
                "bridge", "bridge_hides", "warning", bridge.path, account=account, hidden=hidden
            )
    else:
        by = deciding_variable(resolution.account)
        yield found("bridge", "bridge_set_aside", "note", bridge.path, account=account, by=by)


def _life(scene: Scene, bridge: BridgeEntry) -> Iterator[Found]:
    """Whether its tokens have ended or are about to, and nothing renews them."""
    if bridge.tokens is not None:
        code = ends(bridge.tokens, scene.ctx.clock.now())
        if code is not None:
            severity: Severity = "error" if code == "ended" else "warning"
            at = bridge.tokens.expires_at
            yield found("bridge", f"bridge_{code}", severity, bridge.path, at=at)
