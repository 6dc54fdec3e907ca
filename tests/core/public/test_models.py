"""The documented models: frozen, strict, and silent about their secrets."""

from __future__ import annotations

import base64
import inspect
import json
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

import mixdesk as mp
from mixdesk import auth_types
from mixdesk.model.account import account_from_entry
from mixdesk.model.records import AccountEntry
from mixdesk.model.secret import Secret

CANARY = "canary-7f3a"
ADAPTER: TypeAdapter[Any] = TypeAdapter(mp.Account)
SOON = datetime.now(UTC) + timedelta(hours=1)


def service(**fields: Any) -> mp.ServiceAccount:
    given = {"name": "team", "region": "us", "username": "u", "secret": CANARY, **fields}
    return mp.ServiceAccount(**given)


def bearer(**fields: Any) -> mp.OAuthTokenAccount:
    return mp.OAuthTokenAccount(**{"name": "ci", "region": "us", "token": CANARY, **fields})


def browser(**fields: Any) -> mp.OAuthBrowserAccount:
    return mp.OAuthBrowserAccount(**{"name": "ana", "region": "eu", **fields})


def session(**fields: Any) -> mp.Session:
    given: dict[str, Any] = {"account": service(), "project": mp.Project(id="11")}
    return mp.Session(**{**given, **fields})


def tokens(**fields: Any) -> auth_types.OAuthTokens:
    given = {"access_token": CANARY, "refresh_token": CANARY, "expires_at": SOON}
    return auth_types.OAuthTokens(**{**given, **fields})


def bridge(**fields: Any) -> auth_types.BridgeFile:
    return auth_types.BridgeFile(**{"version": 2, "account": service(), **fields})


EXAMPLES: dict[str, BaseModel] = {
    "ServiceAccount": service(),
    "OAuthTokenAccount": bearer(),
    "OAuthBrowserAccount": browser(),
    "Session": session(headers={"X": "y"}),
    "Project": mp.Project(id="11"),
    "WorkspaceRef": mp.WorkspaceRef(id=71),
    "ActiveSession": mp.ActiveSession(account="team"),
    "Target": mp.Target(name="t", account="team", project="11"),
    "AccountSummary": mp.AccountSummary(name="team", type="oauth_browser", region="us"),
    "AccountTestResult": mp.AccountTestResult(account_name="team", ok=True),
    "OAuthTokens": tokens(),
    "OAuthClientInfo": auth_types.OAuthClientInfo(
        client_id="c", region="us", redirect_uri="http://localhost", scope="", created_at=SOON
    ),
    "BridgeFile": bridge(),
    "MeResponse": mp.MeResponse(user_email="a@example.com"),
    "MeUserInfo": mp.MeUserInfo(id=1, email="a@example.com"),
    "MeProjectInfo": mp.MeProjectInfo(name="Eleven", organization_id=5),
    "SegmentationResult": mp.SegmentationResult(
        event="Login", from_date="2026-04-01", to_date="2026-04-21", series={"Login": {}}
    ),
    "OAuthLoginResult": mp.OAuthLoginResult(
        account_name="ana", tokens_path=Path("t.json"), client_path=Path("c.json")
    ),
    "LogoutResult": mp.LogoutResult(account_name="ana", revoked=True),
}


class TestEveryModel:
    def test_that_is_public_is_tried_here(self) -> None:
        public = {name: getattr(mp, name) for name in mp.__all__}
        public |= {name: getattr(auth_types, name) for name in auth_types.__all__}
        models = {n for n, m in public.items() if inspect.isclass(m) and issubclass(m, BaseModel)}
        assert models == set(EXAMPLES)

    @pytest.mark.parametrize("model", EXAMPLES.values(), ids=EXAMPLES)
    def test_is_frozen(self, model: BaseModel) -> None:
        field = next(iter(type(model).model_fields))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, field, getattr(model, field))

    @pytest.mark.parametrize("model", EXAMPLES.values(), ids=EXAMPLES)
    def test_shows_no_secret(self, model: BaseModel) -> None:
        dumps = [repr(model), str(model), f"{model}", model.model_dump_json()]
        dumps += [repr(model.model_dump()), repr(model.model_dump(mode="json"))]
        assert not any(CANARY in dump for dump in dumps)

    @pytest.mark.parametrize("model", EXAMPLES.values(), ids=EXAMPLES)
    def test_describes_every_field_or_itself(self, model: BaseModel) -> None:
        assert (type(model).__doc__ or "").strip()


STRICT = ["ServiceAccount", "OAuthTokenAccount", "OAuthBrowserAccount", "ActiveSession"]


