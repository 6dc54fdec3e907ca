"""Answers in the words of each shell: a line a candidate; a tab first tells what else to look for.

The scripts beside this file ask, and read what is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mixdesk_cli.completion.answer import Candidate, candidates
from mixdesk_cli.completion.bash import reply, split


def speak(shell: str, asked: Sequence[str], environ: Mapping[str, str]) -> str:
    """Answer a shell.

    Args:
        shell: ``bash``: it says the line up to the cursor, and what it takes for the word.
            ``zsh`` and ``fish``: the word that is begun, then those before it.
        asked: What it says.
        environ: The environment; it is only read.

    Returns:
        Lines.
    """
    if shell == "bash":
        line, word = (*asked, "", "")[:2]
        return _to_bash(line, word, environ)
    current, *words = asked or ("",)
    if shell == "fish":
        return _joined(map(_to_fish, candidates(words, _without_quotes(current), environ)))
    return _joined(map(_to_zsh, candidates(words, current, environ)))


def _to_bash(line: str, word: str, environ: Mapping[str, str]) -> str:
    said = split(line)
    before = said.raw.removesuffix(word)
    found = candidates(said.words[1:], said.last, environ)
    replies = (_other(each) or reply(each.value, before) for each in found)
    return _joined(each for each in replies if each is not None)


def _to_zsh(candidate: Candidate) -> str:
    """A value and what it is, as ``_describe`` reads them."""
    value = re.sub(r"([\\:])", r"\\\1", candidate.value)
    described = f"{value}:{candidate.about}" if candidate.about else value
    return _other(candidate) or described


def _to_fish(candidate: Candidate) -> str:
    described = f"{candidate.value}\t{candidate.about}" if candidate.about else candidate.value
    return _other(candidate) or described


def _other(candidate: Candidate) -> str | None:
    return None if candidate.kind == "plain" else f"\t{candidate.kind}"


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


_ESCAPABLE = {"'": "\\'", '"': '\\"$'}
"""What a backslash escapes in each kind of quotes of fish; outside of quotes it is anything."""


def _without_quotes(current: str) -> str:
    """A word of fish as a program would get it; an open quote is as good as a closed one."""
    read, quote, place = "", "", 0
    while place < len(current):
        char, after = current[place], current[place + 1 : place + 2]
        if char == "\\" and (not quote or after in _ESCAPABLE[quote]):
            place += 1
            read += after
        elif char == quote:
            quote = ""
        elif not quote and char in _ESCAPABLE:
            quote = char
        else:
            read += char
        place += 1
    return read
