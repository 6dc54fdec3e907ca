"""Forms as data: fields, their rules in words, and the state of being filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from mixdesk.model.rules import is_env_name, is_name, is_project, is_workspace
from mixdesk.model.secret import Secret

Kind = Literal["text", "secret", "choice", "fixed"]
WORKSPACE_DIGITS = 18


class Values(Mapping[str, str]):
    """What stands in the fields. Does not show itself: some of it is secret."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Values({sorted(self._values)})"

    def put(self, key: str, value: str) -> Values:
        """Return the values with another one for ``key``."""
        return Values({**self._values, key: value})


Check = Callable[[str, Values], str | None]
"""Says what is wrong with a value, or None."""


def _fine(_value: str, _values: Values) -> str | None:
    return None


def _always(_values: Values) -> bool:
    return True


class Field(NamedTuple):
    """A field of a form."""

    key: str
    label: str
    hint: str
    """What belongs there, shown while the field has the focus."""
    kind: Kind = "text"
    choices: tuple[tuple[str, str], ...] = ()
    """For ``choice``: values and what they are called."""
    check: Check = _fine
    shown: Callable[[Values], bool] = _always
    suggestions: tuple[str, ...] = ()


class FormState(NamedTuple):
    """A form being filled in."""

    fields: tuple[Field, ...]
    values: Values
    touched: frozenset[str] = frozenset()
    """Fields that may be told they are wrong: the user has been there."""
    focus: str = ""

    @property
    def shown(self) -> tuple[Field, ...]:
        """The fields that matter for these values."""
        return tuple(field for field in self.fields if field.shown(self.values))

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field, in the order of the fields."""
        found = {field.key: _check(field, self.values) for field in self.shown}
        return {key: error for key, error in found.items() if error is not None}

    @property
    def told(self) -> dict[str, str]:
        """What is wrong and may be said."""
        return {key: error for key, error in self.errors.items() if key in self.touched}

    def typed(self, key: str, value: str) -> FormState:
        """Return the state after a value changed."""
        return self._replace(values=self.values.put(key, value))

    def entered(self, key: str) -> FormState:
        """Return the state after the focus came to a field: the one before has been visited."""
        before = {self.focus} - {"", key}
        return self._replace(focus=key, touched=self.touched | before)

    def checked(self) -> FormState:
        """Return the state after the user asked to save: everything may be said."""
        return self._replace(touched=frozenset(field.key for field in self.fields))


def _check(field: Field, values: Values) -> str | None:
    return field.check(values.get(field.key, ""), values)


def name_rule(kind: str, taken: Sequence[str], unchanged: str | None = None) -> Check:
    """Return the rule for names: shape, and nobody else has it."""
    others = frozenset(taken)

    def check(value: str, _values: Values) -> str | None:
        if value == unchanged:
            return None
        if not value:
            return "It needs a name"
        if not is_name(value):
            return "Letters, digits, _ and - only, 64 at most"
        return f"There is {kind} {value} already" if value in others else None

    return check


def project_rule(*, required: bool) -> Check:
    """Return the rule for project ids."""

    def check(value: str, _values: Values) -> str | None:
        if not value:
            return "A target needs a project" if required else None
        return None if is_project(value) else "A project id is digits only, such as 3713224"

    return check


def workspace_rule(value: str, _values: Values) -> str | None:
    """Say what is wrong with a workspace id; none is fine."""
    if not value or as_workspace(value) is not None:
        return None
    return "A workspace id is a number above zero, such as 3448413"


def as_workspace(value: str) -> int | None:
    """Return a typed workspace id as a number, or None."""
    if not (value.isascii() and value.isdigit() and len(value) <= WORKSPACE_DIGITS):
        return None
    return int(value) if is_workspace(int(value)) else None


def needed(sentence: str) -> Check:
    """Return the rule that something must stand there."""
    return lambda value, _values: None if value else sentence


def either(other: str, sentence: str, *, variable: bool = False) -> Check:
    """Return the rule that this field or the other one is filled in, not both."""

    def check(value: str, values: Values) -> str | None:
        if value and values.get(other):
            return "Either a variable or a token, not both"
        if not value and not values.get(other):
            return sentence
        if variable and value and not is_env_name(value):
            return "A variable's name is letters, digits and _"
        return None

    return check


def secret_or_none(value: str) -> Secret | None:
    """Return a typed secret, or None for an empty field."""
    return Secret(value) if value else None
