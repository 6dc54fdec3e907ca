"""mixdesk: one home for several Mixpanel accounts, projects and data regions.

``import mixdesk as mp``. Names are loaded on first use, so importing the package costs next to
nothing and pulls in no dependency.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mixdesk import accounts, auth_types, clients, session, targets
    from mixdesk.exceptions import (
        AccountExistsError,
        AccountInUseError,
        AccountNotFoundError,
        APIError,
        AuthenticatedUserError,
        AuthenticationError,
        AuthEnvironmentError,
        ConfigError,
        FederationError,
        FederationTimeoutError,
        InvalidArgumentError,
        MixdeskError,
        MixpanelHeadlessError,
        OAuthError,
        ProjectNotFoundError,
        QueryError,
        RateLimitError,
        RegionProbeError,
        RegionProbeNetworkError,
        ServerError,
        StoreError,
        TargetExistsError,
        TargetNotFoundError,
        TokenUnavailableError,
        WorkspaceScopeError,
    )
    from mixdesk.logging_in import ProgressFactory, ProjectPicker, login_unified
    from mixdesk.login.naming import default_account_name, slugify
    from mixdesk.login.region import RegionProbe, probe_region
    from mixdesk.model.account import (
        Account,
        OAuthBrowserAccount,
        OAuthTokenAccount,
        ServiceAccount,
    )
    from mixdesk.model.me import MeProjectInfo, MeResponse, MeUserInfo
    from mixdesk.model.query import SegmentationResult
    from mixdesk.model.results import (
        AccountSummary,
        AccountTestResult,
        LogoutResult,
        OAuthLoginResult,
    )
    from mixdesk.model.rules import AccountType, Region
    from mixdesk.model.session import ActiveSession, Project, Session, WorkspaceRef
    from mixdesk.model.target import Target
    from mixdesk.resolve.session import resolve_session
    from mixdesk.store.config import ConfigManager
    from mixdesk.workspace import Workspace

_MODULES = ("accounts", "auth_types", "clients", "session", "targets")

_HOMES = {
    "mixdesk.exceptions": (
        "APIError",
        "AccountExistsError",
        "AccountInUseError",
        "AccountNotFoundError",
        "AuthEnvironmentError",
        "AuthenticatedUserError",
        "AuthenticationError",
        "ConfigError",
        "FederationError",
        "FederationTimeoutError",
        "InvalidArgumentError",
        "MixdeskError",
        "MixpanelHeadlessError",
        "OAuthError",
        "ProjectNotFoundError",
        "QueryError",
        "RateLimitError",
        "RegionProbeError",
        "RegionProbeNetworkError",
        "ServerError",
        "StoreError",
        "TargetExistsError",
        "TargetNotFoundError",
        "TokenUnavailableError",
        "WorkspaceScopeError",
    ),
    "mixdesk.logging_in": ("ProgressFactory", "ProjectPicker", "login_unified"),
    "mixdesk.login.naming": ("default_account_name", "slugify"),
    "mixdesk.login.region": ("RegionProbe", "probe_region"),
    "mixdesk.model.account": (
        "Account",
        "OAuthBrowserAccount",
        "OAuthTokenAccount",
        "ServiceAccount",
    ),
    "mixdesk.model.me": ("MeProjectInfo", "MeResponse", "MeUserInfo"),
    "mixdesk.model.query": ("SegmentationResult",),
    "mixdesk.model.results": (
        "AccountSummary",
        "AccountTestResult",
        "LogoutResult",
        "OAuthLoginResult",
    ),
    "mixdesk.model.rules": ("AccountType", "Region"),
    "mixdesk.model.session": ("ActiveSession", "Project", "Session", "WorkspaceRef"),
    "mixdesk.model.target": ("Target",),
    "mixdesk.resolve.session": ("resolve_session",),
    "mixdesk.store.config": ("ConfigManager",),
    "mixdesk.workspace": ("Workspace",),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "APIError",
    "Account",
    "AccountExistsError",
    "AccountInUseError",
    "AccountNotFoundError",
    "AccountSummary",
    "AccountTestResult",
    "AccountType",
    "ActiveSession",
    "AuthEnvironmentError",
    "AuthenticatedUserError",
    "AuthenticationError",
    "ConfigError",
    "ConfigManager",
    "FederationError",
    "FederationTimeoutError",
    "InvalidArgumentError",
    "LogoutResult",
    "MeProjectInfo",
    "MeResponse",
    "MeUserInfo",
    "MixdeskError",
    "MixpanelHeadlessError",
    "OAuthBrowserAccount",
    "OAuthError",
    "OAuthLoginResult",
    "OAuthTokenAccount",
    "ProgressFactory",
    "Project",
    "ProjectNotFoundError",
    "ProjectPicker",
    "QueryError",
    "RateLimitError",
    "Region",
    "RegionProbe",
    "RegionProbeError",
    "RegionProbeNetworkError",
    "SegmentationResult",
    "ServerError",
    "ServiceAccount",
    "Session",
    "StoreError",
    "Target",
    "TargetExistsError",
    "TargetNotFoundError",
    "TokenUnavailableError",
    "Workspace",
    "WorkspaceRef",
    "WorkspaceScopeError",
    "accounts",
    "auth_types",
    "clients",
    "default_account_name",
    "login_unified",
    "probe_region",
    "resolve_session",
    "session",
    "slugify",
    "targets",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name in _MODULES:
        value = importlib.import_module(f"mixdesk.{name}")
    elif name in _HOME_OF:
        value = getattr(importlib.import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module 'mixdesk' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
