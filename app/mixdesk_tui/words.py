"""What the front end calls an error: a title and how loud it is. Its sentences are its own."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mixdesk.exceptions import MixdeskError
from mixdesk_tui.spans import safe

Severity = Literal["warning", "error"]


class Wording(NamedTuple):
    """An error as a dialog says it."""

    title: str
    sentence: str
    step: str
    """What to do next; empty where nobody knows."""
    severity: Severity


_TITLES: dict[str, tuple[str, Severity]] = {
    "ACCOUNT_NOT_FOUND": ("The account is gone", "warning"),
    "TARGET_NOT_FOUND": ("The target is gone", "warning"),
    "ACCOUNT_EXISTS": ("The name is taken", "warning"),
    "TARGET_EXISTS": ("The name is taken", "warning"),
    "ACCOUNT_IN_USE": ("Targets refer to it", "warning"),
    "PROJECT_NOT_FOUND": ("No such project", "warning"),
    "INVALID_ARGUMENT": ("That does not fit", "warning"),
    "UNDO_OVERTAKEN": ("Something was changed since", "warning"),
    "CONFIG_ERROR": ("The configuration does not hold together", "error"),
    "AUTH_FAILED": ("Mixpanel does not let it in", "warning"),
    "OAUTH_AUTH_DENIED": ("Somebody said no", "warning"),
    "OAUTH_BROWSER_ERROR": ("The address is not safe to open", "warning"),
    "OAUTH_CONFIG_ERROR": ("The server cannot do that", "warning"),
    "OAUTH_NETWORK_UNREACHABLE": ("Mixpanel cannot be reached", "warning"),
    "OAUTH_PASTE_ERROR": ("That is another address", "warning"),
    "OAUTH_PORT_ERROR": ("There is no port to listen on", "warning"),
    "OAUTH_REFRESH_ERROR": ("The token cannot be renewed now", "warning"),
    "OAUTH_REFRESH_REVOKED": ("The login is no good any more", "warning"),
    "OAUTH_REGION_PROBE_FAILED": ("No region knows this credential", "warning"),
    "OAUTH_REGISTRATION_ERROR": ("Mixpanel does not take this program", "warning"),
    "OAUTH_STATE_MISMATCH": ("The answer is not for this login", "warning"),
    "OAUTH_TIMEOUT": ("Nobody answered in time", "warning"),
    "OAUTH_TOKEN_ERROR": ("There is no token that works", "warning"),
    "FAULT": ("A fault of mixdesk", "error"),
    "RATE_LIMITED": ("Mixpanel asks to slow down", "warning"),
    "QUERY_FAILED": ("Mixpanel refused", "warning"),
    "SERVER_ERROR": ("Mixpanel has a problem", "warning"),
    "NETWORK_ERROR": ("Mixpanel cannot be reached", "warning"),
    "API_ERROR": ("The answer makes no sense", "warning"),
    "STORE_LOCKED": ("Another program is changing the file", "warning"),
    "STORE_CORRUPT": ("The file cannot be understood", "error"),
    "STORE_IO": ("The file cannot be read or written", "error"),
    "STORE_UNSAFE_PATH": ("The file is not safe to use", "error"),
}


def wording(error: MixdeskError) -> Wording:
    """Return an error in words; every text in it is safe to show."""
    title, severity = _TITLES.get(error.code, ("That did not work", "error"))
    return Wording(title, safe(error.summary), safe(error.hint or ""), severity)
