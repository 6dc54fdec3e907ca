"""A string that does not show itself."""

from __future__ import annotations


class Secret:
    """Holds a secret out of ``repr``, ``str``, logs, tracebacks and pickles.

    Plain records use it where the public models use ``pydantic.SecretStr``, whose method name it
    shares, so that reading the configuration does not load pydantic.

    Args:
        value: The secret.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Return the secret itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._value == other._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")
