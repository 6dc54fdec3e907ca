"""Taking changes of a TOML file back: the keys that they wrote, if those still hold it.

What others have changed meanwhile stays. Where comments and places can be brought back too, they
are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mixdesk.exceptions import ConfigError
from mixdesk.model.records import Section
from mixdesk.model.text import clean
from mixdesk.store.changes import Edited, table_of
from mixdesk.store.document import Document
from mixdesk.store.merging import carried_over
from mixdesk.store.schema import same_meaning

Data = Mapping[str, Any]

_BLOCKS = ("accounts", "targets")
_SECRET = ("secret", "token")
_COMFORT: frozenset[Section] = frozenset({("projects", "recent")})
"""What stands in nobody's way: where it holds something else, it is left as it is."""

_NAMES: Mapping[Section, str] = {
    ("active", "account"): "the active account",
    ("active", "workspace"): "the active workspace",
    ("app", "theme"): "the theme",
    ("projects", "favourites"): "the list of favourite projects",
    ("targets", "protected"): "the list of protected targets",
}
_KEYS: Mapping[str, str] = {"default_project": "home project", "token_env": "token's variable"}


class Difference(NamedTuple):
    """A key that a change has written; None where it is not there."""

    path: Section
    before: Any
    after: Any

    def __repr__(self) -> str:
        return f"Difference({'.'.join(self.path)!r})"


def revert(document: Document, text: str, edits: Sequence[Edited]) -> None:
    """Take changes of a file back.

    Args:
        document: The file as it is, under edit.
        text: The same as text.
        edits: The changes, in the order in which they were made.

    Raises:
        ConfigError: ``UNDO_OVERTAKEN``: a key holds something else now. The document is not to be
            used then.
    """
    whole: str | None = text
    for edit in reversed(edits):
        _revert_one(document, edit)
        whole = None if whole is None else carried_over(edit.after, edit.before, whole)
    if whole is not None:
        document.prefer(whole)


def differences(edit: Edited) -> list[Difference]:
    """The keys that a change has written, under the names that tables had before it."""
    return list(_differences(edit.old, _with_old_names(edit), ()))


def overtaken(what: str, path: Section = ()) -> ConfigError:
    """Build the error for a change that cannot be taken back any more.

    Args:
        what: What is different now: a sentence without its end.
        path: The key that it is about.
    """
    return ConfigError(
        f"This cannot be undone any more: {what}.",
        code="UNDO_OVERTAKEN",
        hint="Nothing was changed.",
        details={"key": ".".join(clean(part, 64) for part in path)},
    )


def name_of(path: Section) -> str:
    """A key in plain words: ``the home project of account team``."""
    known = _NAMES.get(path)
    if known is not None:
        return known
    if path[0] in _BLOCKS and len(path) > 1:
        block = f"{path[0][:-1]} {clean(path[1], 64)}"
        if len(path) == 2:
            return block
        key = ".".join(clean(part, 64) for part in path[2:])
        return f"the {_KEYS.get(key, key)} of {block}"
    *tables, key = (clean(part, 64) for part in path)
    return f"{key} in [{'.'.join(tables)}]" if tables else key


def _revert_one(document: Document, edit: Edited) -> None:
    for old, new in edit.moved.items():
        if _find(document.data, new) is None:
            raise overtaken(f"{name_of(new)} is gone", new)
        if _find(document.data, old) is not None:
            raise overtaken(f"there is another {name_of(old)} now", old)
        document.rename_table(new, old[-1])
    for difference in differences(edit):
        now = _find(document.data, difference.path)
        if same_meaning(now, difference.after):
            _refuse_orphans(document.data, difference, edit.old)
            _put(document, difference)
        elif difference.path not in _COMFORT and not same_meaning(now, difference.before):
            raise _conflict(difference, now)


def _put(document: Document, difference: Difference) -> None:
    path, before = difference.path, difference.before
    table, key = path[:-1], path[-1]
    if isinstance(difference.after, dict):
        document.delete_table(path)
    elif before is None:
        document.delete_value(table, key)
    if isinstance(before, dict) and len(path) > 1:
        document.add_table(path, before)
    elif before is not None:
        document.set_value(table, key, before)


def _refuse_orphans(data: Data, difference: Difference, old: Data) -> None:
    """An account is not taken away from targets that were saved since."""
    path = difference.path
    if len(path) != 2 or path[0] != "accounts" or difference.before is not None:
        return
    for target, block in table_of(data, "targets").items():
        before = table_of(table_of(old, "targets"), target)
        if _account_of(block) == path[1] != _account_of(before):
            uses = f"target {clean(target, 64)} uses account {clean(path[1], 64)} now"
            raise overtaken(uses, ("targets", target, "account"))


def _account_of(block: Any) -> Any:
    return block.get("account") if isinstance(block, dict) else None


def _conflict(difference: Difference, now: Any) -> ConfigError:
    path, after = difference.path, difference.after
    if isinstance(after, dict) and isinstance(now, dict):
        inner = next(_differences(after, now, path))
        return _conflict(Difference(inner.path, None, inner.before), inner.after)
    if isinstance(after, dict):
        return overtaken(f"{name_of(path)} is gone", path)
    if isinstance(now, dict):
        return overtaken(f"there is another {name_of(path)} now", path)
    if path[-1] in _SECRET or isinstance(now, list) or isinstance(after, list):
        return overtaken(f"{name_of(path)} was changed since", path)
    return overtaken(f"{name_of(path)} is {_shown(now)} now, not {_shown(after)}", path)


def _shown(value: Any) -> str:
    return "none" if value is None else clean(str(value), 64)


def _differences(old: Data, new: Data, path: Section) -> Iterator[Difference]:
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if same_meaning(before, after):
            continue
        below = (*path, key)
        if not path:  # whether an empty table stands there means nothing
            before = {} if before is None and isinstance(after, dict) else before
            after = {} if after is None and isinstance(before, dict) else after
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _differences(before, after, below)
        else:
            yield Difference(below, before, after)


def _with_old_names(edit: Edited) -> Data:
    """What the file means after a change, had no table got a new name."""
    data = dict(edit.new)
    for (kind, old), (_, new) in edit.moved.items():
        block = data.get(kind)
        if isinstance(block, dict):
            data[kind] = {old if name == new else name: each for name, each in block.items()}
    return data


def _find(data: Any, path: Section) -> Any:
    for part in path:
        if not isinstance(data, dict):
            return None
        data = data.get(part)
    return data
