"""What the tests of the store share."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unicodedata import category

from mixdesk.exceptions import MixdeskError
from mixdesk.store.config import ConfigManager


def error_of(run: Callable[[ConfigManager], object], config: ConfigManager) -> MixdeskError | None:
    """Run an operation; return the error of ours that it ended in, None when it succeeded."""
    try:
        run(config)
    except MixdeskError as error:
        return error
    return None


def same_meaning(one: object, other: object) -> bool:
    """Whether two TOML values are the same value of the same type, told without the store."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(same_meaning(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same_meaning(a, b) for a, b in pairs)
    return one == other or repr(one) == repr(other) == "nan"


def open_descriptors() -> set[str]:
    """The descriptors of this process, each with what it is open on."""
    directory = "/proc/self/fd"
    found = set()
    for name in os.listdir(directory):
        with suppress(FileNotFoundError):  # the one that lists them
            found.add(f"{name} {os.readlink(f'{directory}/{name}')}")
    return found


def write_config(config: ConfigManager, text: str | bytes) -> bytes:
    """Put a hand-written file in place, private as it should be; return its bytes."""
    content = text.encode() if isinstance(text, str) else text
    config.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.path.write_bytes(content)
    config.path.chmod(0o600)
    return content


def text_of(config: ConfigManager) -> str:
    """The file as it is, line ends included."""
    return config.path.read_bytes().decode()


def data_of(config: ConfigManager) -> dict[str, Any]:
    """What the file means."""
    return tomllib.loads(text_of(config))


def is_harmless(text: str) -> bool:
    """Whether a text has nothing that a terminal obeys (a new letter of Unicode is no harm)."""
    return not any(category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in text)
