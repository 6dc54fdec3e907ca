"""Which path is answered by what.

A new endpoint is one line in ``ROUTES``. Paths are written without the region that may stand
before them: ``/eu/api/app/me`` and ``/api/app/me`` are the same route.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mixdesk.model.rules import REGIONS, Region
from mixdesk.sandbox.app_api import me, public_workspaces
from mixdesk.sandbox.call import Handler, RefusedError
from mixdesk.sandbox.oauth_authorize import authorize, decide
from mixdesk.sandbox.oauth_device_endpoints import ask_for_code, begin_device, decide_device
from mixdesk.sandbox.oauth_metadata import appended_metadata, inserted_metadata
from mixdesk.sandbox.oauth_register import register
from mixdesk.sandbox.oauth_revoke import revoke_token
from mixdesk.sandbox.oauth_token import token
from mixdesk.sandbox.query_api import event_names, segmentation


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path, and what answers them."""

    method: str
    path: str
    """Parts in braces stand for anything and reach the handler as ``call.params``. A slash at the
    end is needed where it is written here, and makes no difference elsewhere."""
    handler: Handler


ROUTES: tuple[Route, ...] = (
    # The App API.
    Route("GET", "/api/app/me", me),
    Route("GET", "/api/app/projects/{project}/workspaces/public", public_workspaces),
    # The query endpoints, under both names they go by.
    Route("GET", "/api/query/events/names", event_names),
    Route("GET", "/api/query/segmentation", segmentation),
    Route("GET", "/api/2.0/events/names", event_names),
    Route("GET", "/api/2.0/segmentation", segmentation),
    # OAuth.
    Route("POST", "/oauth/mcp/register/", register),
    Route("GET", "/oauth/authorize/", authorize),
    Route("POST", "/oauth/authorize/", decide),
    Route("POST", "/oauth/token/", token),
    Route("POST", "/oauth/revoke_token/", revoke_token),
    Route("POST", "/oauth/device-authorization/", begin_device),
    Route("GET", "/oauth/device/", ask_for_code),
    Route("POST", "/oauth/device/", decide_device),
    # The region stands before the path of an issuer, and here that is not the path's beginning.
    Route("GET", "/.well-known/oauth-authorization-server/{region}/oauth", inserted_metadata),
    Route("GET", "/oauth/.well-known/openid-configuration", appended_metadata),
)


def split_region(path: str) -> tuple[Region, str]:
    """The region that a path begins with, and the rest; without one it is the US."""
    for region in REGIONS:
        if path == f"/{region}" or path.startswith(f"/{region}/"):
            return region, path[len(region) + 1 :] or "/"
    return "us", path


def find_route(
    routes: Sequence[Route], method: str, path: str
) -> tuple[Handler, Mapping[str, str]]:
    """What answers this request, and the parts of its path.

    Args:
        routes: Where to look.
        method: The request's method.
        path: Its path without the region.

    Raises:
        RefusedError: There is no such path (404), or not with this method (405).
    """
    allowed = []
    for route in routes:
        params = _match(route.path, path)
        if params is not None:
            if route.method == method:
                return route.handler, params
            allowed.append(route.method)
    if allowed:
        raise RefusedError(405, "Method Not Allowed", ("Allow", ", ".join(sorted(set(allowed)))))
    raise RefusedError(404, "Not Found")


def _match(pattern: str, path: str) -> dict[str, str] | None:
    if pattern.endswith("/") and not path.endswith("/"):
        return None
    wanted, parts = pattern.strip("/").split("/"), path.strip("/").split("/")
    if len(wanted) != len(parts):
        return None
    params = {}
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            params[want.strip("{}")] = part
        elif want != part:
            return None
    return params
