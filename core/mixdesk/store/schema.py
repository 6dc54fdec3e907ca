"""The rules of ``config.toml``, in one table, checked on plain data.

:func:`check` turns what ``tomllib`` read into records and problems. It never raises: one broken
block is a problem of that block alone. Lines are found later (:mod:`.scan`), only for problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mixdesk.model import rules
from mixdesk.model.records import AccountEntry, ActiveEntry, Problem, Section, TargetEntry
from mixdesk.model.rules import ACCOUNT_TYPES, REGIONS
from mixdesk.model.secret import Secret
from mixdesk.model.text import clean

_SURROGATE = re.compile("[\ud800-\udfff]")

SECTIONS = ("active", "accounts", "targets", "settings")


class Rule(NamedTuple):
    """What a key may hold, and the words for when it does not."""

    holds: Callable[[object], bool]
    expects: str
    required: bool = False


def _text(value: object) -> bool:
    return _string(value) and value != ""


def _string(value: object) -> bool:
    """Whether it is text that a file can hold: half a surrogate pair is none."""
    return isinstance(value, str) and (value.isascii() or not _SURROGATE.search(value))


REGION = Rule(lambda value: value in REGIONS, 'must be "us", "eu" or "in"', required=True)
PROJECT = Rule(rules.is_project, 'must be a string of digits, such as "3713224"')
WORKSPACE = Rule(rules.is_workspace, "must be a whole number above zero, such as 3448413")

_COMMON = {
    "type": Rule(lambda value: value in ACCOUNT_TYPES, "", required=True),
    "region": REGION,
    "default_project": PROJECT,
}

ACCOUNT_RULES: Mapping[str, Mapping[str, Rule]] = {
    "service_account": {
        **_COMMON,
        "username": Rule(_text, "must be a string that is not empty", required=True),
        "secret": Rule(_string, "must be a string", required=True),
    },
    "oauth_browser": _COMMON,
    "oauth_token": {
        **_COMMON,
        "token": Rule(_string, "must be a string of UTF-8 text"),
        "token_env": Rule(_string, "must be the name of an environment variable"),
    },
}

TARGET_RULES: Mapping[str, Rule] = {
    "account": Rule(_text, "must be the name of an account", required=True),
    "project": PROJECT._replace(required=True),
    "workspace": WORKSPACE,
}

ACTIVE_RULES: Mapping[str, Rule] = {
    "account": Rule(_text, "must be the name of an account"),
    "workspace": WORKSPACE,
}


class Checked:
    """What a file means, and what in it does not hold.

    Args:
        data: What ``tomllib`` read, secrets included.
    """

    # No dataclass: loading those takes longer than reading a file, and every verb would wait.
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.accounts: dict[str, AccountEntry] = {}
        self.targets: dict[str, TargetEntry] = {}
        self.active = ActiveEntry()
        self.custom_header: tuple[str, str] | None = None
        self.problems: list[Problem] = []
        self.data = data


def check(data: Mapping[str, Any], path: str, before: Checked | None = None) -> Checked:
    """Check the whole of a file.

    Args:
        data: What ``tomllib`` read.
        path: The file, for the problems.
        before: An earlier result; blocks that did not change since are not checked again.

    Returns:
        Records for all that is sound, problems for the rest.
    """
    checked = Checked(data)
    _check_root(data, path, checked)
    _check_blocks("accounts", data, path, checked, before)
    _check_blocks("targets", data, path, checked, before)
    _check_active(data, path, checked)
    _check_settings(data, path, checked)
    _check_references(path, checked)
    return checked


def account_problems(name: str, block: object, path: str) -> list[Problem]:
    """Check one ``[accounts.NAME]`` block."""
    section = ("accounts", name)
    if not rules.is_name(name):
        return [_bad_name(section, "account", name, path)]
    if not isinstance(block, dict):
        return [_no_table(section, path)]
    if "project_id" in block:
        return [_old_account(name, path)]
    kind = block.get("type")
    if kind not in ACCOUNT_TYPES:
        mistyped = next((key for key in block if nearest(key, ("type",))), None)
        if kind is None and mistyped is not None:
            return [_unknown_key(section, mistyped, ("type",), path)]
        return [_bad_type(name, kind, path)]
    problems = _check_keys(section, block, ACCOUNT_RULES[kind], path)
    if kind == "oauth_token" and not problems and ("token" in block) == ("token_env" in block):
        problems.append(_one_token(name, both="token" in block, path=path))
    return problems


def target_problems(name: str, block: object, path: str) -> list[Problem]:
    """Check one ``[targets.NAME]`` block. Any TOML key may name an existing target."""
    section = ("targets", name)
    if not isinstance(block, dict):
        return [_no_table(section, path)]
    return _check_keys(section, block, TARGET_RULES, path)


def account_entry(name: str, block: Mapping[str, Any]) -> AccountEntry:
    """Make the record of a sound account block."""
    values = dict(block)
    for key in ("secret", "token"):
        if key in values:
            values[key] = Secret(values[key])
    return AccountEntry(name=name, **values)


def target_entry(name: str, block: Mapping[str, Any]) -> TargetEntry:
    """Make the record of a sound target block."""
    return TargetEntry(name=name, **block)


_BLOCKS: Mapping[str, tuple[Callable[[str, object, str], list[Problem]], Callable[..., Any]]] = {
    "accounts": (account_problems, account_entry),
    "targets": (target_problems, target_entry),
}


def _check_blocks(
    kind: str, data: Mapping[str, Any], path: str, checked: Checked, before: Checked | None
) -> None:
    """Check every block of ``[accounts]`` or ``[targets]``, reusing what did not change."""
    find_problems, make_entry = _BLOCKS[kind]
    blocks = data.get(kind, {})
    if not isinstance(blocks, dict):
        checked.problems.append(_no_table((kind,), path))
        return
    entries: dict[str, Any] = getattr(checked, kind)
    known: dict[str, Any] = getattr(before, kind) if before else {}
    old_blocks = before.data.get(kind, {}) if known and before else {}
    for name, block in blocks.items():
        old = old_blocks.get(name)
        if name in known and (old is block or same_meaning(old, block)):
            entries[name] = known[name]
            continue
        problems = find_problems(name, block, path)
        checked.problems.extend(problems)
        if not problems:
            entries[name] = make_entry(name, block)


def same_meaning(one: object, other: object) -> bool:
    """Whether two TOML values are the same value of the same type (``1`` is not ``true``)."""
    pairs = [(one, other)]  # no recursion: a file may nest deeper than a call may
    while pairs:
        one, other = pairs.pop()
        if one is other:
            continue
        if type(one) is not type(other):
            return False
        if isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            pairs.extend((value, other[key]) for key, value in one.items())
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif one != other and (one == one or other == other):  # NaN is itself here
            return False
    return True


def _check_root(data: Mapping[str, Any], path: str, checked: Checked) -> None:
    for key, value in data.items():
        if key in SECTIONS:
            continue
        old = _old_layout(key, value, path)
        checked.problems.append(old or _unknown_key((), key, SECTIONS, path))


def _check_active(data: Mapping[str, Any], path: str, checked: Checked) -> None:
    block = data.get("active", {})
    if not isinstance(block, dict):
        checked.problems.append(_no_table(("active",), path))
        return
    problems = [
        _old_active_project(path) if problem.key == "project" else problem
        for problem in _check_keys(("active",), block, ACTIVE_RULES, path)
    ]
    checked.problems.extend(problems)
    wrong = {problem.key for problem in problems}
    sound = {key: block[key] for key in ACTIVE_RULES if key in block and key not in wrong}
    checked.active = ActiveEntry(**sound)


def _check_settings(data: Mapping[str, Any], path: str, checked: Checked) -> None:
    settings = data.get("settings", {})
    if not isinstance(settings, dict):
        checked.problems.append(_no_table(("settings",), path))
        return
    header = settings.get("custom_header")
    if header is None:
        return
    if (
        isinstance(header, dict)
        and header.keys() == {"name", "value"}
        and rules.is_header_name(header["name"])
        and rules.is_header_value(header["value"])
    ):
        checked.custom_header = (header["name"], header["value"])
        return
    checked.problems.append(
        _problem(
            "bad_value",
            ("settings",),
            "custom_header",
            "custom_header must be { name = …, value = … }, one header line without line breaks",
            'Write it like this: custom_header = { name = "X-Mixpanel-Cluster", value = "one" }',
            path,
        )
    )


def _check_references(path: str, checked: Checked) -> None:
    """Find names that lead nowhere; they break nothing but themselves."""
    defined = checked.data.get("accounts", {})
    if not isinstance(defined, dict):
        return
    active = checked.active.account
    if active is not None and active not in defined:
        checked.problems.append(
            _gone(("active",), f"The active account {clean(active)!r} is gone", active, path)
        )
    for name, target in checked.targets.items():
        if target.account not in defined:
            sentence = f"Target {clean(name)!r} points to account {clean(target.account)!r}"
            checked.problems.append(
                _gone(("targets", name), f"{sentence}, which is gone", target.account, path)
            )


def _check_keys(
    section: Section, block: Mapping[str, Any], table: Mapping[str, Rule], path: str
) -> list[Problem]:
    problems = [_unknown_key(section, key, tuple(table), path) for key in block if key not in table]
    meant = {problem.suggestion for problem in problems}
    for key, rule in table.items():
        if key in block:
            if not rule.holds(block[key]):
                problems.append(_bad_value(section, key, block[key], rule, path))
        elif rule.required and key not in meant:
            problems.append(_missing_key(section, key, rule, path))
    return problems


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that was probably meant."""
    import difflib  # only for errors: its import costs half a bare interpreter

    return next(iter(difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)), None)


