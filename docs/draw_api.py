"""Draws the list of public names in ``api.md`` from the code itself.

``python docs/draw_api.py`` writes it anew; a test fails when the page is not what this draws.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import mixdesk as mp
from mixdesk import exceptions

PAGE = Path(__file__).with_name("api.md")
BEGIN = "<!-- drawn by draw_api.py -->\n"
END = "<!-- drawn until here -->\n"

NAMESPACES = ("accounts", "targets", "session")

GROUPS: dict[str, tuple[str, ...]] = {
    "Calling Mixpanel": ("Workspace", "SegmentationResult", "resolve_session"),
    "The session and its axes": (
        *("Session", "Project", "WorkspaceRef", "ActiveSession", "Target"),
        *("Account", "ServiceAccount", "OAuthBrowserAccount", "OAuthTokenAccount"),
        *("AccountType", "Region"),
    ),
    "What verbs answer": (
        *("AccountSummary", "AccountTestResult", "OAuthLoginResult", "LogoutResult"),
        *("MeResponse", "MeUserInfo", "MeProjectInfo"),
    ),
    "For an account that is new": (
        *("login_unified", "ProjectPicker", "ProgressFactory"),
        *("probe_region", "RegionProbe", "default_account_name", "slugify"),
    ),
    "Below the verbs": ("ConfigManager",),
}
"""Where the names of ``mp`` stand; its modules and errors have parts of their own."""

SESSIONS = "`mp.clients`, the sessions of [sessions.md](sessions.md)"


def draw() -> str:
    """The list, as Markdown."""
    also_there = "`mp.auth_types`, besides types that `mp` has too"
    parts = [
        *(_module(getattr(mp, name)) for name in NAMESPACES),
        *(_group(title, mp, names) for title, names in GROUPS.items()),
        _group(also_there, mp.auth_types, _only_there(mp.auth_types)),
        _group(SESSIONS, mp.clients, _only_there(mp.clients)),
        _errors(),
    ]
    return "\n".join(parts)


def drawn_names() -> list[str]:
    """Every name of ``mp`` that has a place in the list."""
    return [
        *NAMESPACES,
        "auth_types",
        "clients",
        *(name for names in GROUPS.values() for name in names),
        *_error_names(),
    ]


def page_with(text: str, drawn: str) -> str:
    """The page with another list in it."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{drawn}\n{END}{rest.partition(END)[2]}"


def _module(module: ModuleType) -> str:
    lines = [_function(name, getattr(module, name)) for name in module.__all__]
    title = f"### `{module.__name__.replace('mixdesk', 'mp')}`"
    about = _sentence((module.__doc__ or "").partition(": ")[2])
    return "\n".join([title, "", about[:1].upper() + about[1:], "", *lines, ""])


def _group(title: str, home: ModuleType, names: tuple[str, ...]) -> str:
    lines = [line for name in names for line in _name(home, name)]
    return "\n".join([f"### {title}", "", *lines, ""])


def _only_there(module: ModuleType) -> tuple[str, ...]:
    return tuple(name for name in module.__all__ if name not in mp.__all__)


def _name(home: ModuleType, name: str) -> Iterator[str]:
    value = getattr(home, name)
    if inspect.isclass(value) and value.__name__ != name:
        yield f"- `{name}`: another name of `{value.__name__}`."
    elif inspect.isclass(value):
        yield f"- `{name}{_fields(value)}`: {_summary(value)}"
        yield from _members(value)
    elif inspect.isfunction(value):
        yield _function(name, value)
    else:
        yield f"- `{name}`: {_alias(value)}. {_described_below(name)}"


def _fields(owner: type) -> str:
    if not issubclass(owner, BaseModel):
        return "" if inspect.isabstract(owner) or _is_protocol(owner) else _arguments(owner)
    fields = owner.model_fields.items()
    return f"({', '.join(['*', *(f'{name}{_default(field)}' for name, field in fields)])})"


def _default(field: FieldInfo) -> str:
    return "" if field.is_required() else f"={field.get_default(call_default_factory=True)!r}"


def _members(owner: type) -> Iterator[str]:
    """Properties and methods of a class of ours, in the order of its source."""
    bases = [base for base in inspect.getmro(owner) if base.__module__.startswith("mixdesk")]
    members: dict[str, Any] = {}
    for base in reversed(bases):
        members |= vars(base)
    for name, member in members.items():
        if name.startswith("_"):
            continue
        if isinstance(member, property | cached_property):
            yield f"  - `.{name}`: {_summary(member)}"
        elif isinstance(member, classmethod) or inspect.isfunction(member):
            yield f"  {_function('.' + name, getattr(owner, name))}"


def _function(name: str, function: Callable[..., Any]) -> str:
    gives = inspect.signature(function).return_annotation
    gives = "" if gives in (None, "None") else f" -> {str(gives).replace('builtins.', '')}"
    return f"- `{name}{_arguments(function)}{gives}`: {_summary(function)}"


def _arguments(function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in signature.parameters.items()
        if name != "self"
    ]
    return str(inspect.Signature(parameters)).replace("<not given>", "…")


def _alias(value: Any) -> str:
    """What a type alias stands for: the values, or the types, or what is called and how."""
    if get_origin(value) is Callable:
        return f"`{re.sub(r'(?:[a-z_]+[.])+', '', str(value))}`"
    union = get_args(value)
    return ", ".join(f"`{getattr(each, '__name__', each)}`" for each in _flat(union))


def _flat(arguments: tuple[Any, ...]) -> Iterator[Any]:
    for each in arguments:
        if get_args(each):
            yield from _flat(get_args(each))
        elif isinstance(each, type | str):
            yield each


def _described_below(name: str) -> str:
    """The string below an assignment, as far as its first sentence."""
    source = Path(str(import_module(mp._HOME_OF[name]).__file__)).read_text(encoding="utf-8")
    body = ast.parse(source).body
    for node, below in pairwise(body):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            assert isinstance(below, ast.Expr)
            return _sentence(str(ast.literal_eval(below.value)))
    raise LookupError(name)


def _error_names() -> list[str]:
    """The errors of ``mp``, each below the one it extends."""
    return [name for name in vars(exceptions) if _is_error(getattr(exceptions, name))]


def _is_error(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, mp.MixdeskError)


def _errors() -> str:
    lines = ["| error | `code` | is also | |", "|---|---|---|---|"]
    for name in _error_names():
        error = getattr(mp, name)
        if error.__name__ == name:
            bases = ", ".join(f"`{base.__name__}`" for base in error.__bases__)
            lines.append(f"| `{name}` | `{error.default_code}` | {bases} | {_summary(error)} |")
    same = "`MixpanelHeadlessError` is another name of `MixdeskError`."
    return "\n".join(["### Errors", "", *lines, "", same, ""])


def _summary(documented: Any) -> str:
    return _sentence(inspect.getdoc(documented) or "")


def _sentence(text: str) -> str:
    """The first sentence of a docstring, as Markdown."""
    found = re.match(r"(.+?\.)(\s|$)", text.partition("\n\n")[0], re.DOTALL)
    assert found, text
    return re.sub(r":\w+:`~?([\w.]+)`", r"`\1`", " ".join(found[1].split()).replace("``", "`"))


def _is_protocol(owner: type) -> bool:
    return bool(getattr(owner, "_is_protocol", False))


def main() -> None:
    """Write the list into the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page_with(text, draw()), encoding="utf-8")


if __name__ == "__main__":
    main()
