"""Assignments in the languages of shells. Any value comes out as it went in.

What is printed is one line a variable and holds no control character, so a terminal that shows it
obeys nothing. NUL is in no environment and never comes here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

from mixdesk.exceptions import ConfigError

_PRINTABLE = re.compile(r"[ -~]*")


def shell_of(environ: Mapping[str, str]) -> str:
    """The shell that ``SHELL`` names; bash for one that is not known, or none."""
    name = os.path.basename(environ.get("SHELL", ""))
    name = "powershell" if name.startswith("pwsh") else name
    return name if name in _SCRIPTS else "bash"


def script(variables: Mapping[str, str | None], shell: str) -> str:
    """Make what a shell evaluates.

    Args:
        variables: Each with its value, or None for one that is to be unset.
        shell: One of :data:`SHELLS`.

    Returns:
        Lines, the last one ended.

    Raises:
        ConfigError: A value cannot be said in this language.
    """
    return _SCRIPTS[shell](variables)


def _posix(variables: Mapping[str, str | None]) -> str:
    gone = [name for name, value in variables.items() if value is None]
    lines = [f"unset -v {' '.join(gone)}"] if gone else []
    lines += [f"export {name}={_posix_quoted(value)}" for name, value in _set(variables)]
    return _joined(lines)


def _posix_quoted(value: str) -> str:
    """Quote for bash and zsh: in bytes where it is more than printable ASCII."""
    if _PRINTABLE.fullmatch(value):
        # Every shell understands this one, whatever options it has set.
        return "'" + value.replace("'", "'\\''") + "'"
    quoted = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\{byte:03o}"
        for byte in os.fsencode(value)
    )
    return f"$'{quoted}'"


def _fish(variables: Mapping[str, str | None]) -> str:
    # A universal variable is every shell's: it is hidden from this one by an empty one, not erased.
    lines = [
        f"set -eg {name}; if set -qU {name}; set -gx {name} ''; end"
        for name, value in variables.items()
        if value is None
    ]
    lines += [f"set -gx {name} {_fish_quoted(value)}" for name, value in _set(variables)]
    return _joined(lines)


def _fish_quoted(value: str) -> str:
    """Quote for fish, which knows escapes outside of quotes only."""
    return "".join(_fish_piece(piece) for piece in re.findall(r"[ -~]+|[^ -~]", value)) or "''"


def _fish_piece(piece: str) -> str:
    if _PRINTABLE.fullmatch(piece):
        return "'" + piece.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "".join(f"\\X{byte:02x}" for byte in os.fsencode(piece))


def _powershell(variables: Mapping[str, str | None]) -> str:
    lines = [f"$env:{name} = $null" for name, value in variables.items() if value is None]
    lines += [f"$env:{name} = {_powershell_quoted(name, value)}" for name, value in _set(variables)]
    return _joined(lines)


def _powershell_quoted(name: str, value: str) -> str:
    """Quote for PowerShell: what is not ASCII by number, because it has five kinds of quotes."""
    _refuse_bytes(name, value)
    if _PRINTABLE.fullmatch(value):
        return _single(value)
    # The empty string first: what is added to a string is a string.
    pieces = ["''"] + [
        _single(piece) if _PRINTABLE.fullmatch(piece) else f"[char]0x{ord(piece):04x}"
        for piece in re.findall(r"[ -~]+|[^ -~]", _in_halves(value))
    ]
    return " + ".join(pieces)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _in_halves(text: str) -> str:
    """The same with a surrogate pair for each character above U+FFFF, as .NET has it."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(
        chr(int.from_bytes(units[place : place + 2], "big")) for place in range(0, len(units), 2)
    )


def _json(variables: Mapping[str, str | None]) -> str:
    import json

    for name, value in _set(variables):
        _refuse_bytes(name, value)
    return json.dumps(variables, indent=2) + "\n"


def _refuse_bytes(name: str, value: str) -> None:
    """Refuse a byte that is no text; nothing of the value is shown."""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ConfigError(
            f"The value for {name} is no text, and this format holds nothing else.",
            hint="Take another: --shell bash, zsh or fish",
            details={"variable": name},
        )


def _set(variables: Mapping[str, str | None]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in variables.items() if value is not None]


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


_SCRIPTS: Mapping[str, Callable[[Mapping[str, str | None]], str]] = {
    "bash": _posix,
    "zsh": _posix,
    "fish": _fish,
    "powershell": _powershell,
    "json": _json,
}

SHELLS = tuple(_SCRIPTS)
"""The languages there are."""
