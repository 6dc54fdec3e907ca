"""Reads the public surface of ``mixpanel_headless`` out of the text of its documentation page.

``python tests/core/public/extract_surface.py PAGE.txt`` writes ``reference_surface.json`` anew.
The same page gives the same bytes. Only facts are taken: names, parameters, what has a default.

The page is a web page rendered to text. A heading is a dotted name with ``¶`` below it; a member
is a bare name, labels such as ``property``, then ``¶``; a signature follows where the page has
room for one. What rendering lost stands in the tables below, and no page can contradict them:
a parameter that a table does not know, or a function without a signature, is an error here.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).with_name("reference_surface.json")

LOST_SIGNATURES = {
    "OAuthBrowserAccount.auth_header": "(*, token_resolver)",
    "OAuthBrowserAccount.is_long_lived": "()",
    "OAuthTokenAccount.auth_header": "(*, token_resolver)",
    "OAuthTokenAccount.is_long_lived": "()",
    "ServiceAccount.auth_header": "(*, token_resolver=None)",
    "ServiceAccount.is_long_lived": "()",
    "Session.auth_header": "(*, token_resolver=None)",
    "Workspace.use": "(*, account=None, project=None, workspace=None, target=None, persist=False)",
    "accounts.list": "()",
    "accounts.login": "(name, *, open_browser=True)",
    "accounts.logout": "(name)",
    "accounts.remove": "(name, *, force=False)",
    "accounts.remove_bridge": "(*, at=None)",
    "accounts.show": "(name=None)",
    "accounts.test": "(name=None)",
    "accounts.token": "(name=None)",
    "accounts.use": "(name)",
    "auth_types.OAuthTokens.from_token_response": "(data)",
    "auth_types.OAuthTokens.is_expired": "()",
    "auth_types.OnDiskTokenResolver.get_browser_token": "(name, region)",
    "auth_types.OnDiskTokenResolver.get_static_token": "(account)",
    "auth_types.TokenResolver.get_browser_token": "(name, region)",
    "auth_types.TokenResolver.get_static_token": "(account)",
    "auth_types.load_bridge": "(path=None)",
    "session.show": "()",
    "targets.add": "(name, *, account, project, workspace=None)",
    "targets.list": "()",
    "targets.remove": "(name)",
    "targets.show": "(name)",
    "targets.use": "(name)",
}
"""Signatures of what the page describes without room for one."""

ONLY_IN_SAMPLES = {
    "Workspace.__init__": (
        "(*, account=None, project=None, workspace=None, target=None, session=None)"
    ),
    "Workspace.events": "()",
    "Workspace.me": "(*, refresh=False, force_refresh=False)",
    "Workspace.projects": "(*, refresh=False)",
    "Workspace.request": "(method, path)",
    "Workspace.segmentation": ("(event, *, from_date, to_date, on=None, unit='day', where=None)"),
    "Workspace.workspaces": "(*, project_id=None, refresh=False)",
    "default_account_name": "(me, existing)",
    "slugify": "(text)",
}
"""Signatures of what the page uses and describes elsewhere."""

LOST_ATTRIBUTES = {
    "AccountSummary": ("name", "region", "type"),
    "AccountTestResult": ("account_name", "ok"),
    "OAuthBrowserAccount": ("name", "region", "default_project?"),
    "OAuthLoginResult": ("account_name",),
    "OAuthTokenAccount": ("name", "region", "default_project?"),
    "ServiceAccount": ("name", "region", "default_project?"),
    "Session": ("project",),
    "Target": ("name",),
    "Workspace": ("account?", "project?", "session?", "workspace?"),
    "auth_types.ActiveSession": ("account?", "workspace?"),
}
"""Fields without a description, which the page therefore leaves out; ``?``: need not be given."""

LOST_NAMES = (
    *("AccountSummary", "AccountTestResult", "ActiveSession", "MeProjectInfo", "MeResponse"),
    *("MeUserInfo", "OAuthLoginResult", "ProgressFactory", "ProjectPicker", "Target"),
    *(
        "auth_types",
        "login_unified",
        "probe_region",
        "MixpanelHeadlessError",
        "AccountNotFoundError",
        "APIError",
    ),
    *("AuthenticationError", "QueryError", "RateLimitError", "ServerError", "WorkspaceScopeError"),
)
"""Names that the page only implies, or that stand on its neighbours."""

PACKAGE = "mixpanel_headless"
LABELS = {"class-attribute", "instance-attribute", "property", "classmethod"}
_FOREIGN_ERRORS = {"ValidationError"}  # pydantic's


@dataclass
class Surface:
    """What is public, by dotted names below the package."""

    modules: set[str] = field(default_factory=set)
    functions: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    classes: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Each class with its attributes, and whether one needs not be given."""
    names: set[str] = field(default_factory=set)

    def as_json(self) -> str:
        """The surface as text, sorted, so that a change of the page is a small change of this."""
        facts: dict[str, Any] = {
            "modules": sorted(self.modules),
            "classes": self.classes,
            "functions": self.functions,
            "names": sorted(self.names),
        }
        return json.dumps(facts, indent=1, sort_keys=True) + "\n"


