"""The App API: who somebody is, and the workspaces of a project."""

from __future__ import annotations

from mixdesk.sandbox.call import Call, RefusedError
from mixdesk.sandbox.data import workspaces_of
from mixdesk.sandbox.wire import Answer, json_answer


def me(call: Call) -> Answer:
    """``GET /api/app/me``."""
    identity = call.identity()
    if not identity.sees_user:
        # Mixpanel's own sentence is not documented; a client goes by the status.
        raise RefusedError(403, "Permission denied: missing scope user_details")
    return Answer(200, call.world.me(identity))


def public_workspaces(call: Call) -> Answer:
    """``GET /api/app/projects/ID/workspaces/public``."""
    project = call.params["project"]
    name = call.world.project(call.identity(), project)
    return json_answer({"status": "ok", "results": workspaces_of(project, name)})
