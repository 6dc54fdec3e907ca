"""Records that hold secrets: never changed, never shown."""

from __future__ import annotations

from typing import Any, NoReturn, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Sealed:
    """A record whose ``repr`` says nothing, and which nobody can iterate over.

    A subclass declares its fields as a frozen dataclass does. It is none, because loading
    ``dataclasses`` takes longer than reading a file, and a shell prompt waits for that.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        # What is not given is found where the class has its default.
        self.__dict__.update(zip(type(self).__annotations__, values, strict=False), **named)

    def replace(self, **changes: Any) -> Self:
        """Return the same record with some fields changed."""
        return type(self)(**{**self.__dict__, **changes})

    def _fields(self) -> list[Any]:
        return [getattr(self, name) for name in type(self).__annotations__]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(tuple(self._fields()))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is never changed")
