"""The public surface: which names there are, where they come from, and that each is documented."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import mixdesk as mp
from mixdesk import exceptions

SOURCE = Path(str(mp.__file__))


def type_checking_names() -> dict[str, str]:
    """What the TYPE_CHECKING block tells type checkers: each name with its module."""
    tree = ast.parse(SOURCE.read_text())
    (block,) = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert len(imports) == len(block.body)
    return {alias.name: str(node.module) for node in imports for alias in node.names}


class TestTheSurface:
    def test_is_what_all_says_and_what_type_checkers_see(self) -> None:
        assert set(mp.__all__) == set(type_checking_names())
        assert mp.__all__ == sorted(mp.__all__)

    def test_is_what_is_served(self) -> None:
        assert set(mp.__all__) == {*mp._MODULES, *mp._HOME_OF}

    @pytest.mark.parametrize(("name", "module"), type_checking_names().items())
    def test_comes_from_where_type_checkers_think(self, name: str, module: str) -> None:
        if module == "mixdesk":
            expected: object = importlib.import_module(f"mixdesk.{name}")
        else:
            expected = getattr(importlib.import_module(module), name)
        assert mp.__getattr__(name) is expected
        assert getattr(mp, name) is expected

    def test_has_every_error(self) -> None:
        errors = {
            name
            for name, value in vars(exceptions).items()
            if isinstance(value, type) and issubclass(value, Exception)
        }
        assert errors <= set(mp.__all__)

    def test_refuses_what_there_is_not(self) -> None:
        with pytest.raises(AttributeError, match="'mixdesk' has no attribute 'nothing'"):
            _ = mp.nothing
        with pytest.raises(ImportError):
            importlib.import_module("mixdesk.nothing")

    def test_is_listed_by_dir(self) -> None:
        assert set(mp.__all__) <= set(dir(mp))

    @pytest.mark.parametrize("module", [mp.accounts, mp.targets, mp.session, mp.auth_types])
    def test_of_a_namespace_is_what_its_all_says(self, module: ModuleType) -> None:
        assert module.__all__ == sorted(module.__all__)
        assert all(hasattr(module, name) for name in module.__all__)

    def test_has_the_base_error_under_the_other_packages_name(self) -> None:
        assert mp.MixpanelHeadlessError is mp.MixdeskError


# --- documentation --------------------------------------------------------------------------


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function and every method of a public class of ours."""
    for module in (mp.accounts, mp.targets, mp.session):
        for name in module.__all__:
            yield f"{module.__name__}.{name}", getattr(module, name)
    values = {name: getattr(mp, name) for name in mp.__all__}
    values |= {name: getattr(mp.auth_types, name) for name in mp.auth_types.__all__}
    for name, value in sorted(values.items()):
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            for method, function in vars(value).items():
                function = getattr(function, "__func__", function)
                is_ours = getattr(function, "__module__", "").startswith("mixdesk")
                if inspect.isfunction(function) and is_ours and not method.startswith("_"):
                    yield f"{name}.{method}", function


FUNCTIONS = dict(public_functions())


def arguments(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def section(doc: str, title: str) -> str:
    """A section of a docstring in Google's style."""
    found = re.search(rf"^{title}:\n((?: .*\n|\n)*)", doc + "\n", re.MULTILINE)
    return found[1] if found else ""


class TestDocumentation:
    def test_finds_what_it_is_about(self) -> None:
        assert {"mixdesk.accounts.add", "resolve_session", "Session.replace"} <= set(FUNCTIONS)
        assert len(FUNCTIONS) > 25

    @pytest.mark.parametrize(("name", "function"), FUNCTIONS.items(), ids=FUNCTIONS)
    def test_of_a_function_says_what_it_takes_gives_and_raises(
        self, name: str, function: Callable[..., Any]
    ) -> None:
        doc = inspect.getdoc(function) or ""
        assert re.match(r"[A-Z`].+\.$", doc.partition("\n\n")[0], re.DOTALL), name
        documented = re.findall(r"^ {4}(\w+):", section(doc, "Args"), re.MULTILINE)
        assert documented == arguments(function)
        gives = inspect.signature(function).return_annotation
        if arguments(function) and gives not in (None, "None"):
            assert section(doc, "Returns"), name
        for line in re.findall(r"^ {4}(\S+?):", section(doc, "Raises"), re.MULTILINE):
            known = getattr(exceptions, line, None) or getattr(builtins, line, None)
            assert known is not None, f"{name} raises {line}, which is no error"

    @pytest.mark.parametrize("module", [mp.accounts, mp.targets], ids=["accounts", "targets"])
    def test_of_a_verb_says_what_it_raises(self, module: ModuleType) -> None:
        for verb in module.__all__:
            doc = inspect.getdoc(getattr(module, verb)) or ""
            assert section(doc, "Raises") or "Never raises." in doc, verb

    @pytest.mark.parametrize("name", mp.__all__)
    def test_of_a_name_is_there(self, name: str) -> None:
        value = getattr(mp, name)
        if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
            assert value.__doc__, name
        else:
            assert name in documented_aliases(mp._HOME_OF[name]), name

    def test_of_an_error_names_its_extra_arguments(self) -> None:
        for error in (mp.AccountInUseError, mp.InvalidArgumentError, mp.RegionProbeError):
            extra = [n for n in inspect.signature(error).parameters if n != "code"]
            named = re.findall(r"^ {4}(\w+):", section(inspect.getdoc(error) or "", "Args"), re.M)
            assert set(extra) <= set(named), error


def documented_aliases(module: str) -> set[str]:
    """Names that a module assigns and describes in a string below."""
    tree = ast.parse(Path(str(importlib.import_module(module).__file__)).read_text())
    found = set()
    for node, after in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(node, ast.Assign)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found
