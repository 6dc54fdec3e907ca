"""Whether the accounts can be used: logged in, not about to end, with their variables set."""

from __future__ import annotations

from collections.abc import Iterator

from mixdesk.exceptions import StoreError
from mixdesk.model.records import AccountEntry
from mixdesk.ops.doctor.ends import ends
from mixdesk.ops.doctor.finding import Found, Severity, found
from mixdesk.ops.doctor.scene import Scene
from mixdesk.store.files import Place
from mixdesk.store.json_file import corrupt, read_json
from mixdesk.store.status import read_status
from mixdesk.store.tokens import TokenEntry, token_entry


def check(scene: Scene) -> Iterator[Found]:
    """Look at every sound account of the file; nothing is asked of a server."""
    accounts = scene.config.accounts if scene.config is not None else {}
    sound = 0
    for name in sorted(accounts):
        findings = list(_judge(scene, accounts[name]))
        sound += not findings
        yield from findings
    if sound:
        yield found("accounts", "accounts_ready", "ok", f"{sound}", count=sound, of=len(accounts))


def _judge(scene: Scene, entry: AccountEntry) -> Iterator[Found]:
    match entry.type:
        case "oauth_browser":
            yield from _login(scene, entry)
        case "oauth_token" if entry.token_env and not scene.environ.get(entry.token_env):
            variable = entry.token_env
            yield _about(scene, entry, "variable_unset", variable=variable)
        case _:
            yield from _last_test(scene, entry, "needs_token", "refused")


def _login(scene: Scene, entry: AccountEntry) -> Iterator[Found]:
    place = scene.ctx.storage.account(entry.name, "tokens.json")
    try:
        tokens = _read(place)
    except StoreError as error:
        if not _is_spoiled(scene, place):
            yield _about(scene, entry, "tokens_unreadable", summary=error.summary, path=error.path)
        return
    if tokens is None:
        yield _about(scene, entry, "needs_login")
        return
    code = ends(tokens, scene.ctx.clock.now())
    if code is not None:
        yield _about(scene, entry, f"login_{code}", at=tokens.expires_at)
    elif tokens.refresh_token is not None and not _knows_client(scene, entry, tokens):
        yield _about(scene, entry, "client_unknown")
    else:
        yield from _last_test(scene, entry, "needs_login", "login_refused")


def _read(place: Place) -> TokenEntry | None:
    fields = read_json(place)
    if fields is None:
        return None
    tokens = token_entry(fields)
    if tokens is None:
        raise corrupt(place, "holds no tokens")
    return tokens


def _knows_client(scene: Scene, entry: AccountEntry, tokens: TokenEntry) -> bool:
    """Whether it can be told which OAuth client may renew these tokens."""
    storage = scene.ctx.storage
    if tokens.client_id is not None:
        return True
    for place in (storage.account(entry.name, "client.json"), storage.region_client(entry.region)):
        try:
            if read_json(place) is not None:
                return True
        except StoreError:
            return True  # there is one; what is wrong with it is told elsewhere
    return False


def _last_test(scene: Scene, entry: AccountEntry, status: str, code: str) -> Iterator[Found]:
    """What the last test or login said, if it was no."""
    known = read_status(scene.ctx.storage.account(entry.name, "status.json"))
    if known.status == status:
        yield _about(scene, entry, code, at=known.at)


def _is_spoiled(scene: Scene, place: Place) -> bool:
    """Whether a file was named already where files are looked at, or a directory above it."""
    return any(place.path == path or place.path.startswith(f"{path}/") for path in scene.spoiled)


def _about(scene: Scene, entry: AccountEntry, code: str, **facts: str | float | None) -> Found:
    """A finding about an account, worse if it is the one in use."""
    is_current = scene.current is not None and scene.current.name == entry.name
    severity: Severity = "error" if is_current and code != "login_ends_soon" else "warning"
    return found("accounts", code, severity, entry.name, **facts)
