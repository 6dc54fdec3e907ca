"""One import place for the types of the auth surface."""

from mixdesk.model.account import (
    Account,
    OAuthBrowserAccount,
    OAuthTokenAccount,
    ServiceAccount,
    TokenResolver,
)
from mixdesk.model.bridge import BridgeFile
from mixdesk.model.rules import AccountType, Region
from mixdesk.model.session import ActiveSession, Project, Session, WorkspaceRef
from mixdesk.model.token import OAuthClientInfo, OAuthTokens
from mixdesk.ops.bridge_file import load_bridge
from mixdesk.ops.token_resolver import OnDiskTokenResolver

__all__ = [
    "Account",
    "AccountType",
    "ActiveSession",
    "BridgeFile",
    "OAuthBrowserAccount",
    "OAuthClientInfo",
    "OAuthTokenAccount",
    "OAuthTokens",
    "OnDiskTokenResolver",
    "Project",
    "Region",
    "ServiceAccount",
    "Session",
    "TokenResolver",
    "WorkspaceRef",
    "load_bridge",
]
