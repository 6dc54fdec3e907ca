"""Real shells, and values that would like to be more than values."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping

# Prints the environment so that nothing in it can be mistaken for something else.
TELL = (
    "import json, os; print(json.dumps({name.decode(): list(value)"
    " for name, value in os.environb.items() if name.startswith((b'V', b'MP_'))}))"
)

_HARMFUL = [
    "",
    " ",
    "  a  b  ",
    "'",
    "''",
    "a'b",
    "'a",
    "a'",
    "\\",
    "\\\\",
    "a\\",
    "\\'",
    '"',
    '"\'"',
    "$HOME",
    "${HOME}",
    "$(echo owned)",
    "`echo owned`",
    "$'x'",
    "!!",
    "!$",
    "%n%",
    "100%",
    "-n",
    "--",
    "-e a",
    "~",
    "~root",
    "*",
    "/*",
    "?",
    "[a]",
    "{a,b}",
    "a;b",
    "a&b",
    "a|b",
    "a>b",
    "#a",
    "a # b",
    "=ls",
    "(a)",
    "a\nb",
    "\n",
    "a\n",
    "\r\n",
    "\t",
    "a\x1b[31mb",
    "\x07\x08\x0b\x0c\x7f",
    "".join(map(chr, range(1, 32))),
    "\u00e9\u0301",
    "\u4f60\u597d",
    "\U0001f600",
    "\u2018a\u2019 \u201ab\u201b \u201cc\u201d",
    "\x80\x9b31m",
    "\u202eabc",
    "\ufeff",
    "\u2028",
    "\u00a0",
    "\udcff\udc80",
    "a\udce9b",
    "\\n",
    "\\x41",
    "\\101",
    "$env:PATH",
    "'@",
    "export A=1",
    "0",
]

_LETTERS = "ab01 '\"\\`$!%&|;<>(){}[]*?~#=-\n\t\x1b\x7f\x80\u00e9\u2019\u4f60\U0001f600\udcff"


def values() -> dict[str, str]:
    """Names of variables, and what each is to hold: chosen ones, and mixtures of them."""
    dice = random.Random(20_260_105)
    mixed = ["".join(dice.choices(_LETTERS, k=dice.randint(1, 24))) for _ in range(300)]
    return {f"V{number}": value for number, value in enumerate([*_HARMFUL, *mixed])}


def run(command: list[str], script: str, environ: Mapping[str, str]) -> str:
    """Have a shell read a script from its stdin; whatever it complains about fails the test."""
    done = subprocess.run(
        command,
        input=os.fsencode(script),
        env=dict(environ),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b""), os.fsdecode(done.stderr)
    return os.fsdecode(done.stdout)


def told(output: str) -> dict[str, str]:
    """What :data:`TELL` said, on the last line."""
    held: dict[str, list[int]] = json.loads(output.splitlines()[-1])
    return {name: os.fsdecode(bytes(value)) for name, value in held.items()}


def telling() -> str:
    """The command that tells, in words that every shell reads alike."""
    return f'{sys.executable} -c "{TELL}"'
