"""What the toolkit lacks: a device endpoint in the metadata, and something to protect."""

from __future__ import annotations

import json
from typing import Any

from django.http import JsonResponse
from django.urls import reverse
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.views import OAuthServerMetadataView


def metadata(request: Any, issuer_path: str = "") -> Any:
    """``GET /.well-known/oauth-authorization-server`` (RFC 8414)."""
    answer = OAuthServerMetadataView.as_view()(request)
    fields = json.loads(answer.content)
    device = reverse("oauth2_provider:device-authorization")
    fields["device_authorization_endpoint"] = request.build_absolute_uri(device)
    return JsonResponse(fields)


def me(request: Any) -> Any:
    """``GET /api/app/me``: one organization with two projects for each user; none for a program."""
    is_valid, asked = get_oauthlib_core().verify_request(request, scopes=[])
    if not is_valid:
        refusal = {"status": "error", "error": "Invalid or expired bearer token"}
        return JsonResponse(refusal, status=401, headers={"WWW-Authenticate": "Bearer"})
    if asked.user is None:
        return JsonResponse({"status": "ok", "results": {"program": asked.client.client_id}})
    return JsonResponse({"status": "ok", "results": _me_of(asked.user)})


def _me_of(user: Any) -> dict[str, Any]:
    organization = str(100 * user.pk)
    projects = {str(1000 * user.pk + each): f"{user.username} {each}" for each in (1, 2)}
    return {
        "user_id": user.pk,
        "user_email": user.email,
        "user_name": user.username,
        "organizations": {
            organization: {
                "id": int(organization),
                "name": f"{user.username} Inc",
                "role": "admin",
            }
        },
        "projects": {
            project: {
                "name": name,
                "organization_id": int(organization),
                "domain": "mixpanel.com",
                "timezone": "US/Pacific",
                "has_workspaces": True,
                "type": "PROJECT",
            }
            for project, name in projects.items()
        },
        "workspaces": {
            str(10 * int(project)): {
                "id": 10 * int(project),
                "name": "All Project Data",
                "project_id": int(project),
                "is_default": True,
                "is_global": True,
                "is_visible": True,
            }
            for project in projects
        },
    }
