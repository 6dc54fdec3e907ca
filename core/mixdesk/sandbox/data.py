"""The people, organizations and projects of the sandbox. All of it is made up.

Shapes are those of Mixpanel's ``/me`` answer.
"""

from __future__ import annotations

from collections.abc import Iterable
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

_WORKSPACES = (("All Project Data", True, False), ("Console", False, True))
"""What every project has: name, whether it is global, whether it is the default."""

_KNOWN_WORKSPACES = {"3713224": 3448413, "3018488": 3448423}
"""First workspace of the projects that the documentation names."""


def first_workspace(project: str) -> int:
    """The id of the global workspace of a project; the default one's is the next."""
    return _KNOWN_WORKSPACES.get(project, 5_000_000 + 10 * (int(project) % 100_000))


def me_answer(user: User, organizations: Iterable[int]) -> dict[str, Any]:
    """What ``/me`` tells a user.

    Args:
        user: Who asks.
        organizations: Ids of the organizations this user belongs to.

    Returns:
        The answer's results.
    """
    wanted = set(organizations)
    visible = [each for each in ORGANIZATIONS if each.id in wanted]
    projects = {key: _project(org, name) for org in visible for key, name in org.projects}
    return {
        "user_id": user.id,
        "user_email": user.email,
        "user_name": user.name,
        "organizations": {
            str(org.id): {"id": org.id, "name": org.name, "role": "admin"} for org in visible
        },
        "projects": projects,
        "workspaces": {
            str(key): value for project in projects for key, value in _workspaces(project)
        },
    }


def _project(organization: Organization, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "organization_id": organization.id,
        "timezone": organization.timezone,
        "has_workspaces": True,
        "domain": DOMAINS[organization.region],
        "type": "PROJECT",
    }


def _workspaces(project: str) -> list[tuple[int, dict[str, Any]]]:
    first = first_workspace(project)
    return [
        (
            first + index,
            {
                "id": first + index,
                "name": name,
                "project_id": int(project),
                "is_global": is_global,
                "is_default": is_default,
                "is_visible": True,
            },
        )
        for index, (name, is_global, is_default) in enumerate(_WORKSPACES)
    ]
