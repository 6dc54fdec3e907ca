"""A secret is never in what is shown: every record, error and log line is searched for it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from mixdesk.exceptions import MixdeskError
from mixdesk.model.secret import Secret
from mixdesk.ops import accounts, overview, session, targets
from mixdesk.store.bridge import find_bridge
from mixdesk.store.tokens import TokenEntry, read_tokens, write_tokens

from .world import NOW, World

CANARY = "canary-7f3a"

CONFIG = f"""\
[active]
account = "team"

[accounts.team]
type = "service_account"
region = "us"
default_project = "11"
username = "team.x"
secret = "{CANARY}"

[accounts.ci]
type = "oauth_token"
region = "us"
token = "{CANARY}"

[accounts.ana]
type = "oauth_browser"
region = "eu"

[accounts.broken]
type = "service_account"
region = "us"
username = 5
secret = "{CANARY}"
"""


@pytest.fixture
def world(world: World) -> World:
    """Secrets in every place that has one."""
    world.write_config(CONFIG)
    entry = TokenEntry(Secret(CANARY), NOW, Secret(CANARY), extra={"id_token": CANARY})
    write_tokens(world.ctx.storage.account("ana", "tokens.json"), entry)
    return world


def shown(value: Any) -> Iterator[str]:
    """What ``repr``, ``str`` and ``format`` make of a value and of everything in it."""
    yield from (repr(value), str(value), f"{value}")
    if isinstance(value, Mapping):
        for item in value.items():
            yield from shown(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from shown(item)


def assert_silent(*values: Any) -> None:
    leaks = [text for value in values for text in shown(value) if CANARY in text]
    assert leaks == []


def test_the_canary_is_there_to_be_found(world: World) -> None:
    entry = world.ctx.config.get_account("team")
    assert entry.secret is not None
    assert entry.secret.get_secret_value() == CANARY
    assert [*shown(({"a": CANARY},))] != []
    with pytest.raises(AssertionError):
        assert_silent(({"a": CANARY},))


def test_no_record_shows_it(world: World) -> None:
    ctx = world.ctx
    assert_silent(
        ctx,
        ctx.config,
        ctx.config.list_accounts(),
        ctx.config.problems(),
        ctx.config.snapshot(),
        accounts.list_accounts(ctx),
        session.view_session(ctx),
        session.view_session(ctx, account="ci"),
        session.view_session(ctx, account="ana"),
        overview.read_overview(ctx),
        overview.fingerprint(ctx),
        read_tokens(ctx.storage.account("ana", "tokens.json")),
    )


def test_no_record_shows_one_of_the_environment(world: World) -> None:
    quad = {"MP_USERNAME": "u", "MP_SECRET": CANARY, "MP_OAUTH_TOKEN": CANARY, "MP_REGION": "us"}
    world.environ |= quad
    incomplete = session.view_session(world.ctx)
    world.environ["MP_PROJECT_ID"] = "1"
    assert_silent(incomplete, session.view_session(world.ctx))


@pytest.mark.parametrize(
    "account",
    [
        {"type": "service_account", "username": "u", "secret": CANARY},
        {"type": "oauth_token", "token": CANARY},
        {"type": "oauth_browser"},
    ],
    ids=lambda account: account["type"],
)
def test_no_record_shows_one_of_a_bridge(world: World, account: dict[str, str]) -> None:
    fields: dict[str, Any] = {"account": {"name": "b", "region": "us", **account}}
    if account["type"] == "oauth_browser":
        tokens = {"access_token": CANARY, "refresh_token": CANARY}
        fields["tokens"] = {**tokens, "expires_at": "2030-01-01T00:00:00Z"}
    world.write_bridge(**fields)
    bridge = find_bridge(world.environ, None)
    assert bridge is not None
    assert_silent(bridge, session.view_session(world.ctx))


def test_no_change_shows_it_and_the_log_holds_none(world: World) -> None:
    ctx, secret = world.ctx, Secret(CANARY + "2")
    assert_silent(
        accounts.add_account(
            ctx, "n", type="service_account", region="us", username="u", secret=secret
        ),
        accounts.update_account(ctx, "team", secret=secret),
        accounts.update_account(ctx, "ci", token=secret),
        accounts.rename_account(ctx, "team", "crew"),
        targets.add_target(ctx, "t", account="crew", project="1"),
        accounts.remove_account(ctx, "crew", force=True),
        session.recent_activity(ctx),
    )
    log = (world.home / ".mp" / "activity.jsonl").read_text()
    assert len(log.splitlines()) == 6
    assert CANARY not in log


def _add(**fields: Any) -> Callable[[World], object]:
    return lambda world: accounts.add_account(world.ctx, "new", **{"region": "us", **fields})


def _broken_text(text: str) -> Callable[[World], object]:
    return lambda world: accounts.list_accounts(world.write_config(text))


def _broken_account(fields: str) -> Callable[[World], object]:
    return lambda world: accounts.use_account(
        world.write_config(f'[accounts.team]\nregion = "us"\n{fields}\n'), "team"
    )


def _broken_bridge(account: dict[str, Any], **fields: Any) -> Callable[[World], object]:
    def fail(world: World) -> object:
        world.write_bridge(account={"name": "b", "region": "us", **account}, **fields)
        return session.view_session(world.ctx)

    return fail


_S = Secret(CANARY)
FAILURES: dict[str, Callable[[World], object]] = {
    "without a username": _add(type="service_account", secret=_S),
    "of another type": _add(type="oauth_browser", secret=_S),
    "two tokens": _add(type="oauth_token", token=_S, token_env="T"),
    "wrong region": _add(type="oauth_token", token=_S, region="mars"),
    "taken": lambda w: accounts.add_account(w.ctx, "ci", type="oauth_token", region="us", token=_S),
    "update of another type": lambda w: accounts.update_account(w.ctx, "ana", secret=_S),
    "update that does not mend": lambda w: accounts.update_account(w.ctx, "broken", secret=_S),
    "broken account used": _broken_account(f'type = "service_account"\nsecret = "{CANARY}"'),
    "not TOML": _broken_text(f'[accounts.team]\nsecret = "{CANARY}\n'),
    "not TOML before it": _broken_text(f'a = = 1\n[accounts.team]\nsecret = "{CANARY}"\n'),
    "not UTF-8": lambda w: (
        w.config.write_bytes(CONFIG.encode() + b"\xff") and accounts.list_accounts(w.ctx)
    ),
    "secret that is no string": _broken_account(
        f'type = "service_account"\nusername = "u"\nsecret = ["{CANARY}"]'
    ),
    "token that is no string": _broken_account(f'type = "oauth_token"\ntoken = ["{CANARY}"]'),
    "bridge with a wrong type": _broken_bridge({"type": "x", "secret": CANARY}),
    "bridge without a username": _broken_bridge({"type": "service_account", "secret": CANARY}),
    "bridge with a secret that is no string": _broken_bridge(
        {"type": "service_account", "username": "u", "secret": [CANARY]}
    ),
    "bridge with tokens that are none": _broken_bridge(
        {"type": "oauth_browser"},
        tokens={"access_token": CANARY, "refresh_token": [CANARY]},
    ),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES.keys())
def test_no_error_shows_it(world: World, fail: Callable[[World], object]) -> None:
    with pytest.raises(MixdeskError) as caught:
        fail(world)
    error = caught.value
    assert_silent(error, error.args, error.to_dict(), error.details, vars(error))
    assert CANARY not in json.dumps(error.to_dict())
    assert CANARY not in "".join(traceback.format_exception(error))