@pytest.mark.parametrize("name", [*STRICT, "Target", "BridgeFile"])
def test_an_unknown_key_is_refused(name: str) -> None:
    model = EXAMPLES[name]
    fields = {field: getattr(model, field) for field in model.model_fields_set}
    assert type(model)(**fields) == model
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(model)(**fields, projct="1")


class TestAccounts:
    @pytest.mark.parametrize("account", [service(), bearer(), browser()])
    def test_are_told_apart_by_type(self, account: BaseModel) -> None:
        fields = account.model_dump() | {
            name: CANARY for name in ("secret", "token") if getattr(account, name, None)
        }
        assert ADAPTER.validate_python(fields) == account
        assert type(ADAPTER.validate_python(fields)) is type(account)

    @pytest.mark.parametrize("kind", ["password", None, 1])
    def test_of_another_type_are_none(self, kind: object) -> None:
        with pytest.raises(ValidationError):
            ADAPTER.validate_python({"name": "a", "region": "us", "type": kind})

    @pytest.mark.parametrize("name", ["", "a b", "a\n", "é", "x" * 65, "../a"])
    def test_have_a_name_by_the_rule(self, name: str) -> None:
        with pytest.raises(ValidationError):
            browser(name=name)

    @pytest.mark.parametrize("project", ["", "x", "1\n", "\u0661", 11])
    def test_have_a_project_by_the_rule(self, project: object) -> None:
        with pytest.raises(ValidationError):
            browser(default_project=project)

    @pytest.mark.parametrize("region", ["mars", "US", ""])
    def test_have_a_region_by_the_rule(self, region: str) -> None:
        with pytest.raises(ValidationError):
            browser(region=region)

    @pytest.mark.parametrize("fields", [{"token": None}, {"token_env": "T"}])
    def test_with_a_bearer_have_exactly_one_source_of_it(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValidationError, match="exactly one"):
            bearer(**fields)
        assert bearer(token=None, token_env="T").token_env == "T"

    def test_with_a_secret_send_it_as_basic(self) -> None:
        header = service(username="ü:x", secret="s:é").auth_header()
        assert header.startswith("Basic ")
        assert base64.b64decode(header[6:]).decode() == "ü:x:s:é"

    def test_with_a_token_ask_the_resolver_for_it(self) -> None:
        class Resolver:
            def get_browser_token(self, name: str, region: mp.Region) -> str:
                return f"{name}-{region}"

            def get_static_token(self, account: mp.OAuthTokenAccount) -> str:
                return f"static-{account.name}"

        assert browser().auth_header(token_resolver=Resolver()) == "Bearer ana-eu"
        assert bearer().auth_header(token_resolver=Resolver()) == "Bearer static-ci"
        assert session(account=browser()).auth_header(token_resolver=Resolver()).endswith("ana-eu")

    def test_know_whether_they_end_by_themselves(self) -> None:
        lives = [account.is_long_lived() for account in (service(), browser(), bearer())]
        assert lives == [True, True, False]

    @pytest.mark.parametrize(
        "entry",
        [
            AccountEntry("a", "service_account", "us", "5", username="u", secret=Secret(CANARY)),
            AccountEntry("a", "oauth_token", "eu", token=Secret(CANARY)),
            AccountEntry("a", "oauth_token", "in", token_env="T"),
            AccountEntry("a", "oauth_browser", "us"),
        ],
        ids=lambda entry: f"{entry.type} {entry.region}",
    )
    def test_are_made_of_records_field_by_field(self, entry: AccountEntry) -> None:
        account = account_from_entry(entry)
        for field, value in entry._asdict().items():
            made = getattr(account, field, None)
            plain = made.get_secret_value() if isinstance(made, SecretStr) else made
            assert plain == (value.get_secret_value() if isinstance(value, Secret) else value)