class Page:
    """Reads a page line by line, knowing what the lines are about."""

    def __init__(self, text: str) -> None:
        self._lines = [line.strip() for line in text.splitlines()]
        self._signatures = LOST_SIGNATURES | ONLY_IN_SAMPLES
        self._owner = ""
        self._member = ""
        self.surface = Surface()

    def read(self) -> Surface:
        """Collect everything."""
        for number, line in enumerate(self._lines):
            if line == "¶":
                self._heading(number)
            elif title := re.match(r"(\w+)\.(\w+)\(\).*¶$", line):
                self._owner = title[1]
                self._function(f"{title[1]}.{title[2]}", number)
            elif line == "| PARAMETER | DESCRIPTION |":
                self._check_parameters(self._rows(number + 2))
            elif line == "| ATTRIBUTE | DESCRIPTION |":
                self.surface.classes[self._owner] |= dict.fromkeys(self._rows(number + 2), False)
        self._add_what_was_lost()
        return self.surface

    def _heading(self, number: int) -> None:
        """What the ``¶`` on this line belongs to."""
        place = number - 1
        labels = set()
        while self._lines[place] in LABELS:
            labels.add(self._lines[place])
            place -= 1
        name = self._lines[place]
        if name.startswith(f"{PACKAGE}."):
            self._definition(name.removeprefix(f"{PACKAGE}."), number)
        elif "property" in labels or "instance-attribute" in labels:
            # What the class assigns a value to has a default.
            self.surface.classes[self._owner][name] = labels != {"instance-attribute"}
        elif name.isidentifier():
            self._function(f"{self._owner}.{name}", number)

    def _definition(self, name: str, number: int) -> None:
        following = next(line for line in self._lines[number + 1 :] if line)
        if following.startswith("Bases:"):
            self._owner = name
            self.surface.classes.setdefault(name, {})
        elif "." in name:
            self._function(name, number)
        else:
            self._owner = name
            self.surface.modules.add(name)

    def _function(self, name: str, number: int) -> None:
        self._member = name
        written = _signature(self._lines, number + 1, name.rpartition(".")[2])
        if written is None:
            written = self._signatures[name]
        self.surface.functions[name] = parameters(written)

    def _rows(self, number: int) -> Iterator[str]:
        """The names in the first column of a table; each row ends with ``TYPE:`` and ``|``."""
        while row := re.match(r"(\w+) ?\|", "".join(self._lines[number : number + 2])):
            yield row[1]
            while self._lines[number : number + 2] != ["TYPE:", "|"]:
                number += 1
            number += 2

    def _check_parameters(self, described: Iterator[str]) -> None:
        known = [each["name"] for each in self.surface.functions[self._member]]
        if list(described) != known:
            raise ValueError(f"{self._member} takes {known}, the page describes others")

    def _add_what_was_lost(self) -> None:
        surface = self.surface
        for name, signature in ONLY_IN_SAMPLES.items():
            surface.functions[name] = parameters(signature)
        for owner, names in LOST_ATTRIBUTES.items():
            known = surface.classes.setdefault(owner, {})
            known.update({name.rstrip("?"): name.endswith("?") for name in names})
        surface.names |= {*LOST_NAMES, *used_names("\n".join(self._lines))}


def _signature(lines: list[str], number: int, name: str) -> str | None:
    """The parameters as written below a heading, if they are."""
    if not lines[number].startswith(f"{name}("):
        return None
    text = ""
    for line in lines[number:]:
        text += line
        if text.count("(") == text.count(")"):
            return text.removeprefix(name).partition(" -> ")[0]
    return None


def parameters(signature: str) -> list[dict[str, str]]:
    """Each parameter of a signature: name, kind and, where there is one, default as written."""
    made = ast.parse(f"def function{signature}: ...").body[0]
    assert isinstance(made, ast.FunctionDef)
    given = made.args
    free = len(given.args) - len(given.defaults)
    pairs = [
        *((each, "positional or keyword", None) for each in given.args[:free]),
        *(
            (each, "positional or keyword", default)
            for each, default in zip(given.args[free:], given.defaults, strict=True)
        ),
        *(
            (each, "keyword-only", default)
            for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        ),
    ]
    return [
        {"name": each.arg, "kind": kind} | ({"default": ast.unparse(default)} if default else {})
        for each, kind, default in pairs
    ]


def used_names(text: str) -> set[str]:
    """Names below the package that samples and sentences use."""
    dotted = set(re.findall(r"\bmp\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)", text))
    for block in re.findall(rf"^from {PACKAGE} import \((.*?)^\)$", text, re.DOTALL | re.MULTILINE):
        dotted |= set(re.findall(r"^(\w+),", block, re.MULTILINE))
    errors = set(re.findall(r"\b[A-Z]\w*Error\b", text)) - _FOREIGN_ERRORS
    return dotted | {error for error in errors if not hasattr(builtins, error)}


def main() -> None:
    """Write the surface of a page."""
    arguments = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    arguments.add_argument("page", type=Path, help="the documentation page as text")
    page = arguments.parse_args().page
    OUTPUT.write_text(Page(page.read_text(encoding="utf-8")).read().as_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
