"""How the authorization server is set up: as Mixpanel's is known to be, and fast to start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

SCOPES = (
    "projects",
    "analysis",
    "events",
    "insights",
    "segmentation",
    "retention",
    "data:read",
    "funnels",
    "flows",
    "data_definitions",
    "dashboard_reports",
    "bookmarks",
)

OAUTH: dict[str, Any] = {
    # A client has no scopes of its own and the request names none: then it gets all of them.
    "SCOPES": {scope: f"Use {scope}" for scope in SCOPES},
    "DEFAULT_SCOPES": ["__all__"],
    "PKCE_REQUIRED": True,
    "REQUEST_APPROVAL_PROMPT": "force",
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "DCR_ENABLED": True,
    "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
    # What the metadata says; what is accepted is decided elsewhere.
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": ["none"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ],
    # A test may change settings while the server runs.
    "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
}


def settings_for(base_url: str, directory: Path) -> dict[str, Any]:
    """Django's settings.

    Args:
        base_url: Where the server listens, without a slash at the end.
        directory: An empty folder for its database.
    """
    verification = f"{base_url}/oauth/device/"
    return {
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost"],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": directory / "db.sqlite3",
                "OPTIONS": {
                    "timeout": 30,
                    # Requests that change the same row take turns, as with row locks.
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
                },
            }
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": [
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.staticfiles",
            "oauth2_provider",
        ],
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"log": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["log"], "level": "INFO"},
        },
        "LOGGING_CONFIG": "logging.config.dictConfig",
        "LOGIN_URL": "/login/",
        "MIDDLEWARE": [
            "tests.e2e.authserver.journal.record_token_requests",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        # Tables straight from the models: a hundred migrations take longer than all the tests.
        "MIGRATION_MODULES": {"auth": None, "contenttypes": None, "oauth2_provider": None},
        "OAUTH2_PROVIDER": {
            **OAUTH,
            "OAUTH_DEVICE_VERIFICATION_URI": verification,
            "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": verification + "?user_code={user_code}",
        },
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ROOT_URLCONF": "tests.e2e.authserver.urls",
        "SECRET_KEY": "for tests on this machine only",
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "STATIC_URL": "/static/",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
            }
        ],
        "USE_TZ": True,
    }
