"""Every endpoint answers as Mixpanel does, to those it knows, in their region."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mixdesk.sandbox.data import ROBOT
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import (
    ACME_CORP,
    ACME_EU,
    ACME_INDIA,
    AUDITOR,
    CI,
    NOW,
    WAREHOUSE,
    Client,
    Credential,
)

ENDED = "made-up-access-of-acme-berlin"
ME = "/us/api/app/me"
NAMES = "/us/api/query/events/names?type=general&project_id=3713224"
DAYS = "event=Sign%20Up&from_date=2025-01-30&to_date=2025-02-02"
COUNTS = f"/us/api/query/segmentation?project_id=3713224&{DAYS}"


def test_me_says_who_asks_and_what_they_see(client: Client) -> None:
    me = client.ask(ME, ACME_CORP)
    assert (me.status, me.headers["Content-Type"]) == (200, "application/json")
    assert me.headers["Date"] == "Thu, 09 Oct 2025 08:53:20 GMT"
    assert me.results["user_email"] == "ana@acme.example"
    assert len(me.results["projects"]) == 34
    assert me.results["projects"]["998812"]["domain"] == "eu.mixpanel.com"
    assert me.results["sandbox"] == {"account": "acme-corp", "region": "us"}


def test_public_workspaces_are_those_of_me(client: Client) -> None:
    path = "/us/api/app/projects/3713224/workspaces/public"
    views = client.ask(path, ACME_CORP).results
    assert [(view["id"], view["name"], view["is_global"]) for view in views] == [
        (3448413, "All Project Data", True),
        (3448414, "Console", False),
    ]
    mine = client.ask(ME, ACME_CORP).results["workspaces"]
    assert views == [view for view in mine.values() if view["project_id"] == 3713224]


def test_event_names_are_made_for_who_asked_where(client: Client) -> None:
    names = client.ask(NAMES, ACME_CORP).json
    assert names[0] == "Seen by acme-corp in project 3713224"
    assert len(names) > 8
    assert client.ask(NAMES, WAREHOUSE).json[0] == "Seen by warehouse in project 3713224"
    assert client.ask(f"{NAMES}&workspace_id=3448413", CI).json[0].endswith("workspace 3448413")
    assert len(client.ask(f"{NAMES}&limit=3", CI).json) == 3


def test_segmentation_counts_by_day(client: Client) -> None:
    answer = client.ask(COUNTS, ACME_CORP).json
    assert answer["data"]["series"] == ["2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02"]
    assert list(answer["data"]["values"]) == ["Sign Up"]
    assert list(answer["data"]["values"]["Sign Up"]) == answer["data"]["series"]
    assert answer["sandbox"] == {
        "account": "acme-corp",
        "region": "us",
        "project_id": "3713224",
        "workspace_id": None,
    }
    assert client.ask(COUNTS, ACME_CORP).json == answer
    other = client.ask(COUNTS.replace("3713224", "3018488"), ACME_CORP).json
    assert other["data"]["values"] != answer["data"]["values"]


@pytest.mark.parametrize(
    ("unit", "first", "last", "count"),
    [
        ("hour", "2025-01-30 00:00:00", "2025-02-02 23:00:00", 96),
        ("week", "2025-01-27", "2025-01-27", 1),
        ("month", "2025-01-01", "2025-02-01", 2),
    ],
)
def test_segmentation_counts_by_other_units(
    client: Client, unit: str, first: str, last: str, count: int
) -> None:
    series = client.ask(f"{COUNTS}&unit={unit}", CI).json["data"]["series"]
    assert (series[0], series[-1], len(series)) == (first, last, count)


def test_segmentation_by_a_property_has_a_line_for_each_value(client: Client) -> None:
    answer = client.ask(f"{COUNTS}&on=properties%5B%22%24browser%22%5D", CI).json
    assert answer["legend_size"] == len(answer["data"]["values"]) == 4


def test_the_query_endpoints_have_an_older_name_too(client: Client) -> None:
    assert client.ask(NAMES.replace("query", "2.0"), CI).json == client.ask(NAMES, CI).json
    assert client.ask(COUNTS.replace("query", "2.0"), CI).json == client.ask(COUNTS, CI).json


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/us/api/query/events/names", "Missing required parameter: project_id"),
        (f"/us/api/query/segmentation?project_id=3713224&{DAYS[17:]}", "parameter: event"),
        (f"{COUNTS}&unit=fortnight", "Invalid unit"),
        (f"{NAMES}&from_date=yesterday", "invalid date"),
        (f"{NAMES}&from_date=1999-12-31", "bad year"),
        (f"{NAMES}&from_date=2025-02-02&to_date=2025-02-01", "before from_date"),
        (f"{NAMES}&limit=many", "must be an integer"),
        (COUNTS.replace("2025-01-30", "2000-01-01") + "&unit=minute", "too long"),
    ],
)
def test_a_bad_question_is_400(client: Client, path: str, message: str) -> None:
    answer = client.ask(path, CI)
    assert (answer.status, answer.json["status"]) == (400, "error")
    assert message in answer.json["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (NAMES.replace("3713224", "998812"), 404),  # another region's
        (NAMES.replace("3713224", "1"), 404),
        (NAMES.replace("3713224", "%1b%5b31m"), 404),
        (f"{NAMES}&workspace_id=3448423", 403),  # another project's
        ("/us/api/app/projects/998812/workspaces/public", 404),
    ],
)
def test_what_the_account_cannot_see_is_refused(client: Client, path: str, status: int) -> None:
    answer = client.ask(path, ACME_CORP)
    assert (answer.status, answer.json["status"]) == (status, "error")


def test_a_project_of_strangers_is_403(server: SandboxServer, client: Client) -> None:
    stranger = Identity("stranger", "us", ROBOT, ())
    server.identities.add_token(stranger, "made-up-bearer-of-stranger")
    assert client.ask(NAMES, "made-up-bearer-of-stranger").status == 403
    assert client.ask(ME, "made-up-bearer-of-stranger").results["projects"] == {}


@pytest.mark.parametrize(
    "credential",
    [
        None,
        "",
        "nonsense",
        ("warehouse", "wrong"),
        (WAREHOUSE[0], ""),
        "made-up-access-of-acme-berlin",
    ],
)
def test_who_is_not_known_gets_401(client: Client, credential: Credential) -> None:
    for path in (ME, NAMES, COUNTS, "/us/api/app/projects/3713224/workspaces/public"):
        answer = client.ask(path, credential)
        assert (answer.status, answer.json["error"]) == (401, "Invalid credentials")


@pytest.mark.parametrize("value", ["Basic", "Basic !!", "Basic /w==", "Digest x", "é", "Bearer"])
def test_a_header_that_is_no_credential_gets_401(client: Client, value: str) -> None:
    assert client.ask(ME, headers={"Authorization": value}).status == 401


@pytest.mark.parametrize(
    ("credential", "home"),
    [(WAREHOUSE, "us"), (CI, "us"), (ACME_EU, "eu"), (ACME_INDIA, "in")],
)
def test_an_account_exists_in_its_own_region_only(
    client: Client, credential: Credential, home: str
) -> None:
    answers = {
        region: client.ask(f"/{region}/api/app/me", credential).status
        for region in ("us", "eu", "in")
    }
    assert answers == {"us": 401, "eu": 401, "in": 401, home: 200}


def test_without_a_region_it_is_the_us(client: Client) -> None:
    assert client.ask("/api/app/me", CI).results["sandbox"]["region"] == "us"
    assert client.ask("/api/app/me/?include_workspace_users=false", CI).status == 200


def test_a_service_account_without_user_details_has_everything_but_me(client: Client) -> None:
    refused = client.ask(ME, AUDITOR)
    assert refused.status == 403
    assert "user_details" in refused.json["error"]
    assert client.ask(NAMES, AUDITOR).status == 200


def test_tokens_end(server: SandboxServer, client: Client) -> None:
    ana = server.identities.named("acme-corp")
    assert ana is not None
    server.identities.add_token(ana, "ending", ends_in=-1)
    server.identities.add_token(ana, "lasting", ends_in=1)
    assert [client.ask(ME, token).status for token in ("ending", "lasting")] == [401, 200]
    server.identities.revoke_token("lasting")
    assert client.ask(ME, "lasting").status == 401


def test_the_accounts_of_the_demo_are_let_in(tmp_path: Path, client: Client) -> None:
    """What seed.py writes and what the server knows are the same."""
    root = tmp_path / "demo"
    root.mkdir(mode=0o700)
    seed(root)
    config = tomllib.loads((root / "config.toml").read_text(encoding="utf-8"))
    seen = {}
    for name, account in config["accounts"].items():
        pair = (account.get("username", ""), account.get("secret", ""))
        token = ENVIRONMENT.get(account.get("token_env", ""), f"made-up-access-of-{name}")
        credential = pair if account["type"] == "service_account" else token
        me = client.ask(f"/{account['region']}/api/app/me", credential)
        seen[name] = me.status
        if me.status == 200:
            assert me.results["sandbox"]["account"] == name
            assert account["default_project"] in me.results["projects"]
    refused = {name for name, status in seen.items() if status != 200}
    assert refused == {"acme-berlin", "agency", "auditor", "new-colleague", "nightly"}
    assert {name for name in refused if seen[name] != 401} == {"auditor"}
    assert seen["auditor"] == 403


def test_other_paths_and_methods(client: Client) -> None:
    assert client.ask("/us/api/app/nothing", CI).status == 404
    assert client.ask("/", CI).status == 404
    assert client.ask("/us", CI).status == 404
    refused = client.ask(ME, CI, method="POST")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET")


def test_the_clock_is_the_one_given(server: SandboxServer, client: Client) -> None:
    client.ask(ME)
    assert server.requests[0].time == NOW
