"""Reading a documentation page: what the extractor takes for what."""

from __future__ import annotations

import json

import pytest

from .extract_surface import OUTPUT, Page, parameters

PAGE = """\
Things¶
mixpanel_headless.Thing
¶
Bases: BaseModel
A thing.
| ATTRIBUTE | DESCRIPTION |
|---|---|
size |
How large it is.
TYPE:
|
size
instance-attribute
¶
How large.
colour
class-attribute
instance-attribute
¶
Which colour.
weight
property
¶
Return the weight.
| RETURNS | DESCRIPTION |
|---|---|
int
|
Grams. |
grow
¶
grow(
    by: int,
    *,
    until: int | None = None,
    mark: str | _Sentinel = _SENTINEL,
) -> Thing
Return a larger one.
Two kinds of growth¶
Slow and fast.
| PARAMETER | DESCRIPTION |
|---|---|
by
|
How much; see
size
TYPE:
|
until
|
Where to stop.
TYPE:
|
mark
|
A mark.
TYPE:
|
| RAISES | DESCRIPTION |
|---|---|
OddError
|
Never, unlike ValueError. |
mixpanel_headless.things
¶
The namespace.
count
¶
count(where: str = "here") -> int
Count them, as mp.things.count and mp.Other do.
"""


def test_a_page_is_read_for_what_is_public() -> None:
    surface = Page(PAGE).read()
    assert "things" in surface.modules
    assert surface.classes["Thing"] == {"size": False, "colour": True, "weight": True}
    assert surface.functions["things.count"] == [
        {"name": "where", "kind": "positional or keyword", "default": "'here'"}
    ]
    assert [each["name"] for each in surface.functions["Thing.grow"]] == ["by", "until", "mark"]
    assert {"OddError", "things.count", "Other"} <= surface.names
    assert "ValueError" not in surface.names


def test_a_signature_is_taken_apart() -> None:
    assert parameters("(a, b: int = 1, *, c, d=None)") == [
        {"name": "a", "kind": "positional or keyword"},
        {"name": "b", "kind": "positional or keyword", "default": "1"},
        {"name": "c", "kind": "keyword-only"},
        {"name": "d", "kind": "keyword-only", "default": "None"},
    ]


def test_a_parameter_that_the_signature_lacks_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"Thing\.grow takes"):
        Page(PAGE.replace("by\n|", "twice\n|")).read()


def test_a_function_whose_signature_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"things\.count"):
        Page(PAGE.replace('count(where: str = "here") -> int\n', "")).read()


def test_what_is_committed_was_written_by_it() -> None:
    text = OUTPUT.read_text()
    assert json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n" == text
