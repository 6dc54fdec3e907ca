"""One request on its way through the sandbox, and what its handler may ask about."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mixdesk.model.rules import Region
from mixdesk.sandbox.data import Organization, me_answer
from mixdesk.sandbox.identities import Identities, Identity
from mixdesk.sandbox.oauth_state import AuthorizationServer
from mixdesk.sandbox.wire import Answer, Request, json_answer

Handler = Callable[["Call"], Answer]
"""What answers a request. It runs on the server's thread and must not wait for anything."""


class RefusedError(Exception):
    """The request is answered with an error.

    Args:
        status: HTTP status.
        message: What the body says.
        headers: Further headers.
    """

    def __init__(self, status: int, message: str, *headers: tuple[str, str]) -> None:
        self.status = status
        self.message = message
        self.headers = headers
        super().__init__(message)

    def answer(self) -> Answer:
        """The error as Mixpanel words it."""
        body = {"status": "error", "error": self.message}
        return json_answer(body, self.status, *self.headers)


class World:
    """What there is in one sandbox.

    Args:
        organizations: Its organizations, with their projects.
        now: The time, in seconds since the epoch.
    """

    def __init__(self, organizations: Sequence[Organization], now: Callable[[], float]) -> None:
        self.organizations = tuple(organizations)
        self.now = now
        self.identities = Identities(now)
        self.oauth = AuthorizationServer(now, self.identities)
        self._owners = {
            key: (organization, name)
            for organization in organizations
            for key, name in organization.projects
        }
        self._me = functools.lru_cache(maxsize=8)(self._build_me)

    def me(self, identity: Identity) -> bytes:
        """The body of ``/me``; a large one is made once."""
        return self._me(identity)

    def project(self, identity: Identity, project: str) -> str:
        """The name of a project that this account may use in its region.

        Raises:
            RefusedError: There is no such project here, or it is not for this account.
        """
        organization, name = self._owners.get(project, (None, ""))
        if organization is None or organization.region != identity.region:
            raise RefusedError(404, f"Project {project} was not found")
        if organization.id not in identity.organizations:
            raise RefusedError(403, f"You do not have access to project {project}")
        return name

    def _build_me(self, identity: Identity) -> bytes:
        results = me_answer(identity.user, identity.organizations, self.organizations)
        results["sandbox"] = {"account": identity.name, "region": identity.region}
        return json.dumps({"status": "ok", "results": results}).encode("ascii")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, the region it is for, and what its path says."""

    request: Request
    region: Region
    params: Mapping[str, str]
    world: World
    origin: str
    """The server's origin, without the region: ``http://127.0.0.1:PORT``."""

    def identity(self) -> Identity:
        """Who asks.

        Raises:
            RefusedError: Nobody that this region knows (401).
        """
        authorization = self.request.headers.get("authorization", "")
        identity = self.world.identities.recognise(authorization, self.region)
        if identity is None:
            challenge = ("WWW-Authenticate", 'Bearer realm="api"')
            raise RefusedError(401, "Invalid credentials", challenge)
        return identity
