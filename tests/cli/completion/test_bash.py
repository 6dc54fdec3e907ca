"""Lines split and words quoted as bash does it."""

from __future__ import annotations

import random
import subprocess

import pytest

from mixdesk_cli.completion.bash import reply, split

LETTERS = "ab:= '\"\\$`!*?[]{}()<>|&;#~^%,éü実🚀"


@pytest.mark.parametrize(
    ("line", "words", "last", "raw", "quote"),
    [
        ("", [], "", "", ""),
        ("mp", [], "mp", "mp", ""),
        ("mp ", ["mp"], "", "", ""),
        ("mp use te", ["mp", "use"], "te", "te", ""),
        ('mp "a b" c', ["mp", "a b"], "c", "c", ""),
        ("mp 'a\\b", ["mp"], "a\\b", "'a\\b", "'"),
        ('mp "a\\"b\\c', ["mp"], 'a"b\\c', '"a\\"b\\c', '"'),
        ("mp a\\ b", ["mp"], "a b", "a\\ b", ""),
        ("mp a'b'\"c", ["mp"], "abc", "a'b'\"c", '"'),
        ("mp ''", ["mp"], "", "''", ""),
        ("mp '' x", ["mp", ""], "x", "x", ""),
        ("ls; mp x | mp use y", ["mp", "use"], "y", "y", ""),
        ("a && mp ", ["mp"], "", "", ""),
        ("mp use x\\", ["mp", "use"], "x", "x\\", ""),
    ],
)
def test_split(line: str, words: list[str], last: str, raw: str, quote: str) -> None:
    assert split(line) == (words, last, raw, quote)


@pytest.mark.parametrize(
    ("value", "before", "said"),
    [
        ("team", "", "team"),
        ("a b", "", "a\\ b"),
        ("account:team", "account:", "team"),
        ("account:team", "", "account:team"),
        ("a b", "'", "a b"),
        ("it's", "'", "it'\\''s"),
        ("ends'", "'", "ends'\\'''"),
        ('say "hi"', '"', 'say \\"hi\\""'),
        ("$x`y\\", '"', "\\$x\\`y\\\\"),
        ("a!b", '"', 'a"\\!"b'),
        ("--account=a b", "--account=", "a\\ b"),
        ("other", "account:", None),
    ],
)
def test_reply(value: str, before: str, said: str | None) -> None:
    assert reply(value, before) == said


def test_what_is_said_is_the_value_to_a_real_bash() -> None:
    dice = random.Random(11)
    values = ["".join(dice.choices(LETTERS, k=dice.randint(1, 12))) for _ in range(300)]
    lines = []
    for value in values:
        for quote in ("", "'", '"'):
            said = reply(value, quote)
            assert said is not None
            # Readline adds the closing quote unless the text ends in one.
            closing = quote if quote and not said.endswith(quote) else ""
            lines.append(f"printf '%s\\0' {quote}{said}{closing}")
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], capture_output=True, check=True, timeout=60
    )
    assert done.stderr == b""
    got = done.stdout.decode().split("\0")[:-1]
    assert got == [value for value in values for _ in range(3)]
