"""Which path is answered by what; laid out as Mixpanel's authorization server is."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.contrib.staticfiles.views import serve
from django.urls import include, path
from oauth2_provider.urls import base_urlpatterns
from oauth2_provider.views import (
    AuthorizationView,
    DynamicClientRegistrationManagementView,
    DynamicClientRegistrationView,
    TokenView,
)

from tests.e2e.authserver.views import me, metadata

_REGISTRATION = [
    path("mcp/register/", DynamicClientRegistrationView.as_view(), name="dcr-register"),
    path(
        "mcp/register/<str:client_id>/",
        DynamicClientRegistrationManagementView.as_view(),
        name="dcr-register-management",
    ),
]

urlpatterns = [
    path(".well-known/oauth-authorization-server", metadata),
    path(".well-known/oauth-authorization-server/<path:issuer_path>", metadata),
    path("oauth/", include((base_urlpatterns + _REGISTRATION, "oauth2_provider"))),
    # Laid out as a federation endpoint is.
    path("oauth2/authorize", AuthorizationView.as_view()),
    path("oauth2/token", TokenView.as_view()),
    path("login/", LoginView.as_view(template_name="login.html")),
    path("static/<path:path>", serve, {"insecure": True}),
    path("api/app/me", me),
]
