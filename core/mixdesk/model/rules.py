"""The constraints on names and values, written once.

The store checks plain data with them, the pydantic models are built from the same patterns.
All patterns are ASCII and match the whole string (``fullmatch``).
"""

from __future__ import annotations

import re
from typing import Literal, get_args

AccountType = Literal["service_account", "oauth_browser", "oauth_token"]
"""How an account proves who it is."""

Region = Literal["us", "eu", "in"]
"""Where the data lives."""

AccountStatus = Literal["ok", "needs_login", "needs_token", "untested"]
"""What the last test or login of an account said."""

ACCOUNT_TYPES: tuple[AccountType, ...] = get_args(AccountType)
REGIONS: tuple[Region, ...] = get_args(Region)
ACCOUNT_STATUSES: tuple[AccountStatus, ...] = get_args(AccountStatus)

NAME_PATTERN = r"[a-zA-Z0-9_-]{1,64}"
PROJECT_PATTERN = r"[0-9]+"
HEADER_NAME_PATTERN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
"""An HTTP field name (RFC 9110, section 5.1)."""

HEADER_VALUE_PATTERN = r"[\x21-\x7e\xa0-\xff](?:[\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?"
"""An HTTP field value (RFC 9110, section 5.5): no line breaks, no control characters."""

ENV_NAME_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"
"""A name that a shell can export."""

_name = re.compile(NAME_PATTERN)
_project = re.compile(PROJECT_PATTERN)
_header_name = re.compile(HEADER_NAME_PATTERN)
_header_value = re.compile(HEADER_VALUE_PATTERN)
_env_name = re.compile(ENV_NAME_PATTERN)


def is_name(value: object) -> bool:
    """Whether ``value`` may name an account or a new target."""
    return isinstance(value, str) and _name.fullmatch(value) is not None


def is_project(value: object) -> bool:
    """Whether ``value`` is a project id: a string of ASCII digits."""
    return isinstance(value, str) and _project.fullmatch(value) is not None


def is_workspace(value: object) -> bool:
    """Whether ``value`` is a workspace id: an integer above zero (a bool is none)."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_header_name(value: object) -> bool:
    """Whether ``value`` may be sent as the name of an HTTP header."""
    return isinstance(value, str) and _header_name.fullmatch(value) is not None


def is_header_value(value: object) -> bool:
    """Whether ``value`` may be sent as the value of an HTTP header."""
    return isinstance(value, str) and _header_value.fullmatch(value) is not None


def is_env_name(value: object) -> bool:
    """Whether ``value`` may name an environment variable."""
    return isinstance(value, str) and _env_name.fullmatch(value) is not None
