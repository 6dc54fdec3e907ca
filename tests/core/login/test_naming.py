"""What a new account is called when nobody says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.login.naming import default_account_name, slugify
from mixdesk.model.me import MeResponse
from mixdesk.model.rules import is_name


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Acme Corp", "acme-corp"),
        ("Café Industries", "cafe-industries"),
        ("  Acme  &  Sons ", "acme-sons"),
        ("Großhandel", "grohandel"),
        ("ﬁne ²", "fine-2"),
        ("实验", ""),
        ("---", ""),
        ("", ""),
        (None, ""),
        ("a" * 40, "a" * 32),
        ("a" * 31 + " b", "a" * 31),
        ("\x1b[31mred\u202e", "31mred"),
    ],
)
def test_a_slug(text: str | None, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_of_anything_is_short_and_plain(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)?", slug)
    assert slugify(slug) == slug


def me(*organizations: tuple[str, str]) -> MeResponse:
    found = {key: {"id": 1, "name": name} for key, name in organizations}
    return MeResponse.model_validate({"organizations": found})


@pytest.mark.parametrize(
    ("answer", "existing", "name"),
    [
        (me(("7", "Acme Corp"), ("3", "Zeta")), (), "acme-corp"),
        (me(("7", "Acme Corp")), ("acme-corp",), "acme-corp-2"),
        (me(("7", "Acme Corp")), ("acme-corp", "acme-corp-2", "acme-corp-4"), "acme-corp-3"),
        (me(("7", "实验")), (), "org-7"),
        (me(("7", "实验")), ("org-7",), "org-7-2"),
        (me(), (), "account"),
        (me(), ("account",), "account-2"),
    ],
)
def test_the_first_organization_gives_the_name(
    answer: MeResponse, existing: tuple[str, ...], name: str
) -> None:
    assert default_account_name(answer, existing) == name


@given(st.text(), st.text(min_size=1))
def test_whatever_a_server_calls_it_the_name_is_one(key: str, organization: str) -> None:
    assert is_name(default_account_name(me((key, organization)), set()))
