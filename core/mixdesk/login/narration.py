"""The listener of a login that nobody else listens to: plain lines on stderr."""

from __future__ import annotations

import sys

from mixdesk.login.events import (
    BrowserOpened,
    CodeFailed,
    CodeReady,
    Event,
    MeRead,
    NoBrowser,
    OtherUser,
    PasteRefused,
    ProjectHidden,
    ProjectIgnored,
    RegionTried,
    Saved,
    UrlReady,
)


def narrate(event: Event) -> None:
    """Say on stderr what somebody in front of a terminal has to know."""
    for line in _to_do(event) or _to_know(event):
        sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _to_do(event: Event) -> list[str]:
    """What somebody has to do now."""
    match event:
        case UrlReady(url):
            return ["To log in, open this address in a browser:", f"  {url}"]
        case BrowserOpened():
            return ["A browser has been opened with it."]
        case NoBrowser(reason):
            return [f"No browser was opened here: {reason}."]
        case CodeReady(user_code, url, _, seconds_left):
            minutes = max(1, round(seconds_left / 60))
            return [f"Or on any device, within {minutes} min: {url}", f"  and type {user_code}"]
        case CodeFailed(error) | PasteRefused(error):
            return [error.message]
        case _:
            return []


def _to_know(event: Event) -> list[str]:
    """What has happened, as far as it matters to anybody."""
    match event:
        case RegionTried(region, status):
            return [f"{region}: {_ANSWERS.get(status, f'no ({status})')}"]
        case MeRead(user_email, projects):
            return [f"Logged in as {user_email or 'somebody'}, who sees {projects} projects."]
        case OtherUser(before, now):
            return [f"Note: this account was {before} until now, and is {now} from now on."]
        case ProjectHidden(project):
            return [f"Note: {hidden_project(project)}"]
        case ProjectIgnored(project, kept):
            where = f"To work in {project}: mp project use {project}"
            return [f"Note: logging in again keeps the project {kept or '(none)'}. {where}"]
        case Saved(account, _, _, project, project_name, _):
            where = f" · {project_name or project}" if project else ""
            return [f"{account}{where} is active."]
        case _:
            return []


def hidden_project(project: str) -> str:
    """Why a project that is chosen now will not apply yet."""
    return (
        f"MP_PROJECT_ID is {project}, which this login cannot see; it hides the project you "
        "choose until you unset it."
    )


_ANSWERS = {200: "yes", 0: "no answer"}
