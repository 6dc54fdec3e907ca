"""Looking at what an account sees: who looks, that it is asked, how old what it saw is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from mixdesk.exceptions import ConfigError, MixdeskError
from mixdesk.model.records import ProjectList, Resolution, WorkspaceList
from mixdesk.ops.viewer import Viewer, current_viewer, will_ask
from mixdesk_cli import words
from mixdesk_cli.call import Call

Command = TypeVar("Command", bound=Callable[..., Any])


def refresh_option(command: Command) -> Command:
    """Give a verb ``--refresh``, as the argument ``refresh``."""
    return click.option(
        "--refresh", is_flag=True, help="Ask Mixpanel, instead of showing what it said last."
    )(command)


def viewer(call: Call) -> tuple[Viewer, Resolution]:
    """Whoever the line and the environment together choose; says so if a flag lost."""
    selection = call.selection()
    found, resolution = current_viewer(
        call.context,
        account=selection.account,
        project=selection.project,
        workspace=selection.workspace,
        target=selection.target,
    )
    account = resolution.account
    if call.line.account is not None and account.source == "env":
        call.console.warn(f"{account.origin} hides --account: this is about {found.entry.name}.")
    return found, resolution


def announce(call: Call, who: Viewer, *, refresh: bool) -> None:
    """Say to somebody who watches that the network is asked, which may take a moment."""
    if sys.stderr.isatty() and will_ask(call.context, who, refresh=refresh):
        call.console.note(f"asking Mixpanel what {who.entry.name} sees …")


def tell_age(call: Call, listing: ProjectList | WorkspaceList) -> None:
    """Say how old an answer is that is not fresh any more."""
    if not listing.is_fresh and listing.asked_at is not None:
        age = words.ago(listing.asked_at, call.context.clock.now())
        call.console.note(f"this is what {listing.account} saw {age}. To ask again: --refresh")


def doubt(call: Call, why: MixdeskError | None) -> None:
    """Say that an id was saved without a look at what there is, and why."""
    if why is not None:
        call.console.warn(
            f"This was saved without a look at what there is: {why.summary}", why.hint
        )


def no_project(listing: ProjectList) -> ConfigError:
    """Build the error for an account that sees nothing to choose from."""
    return ConfigError(
        f"Account {listing.account!r} sees no project.",
        code="PROJECT_NOT_FOUND",
        hint=f"Ask again: mp project list --refresh -a {listing.account}",
    )


def no_workspace(listing: WorkspaceList) -> ConfigError:
    """Build the error for a project without a workspace that the account may see."""
    return ConfigError(
        f"Account {listing.account!r} sees no workspace in project {listing.project}.",
        code="WORKSPACE_NOT_FOUND",
        hint=f"Ask again: mp workspace list --refresh -a {listing.account} -p {listing.project}",
    )
