"""The people, organizations and projects of the sandbox. All of it is made up.

Shapes are those of Mixpanel's ``/me`` answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mixdesk.model.rules import Region


@dataclass(frozen=True, slots=True)
class Organization:
    """A customer of the sandbox: its projects all live in one region and time zone."""

    id: int
    name: str
    region: Region
    timezone: str
    projects: tuple[tuple[str, str], ...]
    """Id and name of each."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account."""

    id: int
    name: str
    email: str


ANA = User(4711, "Ana Example", "ana@acme.example")
NOOR = User(4713, "Noor Example", "noor@acme.example")
SAM = User(4714, "Sam Example", "sam@guest.example")
ROBOT = User(4712, "Acme Robot", "robot@acme.example")

DOMAINS: dict[Region, str] = {
    "us": "mixpanel.com",
    "eu": "eu.mixpanel.com",
    "in": "in.mixpanel.com",
}

ORGANIZATIONS = (
    Organization(
        100,
        "Acme Inc.",
        "us",
        "US/Pacific",
        (
            ("3713224", "AI Demo"),
            ("3018488", "E-Commerce"),
            ("3713225", "Production"),
            ("3713226", "Staging"),
            ("3713227", "Mobile App (iOS)"),
            ("3713228", "Mobile App (Android)"),
            ("3713229", "Marketing Site"),
            ("3713230", "Checkout"),
            ("3713231", "Loyalty"),
            ("3713232", "Help Center"),
            ("3713233", "Coyote Labs"),
            ("3713234", "Rocket Skates"),
            ("3713235", "Anvil Configurator"),
            ("3713236", "Partner Portal"),
            ("3713237", "Data Warehouse Sync"),
            ("3713238", "Playground"),
        ),
    ),
    Organization(
        200,
        "Acme Europe GmbH",
        "eu",
        "Europe/Berlin",
        (
            ("998812", "EU Production"),
            ("998813", "EU Staging"),
            ("998814", "Webshop München"),
            ("998815", "Webshop Kraków"),
            ("998816", "Boutique Orléans"),
            ("998817", "Tienda Málaga"),
            ("998818", "App Ελλάδα"),
            ("998819", "Newsletter"),
            ("998820", "Consent Banner"),
            ("998821", "Warehouse Rotterdam"),
        ),
    ),
    Organization(
        300,
        "Acme India Pvt. Ltd.",
        "in",
        "Asia/Kolkata",
        (
            ("2200101", "IN Production"),
            ("2200102", "IN Staging"),
            ("2200103", "Delivery मुंबई"),
            ("2200104", "Rider App"),
            ("2200105", "Merchant App"),
            ("2200106", "Payments"),
            ("2200107", "Experiments 実験"),
            ("2200108", "Growth 🚀"),
        ),
    ),
)

FIRST_HOSTILE = 9_000_000
"""Projects from here on are there for their names (see ``names.py``)."""

FIRST_GENERATED = 10_000_000
"""Projects from here on were made up by counting, for worlds of any size (see ``world.py``)."""

_View = tuple[str, bool, bool, bool]
"""A workspace: name, whether it is global, whether it is the default, whether it is shown."""

_VIEWS: tuple[_View, ...] = (
    ("All Project Data", True, False, True),
    ("Console", False, True, True),
)
"""What a project has that somebody thought about."""

_ONE_VIEW: tuple[_View, ...] = (("All Project Data", True, True, True),)
_MANY_VIEWS: tuple[_View, ...] = (
    *_VIEWS,
    ("Customers only", False, False, True),
    ("Do not use", False, False, False),
)

_KNOWN_WORKSPACES = {"3713224": 3448413, "3018488": 3448423}
"""First workspace of the projects that the documentation names."""


def first_workspace(project: str) -> int:
    """The id of the global workspace of a project; the default one's is the next."""
    number = int(project)
    if number >= FIRST_HOSTILE:
        return 100_000_000 + 10 * number
    return _KNOWN_WORKSPACES.get(project, 5_000_000 + 10 * (number % 100_000))


def me_answer(
    user: User,
    organizations: Iterable[int],
    there_are: Sequence[Organization] = ORGANIZATIONS,
) -> dict[str, Any]:
    """What ``/me`` tells a user.

    Args:
        user: Who asks.
        organizations: Ids of the organizations this user belongs to.
        there_are: The organizations of this world.

    Returns:
        The answer's results.
    """
    wanted = set(organizations)
    visible = [each for each in there_are if each.id in wanted]
    views = {key: workspaces_of(key, name) for org in visible for key, name in org.projects}
    return {
        "user_id": user.id,
        "user_email": user.email,
        "user_name": user.name,
        "organizations": {
            str(org.id): {"id": org.id, "name": org.name, "role": "admin"} for org in visible
        },
        "projects": {
            key: _project(org, name, views[key]) for org in visible for key, name in org.projects
        },
        "workspaces": {str(view["id"]): view for each in views.values() for view in each},
    }


def workspaces_of(project: str, name: str) -> list[dict[str, Any]]:
    """The workspaces of a project, as Mixpanel describes them.

    Args:
        project: The project's id.
        name: The project's name, which the workspace of a hostile one bears too.
    """
    first = first_workspace(project)
    return [
        {
            "id": first + index,
            "name": view,
            "project_id": int(project),
            "is_global": is_global,
            "is_default": is_default,
            "is_visible": is_visible,
        }
        for index, (view, is_global, is_default, is_visible) in enumerate(_views(project, name))
    ]


def _views(project: str, name: str) -> tuple[_View, ...]:
    number = int(project)
    if number < FIRST_HOSTILE:
        return _VIEWS
    if number < FIRST_GENERATED:
        return ((name, True, True, True),)
    if number % 11 == 0:
        return ()
    return _MANY_VIEWS if number % 5 == 0 else _ONE_VIEW


def _project(
    organization: Organization, name: str, workspaces: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "name": name,
        "organization_id": organization.id,
        "timezone": organization.timezone,
        "has_workspaces": bool(workspaces),
        "domain": DOMAINS[organization.region],
        "type": "PROJECT",
    }
