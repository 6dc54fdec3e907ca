"""The cached /me answer and its index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.exceptions import StoreError
from mixdesk.model.records import ProjectEntry, WorkspaceEntry
from mixdesk.store import me_cache, me_index
from mixdesk.store.files import ME_LIMIT, Place
from mixdesk.store.json_file import read_json
from mixdesk.store.me_cache import make_index, read_index, read_me, write_me
from mixdesk.store.me_index import MeIndex
from mixdesk.store.storage import Storage
from tests.core.store.profiles import examples
from tests.core.store.support import is_harmless

ANSWER: dict[str, Any] = {
    "user_id": 7,
    "user_email": "ada@example.com",
    "user_name": "Ada",
    "organizations": {"100": {"id": 100, "name": "Acme"}, "200": {"id": 200, "name": "Umbrella"}},
    "projects": {
        "3713224": {
            "name": "AI Demo",
            "organization_id": 100,
            "timezone": "US/Pacific",
            "domain": "mixpanel.com",
        },
        "5": {"name": "Shop", "organization_id": 200, "domain": "eu.mixpanel.com"},
    },
    "workspaces": {
        "3448413": {
            "id": 3448413,
            "name": "All Project Data",
            "project_id": 3713224,
            "is_global": True,
            "is_default": True,
            "member_list": ["a"] * 10,
            "unified_member_list": [{"x": 1}],
        }
    },
}


@pytest.fixture
def me(storage: Storage) -> Place:
    return storage.account("team", "me.json")


def put(place: Place, value: object, name: str = "me.json") -> None:
    """Replace a file as the other package does: a new one, renamed into place."""
    path = Path(place.path).with_name(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name("me.json.tmp.1.2")
    new.write_text(value if isinstance(value, str) else json.dumps(value))
    new.chmod(0o600)
    new.rename(path)


def stored(place: Place, name: str) -> Any:
    return json.loads(Path(place.path).with_name(name).read_bytes())


def test_nothing_is_known_before_me_was_asked(me: Place) -> None:
    assert read_index(me) == MeIndex()
    assert read_me(me) is None
    assert not Path(me.path).parent.exists()


def test_nothing_is_known_when_the_answer_is_gone_and_its_index_is_left(me: Place) -> None:
    write_me(me, ANSWER, 1.0)
    Path(me.path).unlink()
    assert read_index(me) == MeIndex()


def test_an_answer_is_kept_with_its_time_and_without_its_heavy_lists(me: Place) -> None:
    write_me(me, ANSWER, 1_700_000_000.5)
    kept = stored(me, "me.json")
    assert kept["cached_at"] == 1_700_000_000.5
    assert set(kept["workspaces"]["3448413"]) == {
        "id",
        "name",
        "project_id",
        "is_global",
        "is_default",
    }
    assert "member_list" in ANSWER["workspaces"]["3448413"]
    assert read_me(me) == kept


def test_the_index_has_what_lists_need(me: Place) -> None:
    write_me(me, ANSWER, 1_700_000_000.5)
    index = read_index(me)
    assert (index.user_email, index.user_name) == ("ada@example.com", "Ada")
    assert index.cached_at == 1_700_000_000.5
    assert index.projects == {
        "3713224": ProjectEntry("3713224", "AI Demo", "Acme", "us", "US/Pacific"),
        "5": ProjectEntry("5", "Shop", "Umbrella", "eu", None),
    }
    assert index.workspaces == {
        3448413: WorkspaceEntry(3448413, "All Project Data", "3713224", True, True, True)
    }


def test_lists_read_the_index_and_not_the_answer(
    me: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_me(me, ANSWER, 1.0)

    def refuse(place: Place, limit: int) -> dict[str, Any] | None:
        raise AssertionError(f"{place.name} is read whole")

    monkeypatch.setattr(me_cache, "read_json", refuse)
    assert read_index(me).user_email == "ada@example.com"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"source": 1,"projects":[\n["1"]\n],"workspaces":[]}\n',
        b'[1,"projects":[],"workspaces":[]}\n',
        b'{"source": 1, "odd": 2,"projects":[],"workspaces":[]}\n',
        b'{"source": 1,"projects":[],"workspaces":[',
    ],
)
def test_an_index_that_is_none_is_made_anew(me: Place, content: bytes) -> None:
    write_me(me, ANSWER, 1.0)
    place = Path(me.path).with_name("me.index.json")
    whole = place.read_bytes()
    place.write_bytes(content)
    assert read_index(me) == make_index({**ANSWER, "cached_at": 1.0})
    assert place.read_bytes() == whole


def test_an_answer_that_the_other_package_rewrote_is_indexed_anew(me: Place) -> None:
    write_me(me, ANSWER, 1.0)
    put(me, {**ANSWER, "user_email": "bob@example.com", "cached_at": 2.0})
    assert read_index(me).user_email == "bob@example.com"
    assert stored(me, "me.index.json")["user_email"] == "bob@example.com"


def test_an_answer_that_only_the_other_package_wrote_is_indexed(me: Place) -> None:
    put(me, {**ANSWER, "cached_at": 2.0})
    assert read_index(me).cached_at == 2.0
    assert Path(me.path).with_name("me.index.json").exists()


def test_an_answer_rewritten_while_it_is_indexed_is_indexed_again(
    me: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(me, {"user_email": "old@example.com"})
    real = me_cache.make_index

    def meanwhile(answer: dict[str, Any]) -> MeIndex:
        put(me, {"user_email": "new@example.com"})
        return real(answer)

    with monkeypatch.context() as patch:
        patch.setattr(me_cache, "make_index", meanwhile)
        assert read_index(me).user_email == "old@example.com"
    assert read_index(me).user_email == "new@example.com"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "null",
        '{"source": 5}',
        {"source": None, "projects": []},
        {"source": "SAME"},
        {"source": "SAME", "projects": 5},
        {"source": "SAME", "projects": [[1]], "workspaces": []},
        {"source": "SAME", "projects": [[[], "a", "b", "c", "d"]], "workspaces": []},
    ],
)
def test_a_broken_index_is_made_anew(me: Place, broken: object) -> None:
    write_me(me, ANSWER, 1.0)
    good = stored(me, "me.index.json")
    if isinstance(broken, dict) and broken["source"] == "SAME":
        broken = {**good, **broken, "source": good["source"]}
        if len(broken) == len(good):
            broken.setdefault("projects", 5)
    put(me, broken, "me.index.json")
    assert read_index(me).projects["5"].name == "Shop"


def test_a_corrupt_answer_is_dropped_and_asked_for_again(me: Place) -> None:
    put(me, "{ half")
    assert read_index(me) == MeIndex()
    assert read_me(me) is None
    assert not Path(me.path).exists()
    write_me(me, ANSWER, 1.0)
    assert read_index(me).user_name == "Ada"


def test_a_good_answer_that_takes_the_place_of_a_corrupt_one_is_kept(
    me: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(me, "{ half")
    real = read_json

    def meanwhile(place: Place, limit: int) -> dict[str, Any] | None:
        try:
            return real(place, limit)
        finally:
            put(me, ANSWER)

    with monkeypatch.context() as patch:
        patch.setattr(me_cache, "read_json", meanwhile)
        assert read_me(me) is None
    assert stored(me, "me.json") == ANSWER


def test_an_index_that_cannot_be_kept_is_had_all_the_same(
    me: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: Place, value: object, limit: int) -> None:
        raise StoreError("full", code="STORE_IO", path=place.path)

    put(me, ANSWER)
    monkeypatch.setattr(me_cache, "write_json", refuse)
    assert read_index(me).user_name == "Ada"


HOSTILE = "\x1b]0;pwned\x07\x1b[2J\u202eevil\r\n[red]\x9b" + "x" * 10_000


def test_hostile_names_are_cleaned_and_the_right_id_is_kept(me: Place) -> None:
    answer = {
        "user_email": HOSTILE,
        "user_name": HOSTILE,
        "organizations": {"1": {"name": HOSTILE}},
        "projects": {
            "10": {"name": HOSTILE, "organization_id": 1, "timezone": HOSTILE},
            HOSTILE: {"name": "not an id"},
            "10\n": {"name": "not an id either"},
        },
        "workspaces": {"20": {"name": HOSTILE, "project_id": HOSTILE}},
    }
    write_me(me, answer, 1.0)
    for index in (make_index(answer), read_index(me)):
        assert set(index.projects) == {"10"}
        assert set(index.workspaces) == {20}
        shown = [index.user_email, index.user_name, *index.projects["10"], *index.workspaces[20]]
        for text in shown:
            assert not isinstance(text, str) or (text.isprintable() and len(text) <= 256)
        assert "evil" in index.projects["10"].name


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just(10**4000)
    | st.just(HOSTILE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["1", "22", "name", "id", "9" * 5000, "-1", "\u0661"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
_entries = st.dictionaries(
    st.sampled_from(["1", "22", "x", "9" * 5000, "0"]),
    _json
    | st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("name", "organization_id", "timezone", "domain", "project_id", "is_visible"), _json
        ),
    ),
    max_size=3,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("user_id", "user_email", "user_name", "cached_at"), _json),
        **dict.fromkeys(("organizations", "projects", "workspaces"), _json | _entries),
    },
)


@examples(1_000)
@given(answer=answers)
def test_an_answer_of_any_shape_makes_an_index(answer: dict[str, Any]) -> None:
    index = make_index(answer)
    for project in index.projects.values():
        assert is_harmless(project.name)
    for key, workspace in index.workspaces.items():
        assert workspace.id == key
    content = me_index.encode(index, ["a source"])
    assert json.loads(content)["source"] == ["a source"]
    found = me_index.decode(content)
    assert found is not None
    source, again = found
    assert source == ["a source"]
    # One by one as the lists ask for them, then all of them as the picker does.
    assert {key: again.projects.get(key) for key in index.projects} == dict(index.projects)
    assert {key: again.workspaces.get(key) for key in index.workspaces} == dict(index.workspaces)
    assert again.projects.get("no such project") is None
    assert again == index


def test_an_answer_too_large_to_be_read_back_is_not_written(
    me: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ME_LIMIT == 64 << 20
    monkeypatch.setattr(me_cache, "ME_LIMIT", 1_000)
    write_me(me, {"user_name": "Ada"}, 1.0)
    with pytest.raises(StoreError) as caught:
        write_me(me, {"x": "y" * 1_000}, 2.0)
    assert caught.value.code == "STORE_UNSAFE_PATH"
    assert read_index(me).user_name == "Ada"
