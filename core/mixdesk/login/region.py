"""In which region a credential is good."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.me import ask_me
from mixdesk.api.regions import probe_order
from mixdesk.exceptions import APIError, RegionProbeError, RegionProbeNetworkError
from mixdesk.login.runner import run
from mixdesk.model.rules import Region

PATIENCE = 5.0
"""How long one region is waited for, in seconds."""


class RegionProbe(NamedTuple):
    """Where a credential is good."""

    region: Region
    """The first region that accepted it."""
    attempts: tuple[tuple[Region, int], ...]
    """Every region that was asked and its HTTP status, in order; 0 means no answer."""
    answer: Mapping[str, Any]
    """What ``/me`` said there."""


def probe_region(
    authorization: str,
    *,
    order: Sequence[Region] | None = None,
    headers: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    on_attempt: Callable[[Region, int], None] | None = None,
) -> RegionProbe:
    """Ask ``/me`` region by region until one accepts a credential.

    Args:
        authorization: The value of the ``Authorization`` header.
        order: The regions to ask; by default us, eu, in (one only, where one alternate host stands
            for all).
        headers: Further headers.
        environ: Another environment than the process's own.
        on_attempt: Told after each attempt: the region, and the status (0 for no answer).

    Returns:
        The region, and what ``/me`` said.

    Raises:
        RegionProbeError: Every region refused; ``attempts`` has each with its reason.
        RegionProbeNetworkError: None could be reached, so the credential was never judged.
        ConfigError: The environment names no usable address.
    """
    environ = os.environ if environ is None else environ
    return run(
        find_region(authorization, environ, order=order, headers=headers, on_attempt=on_attempt)
    )


async def find_region(
    authorization: str,
    environ: Mapping[str, str],
    *,
    order: Sequence[Region] | None = None,
    headers: Mapping[str, str] | None = None,
    on_attempt: Callable[[Region, int], None] | None = None,
) -> RegionProbe:
    """The same as :func:`probe_region`, for a running loop."""
    tried: list[tuple[Region, int, str]] = []
    async with AsyncTransport(timeout=PATIENCE, deadline=PATIENCE, attempts=1) as transport:
        for region in order or probe_order(environ):
            try:
                answer = await ask_me(transport, region, environ, authorization, headers or {})
                status, reason = 200, ""
            except APIError as error:
                answer, status, reason = None, error.status_code, error.summary
            tried.append((region, status, reason))
            if on_attempt is not None:
                on_attempt(region, status)
            if answer is not None:
                seen = tuple((each, code) for each, code, _ in tried)
                return RegionProbe(region, seen, answer)
    raise _nowhere(tried)


def _nowhere(tried: Sequence[tuple[Region, int, str]]) -> RegionProbeError:
    said = "; ".join(f"{region}: {reason}" for region, _, reason in tried)
    if all(status == 0 for _, status, _ in tried):
        return RegionProbeNetworkError(
            f"No region could be reached. {said}",
            attempts=tried,
            hint="Check your network, or name the region: --region us, eu or in.",
        )
    if any(status == 403 for _, status, _ in tried):
        hint = "One knows the account and may not say so: name its region, --region us, eu or in."
    else:
        hint = "Check the credential; a copied one may lack its last characters."
    return RegionProbeError(f"No region accepts this credential. {said}", attempts=tried, hint=hint)
