"""Fill an empty directory with a demo: accounts in every state, targets, projects.

Everything is written through the store, so the demo's files are what mixdesk itself would write.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from mixdesk.clock import Clock, SystemClock
from mixdesk.model.records import StatusEntry
from mixdesk.model.rules import AccountStatus
from mixdesk.model.secret import Secret
from mixdesk.sandbox import world
from mixdesk.sandbox.data import ANA, ROBOT, User, me_answer
from mixdesk.sandbox.identities import LOGINS, DemoLogin
from mixdesk.sandbox.oauth_clients import DEMO_REDIRECT, DEMO_SCOPE
from mixdesk.store.clients import ClientEntry, write_client
from mixdesk.store.files import Place, write_file
from mixdesk.store.me_cache import write_me
from mixdesk.store.preferences import change_preferences
from mixdesk.store.status import write_status
from mixdesk.store.storage import Storage
from mixdesk.store.tokens import TokenEntry, iso, write_tokens

ENVIRONMENT: Mapping[str, str] = MappingProxyType({"ACME_CI_TOKEN": "made-up-bearer-of-ci"})
"""What the demo's environment has besides: one of its two bearer accounts finds its token."""

_CONFIG = """\
# The accounts of a made-up company, for looking around. Nothing here opens anything.
# mixdesk keeps comments like these, and the order of things, when it changes the file.

[active]                          # who you are when nothing else says so
account   = "acme-corp"
workspace = 3448413

# --- people ---------------------------------------------------------------------------

[accounts.acme-corp]              # logged in a moment ago; renews by itself
type            = "oauth_browser"
region          = "us"
default_project = "3713224"

[accounts.contractor]             # its token ends in a few minutes, and cannot renew
type            = "oauth_browser"
region          = "us"
default_project = "3713238"

[accounts.acme-berlin]            # ended in the night, renews at its first use
type            = "oauth_browser"
region          = "eu"
default_project = "998812"

[accounts.agency]                 # their access was taken back: only a login helps
type            = "oauth_browser"
region          = "us"
default_project = "3713231"

[accounts.new-colleague]          # never logged in
type   = "oauth_browser"
region = "in"

# --- machines -------------------------------------------------------------------------

[accounts.warehouse]
type            = "service_account"
region          = "us"
default_project = "3713237"
username        = "warehouse.4f1c2a.mp-service-account"
secret          = "made-up-secret-of-warehouse"

[accounts.acme-eu]                # never tried
type            = "service_account"
region          = "eu"
default_project = "998812"
username        = "reports.91be07.mp-service-account"
secret          = "made-up-secret-of-acme-eu"

[accounts.acme-india]
type            = "service_account"
region          = "in"
default_project = "2200101"
username        = "delivery.77d0e3.mp-service-account"
secret          = "made-up-secret-of-acme-india"

[accounts.auditor]                # whoever made it forgot the scope to ask who it is
type            = "service_account"
region          = "us"
default_project = "3713224"
username        = "auditor.0c5d7e.mp-service-account"
secret          = "made-up-secret-of-auditor"

[accounts.ci]                     # its variable is set in the demo …
type            = "oauth_token"
region          = "us"
default_project = "3713226"
token_env       = "ACME_CI_TOKEN"

[accounts.nightly]                # … and this one's is not
type            = "oauth_token"
region          = "eu"
default_project = "998813"
token_env       = "ACME_NIGHTLY_TOKEN"

# --- what we go back to ---------------------------------------------------------------

[targets.ai-demo]
account   = "acme-corp"
project   = "3713224"
workspace = 3448413

[targets.ecom]
account   = "acme-corp"
project   = "3018488"
workspace = 3448424

[targets.prod]                    # protected: using it asks for its name
account = "acme-corp"
project = "3713225"

[targets.eu-prod]
account = "acme-eu"
project = "998812"

[targets.india]
account = "acme-india"
project = "2200101"

[targets.legacy]                  # the account was removed; repair or remove this
account = "acme-old"
project = "2999001"

[settings]
custom_header = { name = "X-Mixpanel-Cluster", value = "internal-1" }
"""

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


_TESTS: tuple[tuple[str, AccountStatus, float, User | None], ...] = (
    ("acme-corp", "ok", 2 * _MINUTE, ANA),
    ("contractor", "ok", 56 * _MINUTE, ANA),
    ("acme-berlin", "ok", 7 * _HOUR, ANA),
    ("agency", "needs_login", 1 * _DAY, ANA),
    ("new-colleague", "needs_login", 1 * _DAY, None),
    ("warehouse", "ok", 3 * _HOUR, ROBOT),
    ("acme-india", "ok", 9 * _DAY, ROBOT),
    ("ci", "ok", 20 * _MINUTE, ROBOT),
    ("nightly", "needs_token", 7 * _HOUR, None),
)
"""Account, how its last test ended, how long ago, and as whom; the others were never
tested."""

_ASKED: tuple[tuple[str, User, tuple[int, ...], float], ...] = (
    ("acme-corp", ANA, (100, 200, 300), 3 * _HOUR),
    ("contractor", ANA, (100,), 56 * _MINUTE),
    ("acme-berlin", ANA, (200,), 2 * _DAY),
    ("agency", ANA, (100,), 9 * _DAY),
    ("warehouse", ROBOT, (100,), 3 * _HOUR),
    ("acme-india", ROBOT, (300,), 9 * _DAY),
    ("ci", ROBOT, (100,), 20 * _MINUTE),
)
"""Account, who it is, the organizations ``/me`` showed, and how long ago it was asked."""


def seed(root: Path, *, clock: Clock | None = None, projects: int | None = None) -> None:
    """Write the demo's files.

    Args:
        root: An empty directory. Afterwards it is a storage root with a ``config.toml``.
        clock: What the ages of tokens and answers are counted from; this machine's by default.
        projects: How many projects there are in all, as in the server; the few dozen of the demo
            by default.

    Raises:
        StoreError: The directory cannot be written.
    """
    now = (clock or SystemClock()).now()
    storage = Storage.at(root)
    write_file(Place(str(root / "config.toml"), str(root)), _CONFIG.encode())
    for login in LOGINS:
        _log_in(storage, login, now)
    for account, status, age, user in _TESTS:
        entry = StatusEntry(status, now - age, user.email if user else None)
        write_status(storage.account(account, "status.json"), entry)
    there_are = world.organizations(projects)
    for account, asker, organizations, age in _ASKED:
        answer = me_answer(asker, organizations, there_are)
        write_me(storage.account(account, "me.json"), answer, now - age)
    change_preferences(storage.preferences, protected_targets=("prod",))


def _log_in(storage: Storage, login: DemoLogin, now: float) -> None:
    account = login.identity.name
    write_client(
        storage.account(account, "client.json"),
        ClientEntry(
            client_id=login.client_id,
            region=login.identity.region,
            redirect_uri=DEMO_REDIRECT,
            scope=DEMO_SCOPE,
            created_at=iso(now - 30 * _DAY),
        ),
    )
    write_tokens(
        storage.account(account, "tokens.json"),
        TokenEntry(
            access_token=Secret(login.access_token),
            expires_at=now + login.ends_in,
            refresh_token=Secret(login.refresh_token) if login.refresh_token else None,
            scope=DEMO_SCOPE,
            client_id=login.client_id,
        ),
    )