PLAIN = {"name": "a", "region": "us", "secret": CANARY}
WRONG: dict[str, Callable[[], object]] = {
    "a key too many": lambda: service(sceret=CANARY),
    "a key missing": lambda: mp.ServiceAccount.model_validate(PLAIN),
    "a key missing in JSON": lambda: mp.ServiceAccount.model_validate_json(json.dumps(PLAIN)),
    "two tokens": lambda: bearer(token_env="T"),
    "a secret in a list": lambda: service(secret=[CANARY]),
    "an account of no type": lambda: session(account={**PLAIN, "type": "x"}),
    "an account of a session": lambda: session(account={**PLAIN, "type": "service_account"}),
    "tokens without an end": lambda: auth_types.OAuthTokens.model_validate(
        {"access_token": CANARY}
    ),
    "tokens in a list": lambda: tokens(access_token=[CANARY]),
    "an account of a bridge": lambda: bridge(account={**PLAIN, "type": "service_account"}),
    "tokens of a bridge": lambda: bridge(tokens={"access_token": CANARY}),
    "tokens too many in a bridge": lambda: bridge(
        account={**PLAIN, "type": "service_account", "username": "u"},
        tokens={"access_token": CANARY, "expires_at": SOON.isoformat()},
    ),
    "a bridge in JSON": lambda: auth_types.BridgeFile.model_validate_json(
        json.dumps({"version": 2, "account": {"type": "oauth_token", "token": CANARY}})
    ),
    "a record without a username": lambda: account_from_entry(
        AccountEntry("a", "service_account", "us", secret=Secret(CANARY))
    ),
    "a record with two tokens": lambda: account_from_entry(
        AccountEntry("a", "oauth_token", "us", token=Secret(CANARY), token_env="T")
    ),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_a_wrong_model_is_refused_without_showing_its_secret(make: Callable[[], object]) -> None:
    with pytest.raises(ValidationError) as caught:
        make()
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert CANARY not in shown


class TestSession:
    def test_has_the_short_cuts(self) -> None:
        full = session(workspace=mp.WorkspaceRef(id=71))
        assert (full.project_id, full.workspace_id, full.region) == ("11", 71, "us")
        assert session().workspace_id is None

    def test_refuses_a_workspace_of_another_project(self) -> None:
        with pytest.raises(ValueError, match="71 belongs to project 12, not 11"):
            session(workspace=mp.WorkspaceRef(id=71, project_id="12"))
        assert session(workspace=mp.WorkspaceRef(id=71, project_id="11")).workspace_id == 71

    @pytest.mark.parametrize("workspace", [0, -1, True, "71", 1.0])
    def test_takes_only_a_number_above_zero_for_a_workspace(self, workspace: Any) -> None:
        with pytest.raises(ValidationError):
            mp.WorkspaceRef(id=workspace)

    def test_has_headers_that_nobody_can_write(self) -> None:
        given = {"X": "y"}
        made = session(headers=given)
        given["X"] = "changed"
        assert isinstance(made.headers, MappingProxyType)
        assert dict(made.headers) == {"X": "y"}
        with pytest.raises(TypeError):
            made.headers["X"] = "z"  # type: ignore[index]

    def test_keeps_its_headers_through_json(self) -> None:
        dumped = json.loads(session(headers={"X": "y"}).model_dump_json())
        assert dumped["headers"] == {"X": "y"}

    def test_of_a_token_needs_a_resolver(self) -> None:
        with pytest.raises(ValueError, match="token_resolver"):
            session(account=browser()).auth_header()
        assert session().auth_header().startswith("Basic ")


class TestReplace:
    full = session(workspace=mp.WorkspaceRef(id=71), headers={"X": "y"})

    def test_of_nothing_is_the_same(self) -> None:
        assert self.full.replace() == self.full

    def test_leaves_the_first_one_as_it_was(self) -> None:
        before = self.full.model_dump_json()
        self.full.replace(account=browser(), project=mp.Project(id="12"), workspace=None)
        assert self.full.model_dump_json() == before

    def test_changes_only_what_is_given(self) -> None:
        other = self.full.replace(project=mp.Project(id="12"))
        assert (other.project_id, other.workspace_id) == ("12", 71)
        assert (other.account, dict(other.headers)) == (self.full.account, {"X": "y"})

    def test_tells_not_given_from_none(self) -> None:
        assert self.full.replace(workspace=None).workspace is None
        assert self.full.replace(account=browser()).workspace_id == 71
        assert dict(self.full.replace(headers={}).headers) == {}

    def test_still_refuses_a_workspace_of_another_project(self) -> None:
        bound = self.full.replace(workspace=mp.WorkspaceRef(id=71, project_id="11"))
        with pytest.raises(ValueError, match="belongs to project"):
            bound.replace(project=mp.Project(id="12"))
        assert bound.replace(project=mp.Project(id="12"), workspace=None).project_id == "12"


class TestTokens:
    def test_with_an_end_without_a_zone_are_refused(self) -> None:
        with pytest.raises(ValidationError, match="timezone"):
            tokens(expires_at=datetime(2030, 1, 1))  # noqa: DTZ001
        with pytest.raises(ValidationError, match="timezone"):
            tokens(expires_at="2030-01-01T00:00:00")
        assert tokens(expires_at="2030-01-01T00:00:00Z").expires_at.utcoffset() is not None

    @pytest.mark.parametrize(("seconds", "expired"), [(-1, True), (25, True), (40, False)])
    def test_count_as_ended_half_a_minute_before(self, seconds: float, expired: bool) -> None:
        ends = datetime.now(timezone(timedelta(hours=5))) + timedelta(seconds=seconds)
        assert tokens(expires_at=ends).is_expired() is expired

    def test_are_made_of_an_answer(self) -> None:
        made = auth_types.OAuthTokens.from_token_response(
            {
                "access_token": "a",
                "refresh_token": "r",
                "expires_in": 3600,
                "scope": "x y",
                "token_type": "bearer",
            }
        )
        assert made.access_token.get_secret_value() == "a"
        assert made.refresh_token is not None
        assert made.refresh_token.get_secret_value() == "r"
        assert (made.scope, made.token_type) == ("x y", "bearer")
        left = (made.expires_at - datetime.now(UTC)).total_seconds()
        assert 3590 < left <= 3600

    def test_are_made_of_the_least_there_can_be(self) -> None:
        made = auth_types.OAuthTokens.from_token_response({"access_token": "a", "expires_in": 60})
        assert (made.refresh_token, made.scope, made.token_type) == (None, "", "Bearer")

    @pytest.mark.parametrize(
        "expires_in", [10**12, 10**400, float("inf"), "1e400"], ids=["long", "huge", "inf", "text"]
    )
    def test_that_live_for_ever_live_for_ten_years(self, expires_in: object) -> None:
        made = auth_types.OAuthTokens.from_token_response(
            {"access_token": "a", "expires_in": expires_in}
        )
        assert 3649 <= (made.expires_at - datetime.now(UTC)).days <= 3650

    @pytest.mark.parametrize("expires_in", ["60", "60.5", 60.5, 0])
    def test_that_say_when_they_end_in_another_way_are_understood(self, expires_in: Any) -> None:
        made = auth_types.OAuthTokens.from_token_response(
            {"access_token": "a", "expires_in": expires_in}
        )
        left = (made.expires_at - datetime.now(UTC)).total_seconds()
        assert float(expires_in) - 5 < left <= float(expires_in)

    @pytest.mark.parametrize("expires_in", [-1, float("nan"), "soon", "", None, True, [], {}])
    def test_that_do_not_say_when_they_end_are_refused(self, expires_in: object) -> None:
        with pytest.raises(ValueError):
            auth_types.OAuthTokens.from_token_response(
                {"access_token": CANARY, "expires_in": expires_in}
            )

    @pytest.mark.parametrize("token", ["", None, 1, [CANARY], {"a": CANARY}])
    def test_that_are_no_text_are_refused_silently(self, token: object) -> None:
        with pytest.raises(ValueError) as caught:
            auth_types.OAuthTokens.from_token_response({"access_token": token, "expires_in": 1})
        assert CANARY not in str(caught.value)

    @pytest.mark.parametrize("missing", ["access_token", "expires_in"])
    def test_with_a_part_missing_are_refused(self, missing: str) -> None:
        answer = {"access_token": "a", "expires_in": 1}
        del answer[missing]
        with pytest.raises(KeyError, match=missing):
            auth_types.OAuthTokens.from_token_response(answer)


class TestABridgeFile:
    def test_carries_tokens_for_browser_accounts_and_only_for_them(self) -> None:
        assert bridge(account=browser(), tokens=tokens()).tokens is not None
        for fields in ({"account": browser()}, {"tokens": tokens()}):
            with pytest.raises(ValidationError, match="only for them"):
                bridge(**fields)

    @pytest.mark.parametrize(
        "fields", [{"version": 1}, {"project": "x"}, {"workspace": 0}, {"workspace": "5"}]
    )
    def test_holds_to_its_rules(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            bridge(**fields)


class TestTestResult:
    @pytest.mark.parametrize(("ok", "error"), [(True, "no"), (False, None)])
    def test_is_ok_exactly_without_an_error(self, ok: bool, error: str | None) -> None:
        with pytest.raises(ValidationError):
            mp.AccountTestResult(account_name="a", ok=ok, error=error)


class TestMe:
    def test_keeps_what_it_does_not_know(self) -> None:
        answer = mp.MeResponse.model_validate(
            {"projects": {"1": {"name": "n", "organization_id": 1, "new": [1]}}, "fresh": 1}
        )
        assert answer.model_dump()["fresh"] == 1
        assert answer.projects["1"].model_dump()["new"] == [1]
