"""What Projects offers."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings
from mixdesk_tui.commands.lists import ClearFilter, StartFilter


class Projects(Command):
    """Heading of the commands of Projects."""

    section = "Projects"
    label = ""
    tip = ""


class UseProject(Projects):
    """Work there."""

    key = "enter"
    label = "use"
    tip = "Make the highlighted project current, with the workspace if one is highlighted"
    twin = "mp project use PROJECT"


class ToWorkspaces(Projects):
    """Which part of it?"""

    key = "tab,right"
    label = "workspaces"
    tip = "To the workspaces of the highlighted project"
    is_view = True
    in_palette = False


class ToProjects(Projects):
    """Another one."""

    key = "escape,left,shift+tab"
    label = "projects"
    tip = "Back to the projects"
    is_view = True
    in_palette = False


class ToggleFavourite(Projects):
    """Found without looking for it."""

    key = "f"
    label = "favourite"
    tip = "Put the highlighted project among the favourites, or take it away"
    is_view = True


class RefreshProjects(Projects):
    """Is that still so?"""

    key = "r"
    label = "refresh"
    tip = "Ask Mixpanel again what the account sees"
    twin = "mp project list --refresh"


class OpenProject(Projects):
    """With one's own eyes."""

    key = "o"
    label = "open"
    tip = "Open the highlighted project in the browser"
    twin = "mp open PROJECT"


class CancelRefresh(Projects):
    """Enough."""

    key = "escape"
    label = "cancel"
    tip = "Stop asking Mixpanel"
    at_right = True
    is_view = True
    in_palette = False


PROJECTS = bindings(
    CancelRefresh,
    UseProject,
    ToWorkspaces,
    ToProjects,
    ToggleFavourite,
    RefreshProjects,
    OpenProject,
    StartFilter,
    ClearFilter,
)