def _problem(
    code: str,
    section: Section,
    key: str | None,
    summary: str,
    hint: str,
    path: str,
    suggestion: str | None = None,
) -> Problem:
    return Problem(
        kind="schema",
        code=code,
        section=section,
        key=key,
        summary=f"{summary}.",
        hint=hint,
        path=path,
        suggestion=suggestion,
    )


def shown(value: object) -> str:
    """Word a value of a file: briefly, and whatever it is."""
    match value:
        case dict():
            return "a table"
        case list():
            return "an array"
        case int() if abs(value) >= 10**20:
            return "a huge number"
        case _:
            return clean(repr(value), 40)


def title(section: Section) -> str:
    """Word a section as it stands in the file."""
    return f"[{'.'.join(clean(part, 64) for part in section)}]" if section else "the file"


_SECRET_KEYS = ("secret", "token")


def _bad_value(section: Section, key: str, value: object, rule: Rule, path: str) -> Problem:
    found = "" if key in _SECRET_KEYS else f", not {shown(value)}"
    summary = f"{key} in {title(section)} {rule.expects}{found}"
    suggestion = nearest(value, REGIONS) if rule is REGION and isinstance(value, str) else None
    hint = f"Did you mean {suggestion!r}?" if suggestion else "Correct it there."
    return _problem("bad_value", section, key, summary, hint, path, suggestion)


