"""The error tree: codes, bases, facts, and that each error can be told and sent on."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest

import mixdesk as mp

TREE = {
    "ConfigError": ("MixdeskError", "CONFIG_ERROR"),
    "AccountNotFoundError": ("ConfigError", "ACCOUNT_NOT_FOUND"),
    "TargetNotFoundError": ("ConfigError", "TARGET_NOT_FOUND"),
    "AccountExistsError": ("ConfigError", "ACCOUNT_EXISTS"),
    "TargetExistsError": ("ConfigError", "TARGET_EXISTS"),
    "AccountInUseError": ("ConfigError", "ACCOUNT_IN_USE"),
    "ProjectNotFoundError": ("ConfigError", "PROJECT_NOT_FOUND"),
    "InvalidArgumentError": ("ConfigError", "INVALID_ARGUMENT"),
    "AuthEnvironmentError": ("ConfigError", "AUTH_ENVIRONMENT"),
    "AuthenticatedUserError": ("ConfigError", "AUTH_OTHER_USER"),
    "StoreError": ("ConfigError", "STORE_IO"),
    "OAuthError": ("MixdeskError", "OAUTH_TOKEN_ERROR"),
    "FederationError": ("OAuthError", "OAUTH_TOKEN_ERROR"),
    "FederationTimeoutError": ("FederationError", "OAUTH_TIMEOUT"),
    "TokenUnavailableError": ("OAuthError", "OAUTH_TOKEN_ERROR"),
    "RegionProbeError": ("OAuthError", "OAUTH_REGION_PROBE_FAILED"),
    "RegionProbeNetworkError": ("RegionProbeError", "OAUTH_NETWORK_UNREACHABLE"),
    "APIError": ("MixdeskError", "API_ERROR"),
    "AuthenticationError": ("APIError", "AUTH_FAILED"),
    "RateLimitError": ("APIError", "RATE_LIMITED"),
    "QueryError": ("APIError", "QUERY_FAILED"),
    "ServerError": ("APIError", "SERVER_ERROR"),
    "WorkspaceScopeError": ("MixdeskError", "NO_WORKSPACES"),
}

ATTEMPTS = [("us", 401, "refused"), ("eu", 0, "no answer")]
EXAMPLES: list[mp.MixdeskError] = [
    mp.MixdeskError("It broke.", hint="Mend it."),
    mp.ConfigError("It does not hold.", details={"axis": "account"}),
    mp.AccountNotFoundError("tema", known=["team"]),
    mp.TargetNotFoundError("ecm", known=["ecom"]),
    mp.AccountExistsError("team"),
    mp.TargetExistsError("ecom"),
    mp.AccountInUseError("team", referenced_by=["ecom", "home"]),
    mp.ProjectNotFoundError("There is no project 5."),
    mp.InvalidArgumentError("No.", violation="region", detected_auth_type="oauth_token"),
    mp.AuthEnvironmentError("Half a pair.", details={"variable": "X_API_KEY"}),
    mp.AuthenticatedUserError("Not yours.", details={"username": "ana"}),
    mp.StoreError("No.", code="STORE_LOCKED", path="/x", details={"pid": 5}),
    mp.OAuthError("No.", code="OAUTH_TIMEOUT"),
    mp.FederationError("No.", code="OAUTH_AUTH_DENIED"),
    mp.FederationTimeoutError("Nobody."),
    mp.TokenUnavailableError("None.", code="OAUTH_AUTH_DENIED"),
    mp.RegionProbeError("None.", attempts=ATTEMPTS),
    mp.RegionProbeNetworkError("None.", attempts=ATTEMPTS),
    mp.APIError("No.", status_code=418),
    mp.AuthenticationError("No.", status_code=401),
    mp.RateLimitError("Slower.", retry_after=3.5),
    mp.QueryError("No.", status_code=400),
    mp.ServerError("No.", status_code=503),
    mp.WorkspaceScopeError("None."),
]


def every_error(base: type[BaseException] = mp.MixdeskError) -> Iterator[type[BaseException]]:
    yield base
    for below in base.__subclasses__():
        yield from every_error(below)


def test_every_public_error_is_tried_here() -> None:
    public = {error for error in every_error() if error.__name__ in mp.__all__}
    assert public == {type(error) for error in EXAMPLES}
    assert set(TREE) == {error.__name__ for error in public} - {"MixdeskError"}


@pytest.mark.parametrize(("name", "base", "code"), [(n, *row) for n, row in TREE.items()])
def test_the_tree_is_as_drawn(name: str, base: str, code: str) -> None:
    error = getattr(mp, name)
    assert getattr(mp, base) in error.__bases__
    assert error.default_code == code


def test_what_is_not_found_is_a_value_error_too() -> None:
    also = [
        error.__name__ for error in {type(e) for e in EXAMPLES} if issubclass(error, ValueError)
    ]
    assert sorted(also) == ["AccountNotFoundError", "TargetNotFoundError"]


def test_what_a_session_raises_is_what_its_document_names_too() -> None:
    assert issubclass(mp.AuthenticatedUserError, AssertionError)
    assert issubclass(mp.TokenUnavailableError, ConnectionError)
    assert issubclass(mp.FederationError, RuntimeError)
    assert issubclass(mp.FederationTimeoutError, TimeoutError)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
class TestEveryError:
    def test_goes_into_json_with_exactly_three_keys(self, error: mp.MixdeskError) -> None:
        sent = json.loads(json.dumps(error.to_dict()))
        assert set(sent) == {"code", "message", "details"}
        assert sent["code"] == error.code
        assert sent["message"] == str(error) == error.message
        assert sent["message"].startswith(error.summary)

    def test_gives_its_facts_away_without_giving_itself(self, error: mp.MixdeskError) -> None:
        before = copy.deepcopy(error.details)
        error.to_dict()["details"]["new"] = 1
        assert error.details == before


class TestFacts:
    def test_of_a_message_are_the_summary_then_the_hint(self) -> None:
        assert str(mp.ConfigError("It broke.", hint="Mend it.")) == "It broke. Mend it."
        assert str(mp.ConfigError("It broke.")) == "It broke."

    def test_of_a_code_are_the_given_one(self) -> None:
        assert mp.OAuthError("No.", code="OAUTH_TIMEOUT").code == "OAUTH_TIMEOUT"

    def test_of_not_found_name_some_of_what_there_is(self) -> None:
        error = mp.AccountNotFoundError("x", known=[f"a{n}" for n in range(100)])
        assert "a0, a1" in str(error)
        assert "a50" not in str(error)
        assert len(error.details["known"]) == 100
        assert "mp account list" in str(mp.AccountNotFoundError("x"))

    def test_of_in_use_name_the_targets(self) -> None:
        error = mp.AccountInUseError("team", referenced_by=["ecom"])
        assert error.referenced_by == error.details["referenced_by"] == ["ecom"]
        assert "1 target refers" in str(error)
        many = mp.AccountInUseError("team", referenced_by=[f"t{n}" for n in range(9)])
        assert "9 targets refer" in str(many)
        assert "t8" not in str(many)

    def test_of_a_bad_argument_name_the_rule(self) -> None:
        error = mp.InvalidArgumentError("No.", violation="region", details={"key": "region"})
        assert error.details == {"violation": "region", "detected_auth_type": None, "key": "region"}

    def test_of_a_file_name_it(self) -> None:
        error = mp.StoreError("No.", code="STORE_CORRUPT", path="/x", details={"line": 3})
        assert (error.code, error.path) == ("STORE_CORRUPT", "/x")
        assert error.details == {"path": "/x", "line": 3}

    def test_of_a_probe_list_every_attempt(self) -> None:
        error = mp.RegionProbeNetworkError("None.", attempts=ATTEMPTS)
        assert error.attempts == ATTEMPTS
        assert error.to_dict()["details"]["attempts"] == [list(a) for a in ATTEMPTS]

    def test_of_an_answer_name_its_status(self) -> None:
        assert mp.RateLimitError("Slower.").details == {"status_code": 429, "retry_after": None}
        assert mp.APIError("No.").status_code == 0
