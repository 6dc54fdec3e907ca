"""Whether the servers in use can be reached, and whether our clock is theirs.

No credential is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mixdesk.api.regions import Family, base_url, unsafe_reason
from mixdesk.exceptions import ConfigError
from mixdesk.model.rules import REGIONS, Region
from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.scene import Scene

if TYPE_CHECKING:
    from mixdesk.api.reach import Reached, Unreached
    from mixdesk.api.transport import Transport
    from mixdesk.clock import Clock

PATIENCE = 8.0
"""Longest wait for all answers together, in seconds."""

TIMEOUT = 5.0
"""Longest silence of one server, in seconds."""

CLOCK_MARGIN = 60.0
"""How far our clock may be from a server's, in seconds."""

_REFUSALS = (400, 401, 403, 405, 429)
"""How Mixpanel answers who has no credential; anything else may come from somebody in between."""

_FAMILIES: tuple[Family, ...] = ("app", "query")


class Progress(NamedTuple):
    """How far the asking is."""

    waiting: tuple[str, ...]
    """Hosts that have not answered yet."""
    total: int


class Place(NamedTuple):
    """A server, and an address there that answers without a credential: with a refusal."""

    host: str
    url: str


class Network:
    """How the network is asked; made for tests to replace.

    Args:
        transport: Makes the transport.
        patience: Longest wait for all answers together, in seconds.
        on_progress: Is told how far the asking is. It must not block.
    """

    def __init__(
        self,
        transport: Callable[[], Transport] | None = None,
        patience: float = PATIENCE,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self.transport = transport or _transport
        self.patience = patience
        self.on_progress = on_progress


def check(scene: Scene, network: Network) -> Iterator[Found]:
    """Ask every server that the accounts need, side by side."""
    from mixdesk.api.reach import usable  # only now: nothing else needs a network

    places = list(servers(scene))
    transport = usable(network.transport)
    if isinstance(transport, str):
        yield found("network", transport, "error", "environment")
        return
    clock = scene.ctx.clock
    offsets: dict[str, float] = {}
    for place, answer in _side_by_side(places, transport, clock, network):
        yield _judge(place, answer)
        offset = getattr(answer, "offset", None)
        if offset is not None:
            offsets[place.host] = offset
    yield from _clock(offsets)


def servers(scene: Scene) -> Iterator[Place]:
    """The servers of the regions in use, each once."""
    known: set[str] = set()
    for region in _regions(scene):
        for url in _addresses(scene, region):
            host = urlsplit(url).netloc
            if host not in known:
                known.add(host)
                yield Place(host, url)


def _regions(scene: Scene) -> list[Region]:
    """The regions of the accounts; without any, the one a login would begin in."""
    entries = list(scene.config.accounts.values()) if scene.config is not None else []
    if scene.bridge is not None:
        entries.append(scene.bridge.account)
    if scene.resolution is not None and scene.resolution.entry is not None:
        entries.append(scene.resolution.entry)
    used: set[str] = {entry.region for entry in entries}
    first = scene.sound_environ.get("MP_REGION") or "us"
    return [region for region in REGIONS if region in (used or {first})]


def _addresses(scene: Scene, region: Region) -> Iterator[str]:
    for family in _FAMILIES:
        try:
            base = base_url(family, region, scene.environ)
        except ConfigError:
            continue  # the variable is named where the environment is looked at
        yield f"{base}/me" if family == "app" else f"{base}/events/names"
    issuer = scene.environ.get("MP_OAUTH_BASE_URL", "").replace("{region}", region).rstrip("/")
    if issuer and unsafe_reason(issuer, scene.environ) is None:
        yield f"{issuer}/authorize/"


def _side_by_side(
    places: Iterable[Place], transport: Transport, clock: Clock, network: Network
) -> Iterator[tuple[Place, Reached | Unreached]]:
    """Ask all at once; whoever has not answered when patience ends is not waited for.

    The threads are daemons, because a look-up of a name cannot be cut short: an interrupt, and the
    end of patience, end this at once all the same.
    """
    import threading
    from queue import Empty, SimpleQueue

    from mixdesk.api.reach import Unreached, reach
    from mixdesk.api.stopping import Stop

    answers: SimpleQueue[tuple[Place, Reached | Unreached]] = SimpleQueue()
    waiting = {place.host: place for place in places}
    total = len(waiting)
    stop = Stop()
    stop.attach(transport)

    def ask(place: Place) -> None:
        try:
            answers.put((place, reach(transport, place.url, clock)))
        except Exception:
            if not stop.is_set:  # else the transport was closed before or while it was asked
                raise

    ends_at = clock.monotonic() + network.patience
    try:
        for place in waiting.values():
            threading.Thread(target=ask, args=(place,), name="mixdesk-ask", daemon=True).start()
        while waiting:
            network.on_progress(Progress(tuple(waiting), total))
            try:
                place, answer = answers.get(timeout=max(ends_at - clock.monotonic(), 0.001))
            except Empty:
                break
            del waiting[place.host]
            yield place, answer
        for place in waiting.values():
            yield place, Unreached("timed_out")
    finally:
        network.on_progress(Progress((), total))
        stop.set()
        transport.close()


def _judge(place: Place, answer: Reached | Unreached) -> Found:
    from mixdesk.api.reach import Reached

    if not isinstance(answer, Reached):
        detail, proxy = answer.detail, answer.proxy
        return found("network", answer.reason, "error", place.host, detail=detail, proxy=proxy)
    took = round(answer.took * 1000)
    if answer.status >= 500:
        return found("network", "server_error", "warning", place.host, status=answer.status)
    if place.host.endswith("mixpanel.com") and answer.status not in _REFUSALS:
        return found("network", "odd_answer", "warning", place.host, status=answer.status)
    return found("network", "reachable", "ok", place.host, status=answer.status, took_ms=took)


def _clock(offsets: Mapping[str, float]) -> Iterator[Found]:
    """Whether our clock is far from a server's: tokens would end too early or too late."""
    if not offsets:
        return
    host = max(offsets, key=lambda each: abs(offsets[each]))
    seconds = round(offsets[host])
    if abs(offsets[host]) > CLOCK_MARGIN:
        yield found("network", "clock_off", "error", host, seconds=seconds)
    else:
        yield found("network", "clock_right", "ok", host, seconds=seconds)


def _transport() -> Transport:
    from mixdesk.api.transport import Transport

    return Transport(timeout=TIMEOUT, deadline=TIMEOUT, attempts=1)