def _missing_key(section: Section, key: str, rule: Rule, path: str) -> Problem:
    summary = f"{title(section)} has no {key}"
    return _problem("missing_key", section, key, summary, f"Add it: it {rule.expects}.", path)


def _unknown_key(section: Section, key: str, known: tuple[str, ...], path: str) -> Problem:
    suggestion = nearest(key, known)
    summary = f"{title(section)} has a key {clean(key, 64)!r} that means nothing here"
    hint = f"Did you mean {suggestion!r}?" if suggestion else f"Known here: {', '.join(known)}."
    return _problem("unknown_key", section, key, summary, hint, path, suggestion)


def _no_table(section: Section, path: str) -> Problem:
    summary = f"{title(section)} must be a table"
    return _problem("no_table", section, None, summary, "Write it as in the README.", path)


def _bad_name(section: Section, what: str, name: str, path: str) -> Problem:
    return _problem(
        "bad_name",
        section,
        None,
        f"{clean(name, 64)!r} cannot name an {what}",
        "Use letters, digits, - and _, at most 64 of them.",
        path,
    )


def _bad_type(name: str, kind: object, path: str) -> Problem:
    section = ("accounts", name)
    choices = ", ".join(f'"{choice}"' for choice in ACCOUNT_TYPES)
    if kind is None:
        summary, suggestion = f"{title(section)} has no type", None
        return _problem("missing_key", section, "type", summary, f"Add one of {choices}.", path)
    suggestion = nearest(kind, ACCOUNT_TYPES) if isinstance(kind, str) else None
    summary = f"type in {title(section)} is {shown(kind)}, which is no type of account"
    hint = f"Did you mean {suggestion!r}?" if suggestion else f"Choose one of {choices}."
    return _problem("bad_value", section, "type", summary, hint, path, suggestion)


def _one_token(name: str, *, both: bool, path: str) -> Problem:
    section = ("accounts", name)
    has = "both token and token_env" if both else "neither token nor token_env"
    return _problem(
        "one_token",
        section,
        "token" if both else None,
        f"{title(section)} has {has}",
        "Keep exactly one: the token itself, or the name of the variable that holds it.",
        path,
    )


def _gone(section: Section, summary: str, account: str, path: str) -> Problem:
    hint = (
        "Choose another: mp account use NAME"
        if section == ("active",)
        else f"Add account {clean(account)!r} again, or change or remove the target."
    )
    problem = _problem("dangling_account", section, "account", summary, hint, path)
    return problem._replace(kind="reference")


def _layout(section: Section, key: str, summary: str, hint: str, path: str) -> Problem:
    return _problem("old_layout", section, key, summary, hint, path)._replace(kind="layout")


_AGAIN = "Add its accounts again with mp account add, then remove the old lines."


def _old_layout(key: str, value: object, path: str) -> Problem | None:
    """Recognise the root keys of layouts that mixpanel_headless had before 0.4."""
    if key == "config_version":
        summary = f"config_version = {shown(value)} marks a layout from before 0.4"
    elif key == "default":
        summary = "default = … at the top is the first layout, from before there was [active]"
        hint = 'Write it as account = "NAME" under [active], then remove the line.'
        return _layout((), key, summary, hint, path)
    elif key in ("credentials", "projects"):
        summary = f"[{key}.…] is the second layout, from before accounts held their credentials"
    else:
        return None
    return _layout((), key, summary, _AGAIN, path)


def _old_account(name: str, path: str) -> Problem:
    section = ("accounts", name)
    summary = f"{title(section)} is in the first layout, which had project_id"
    hint = 'Rename project_id to default_project (in quotes) and add type = "service_account".'
    return _layout(section, "project_id", summary, hint, path)


def _old_active_project(path: str) -> Problem:
    summary = "[active] has a project, as in the second layout"
    hint = "Write it as default_project of the account, then remove the line."
    return _layout(("active",), "project", summary, hint, path)
