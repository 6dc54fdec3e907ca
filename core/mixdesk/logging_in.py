"""Logging in and out: the part of ``mp.accounts`` that asks a server, in a room of its own."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mixdesk.exceptions import InvalidArgumentError
from mixdesk.login.events import AskingMe, Event, Failed, MeRead, ProjectNeeded
from mixdesk.login.flow import Outcome
from mixdesk.login.machine import Answers
from mixdesk.login.narration import narrate
from mixdesk.login.request import LoginRequest, detect_kind
from mixdesk.login.runner import interruptible, run
from mixdesk.model.me import MeProjectInfo, MeResponse, MeUserInfo, read_answer
from mixdesk.model.results import (
    AccountSummary,
    LogoutResult,
    OAuthLoginResult,
    usable_summary,
)
from mixdesk.model.rules import AccountType, Region
from mixdesk.model.secret import Secret
from mixdesk.ops.accounts import get_account
from mixdesk.ops.context import Context
from mixdesk.ops.login import log_in, log_out

__all__ = ["ProgressFactory", "ProjectPicker", "login", "login_unified", "logout"]

ProjectPicker = Callable[[MeResponse, list[tuple[str, MeProjectInfo]]], str]
"""Chooses a project: given the answer of ``/me`` and ``(id, project)`` pairs by organization and
name, returns the id of one."""

ProgressFactory = Callable[[str], AbstractContextManager[None]]
"""Makes, from a message, a context manager that is held while ``/me`` is asked."""

_LONGEST_SECRET = 64 << 10
_ASKING = "Asking Mixpanel what you can see …"


def login(
    name: str,
    *,
    open_browser: bool = True,
    on_event: Callable[[Event], None] | None = None,
) -> OAuthLoginResult:
    """Log a browser account in, and make it the active one.

    An account without a home project gets the first one that the login can see.

    Args:
        name: The account.
        open_browser: Whether to start a browser; without, the address is told only. Where none
            can be started, a code for another device is told as well.
        on_event: Is told what happens (:mod:`mixdesk.login.events`); it must not block. By default
            the address and the narration go to stderr.

    Returns:
        Who has logged in, until when, and where the tokens are.

    Raises:
        AccountNotFoundError: There is none of this name.
        ConfigError: It is no browser account, or its block is broken.
        OAuthError: It was denied, took too long, or the server refused; every file is as it was.
        APIError: ``/me`` could not be asked.
        StoreError: The login cannot be stored.
    """
    ctx = Context.from_environment()
    ctx.config.get_account(name)
    request = LoginRequest(
        kind="oauth_browser", name=name, open_browser=open_browser, take_first_project=True
    )
    outcome = _run(ctx, request, on_event, None, None)
    user = None
    if outcome.user_id is not None and outcome.user_email is not None:
        user = MeUserInfo(id=outcome.user_id, email=outcome.user_email)
    ends = outcome.expires_at
    return OAuthLoginResult(
        account_name=outcome.account,
        user=user,
        expires_at=datetime.fromtimestamp(ends, UTC) if ends is not None else None,
        tokens_path=Path(ctx.storage.account(name, "tokens.json").path),
        client_path=Path(ctx.storage.account(name, "client.json").path),
    )


def login_unified(
    *,
    name: str | None = None,
    region: Region | None = None,
    project: str | None = None,
    account_type: AccountType | None = None,
    no_browser: bool = False,
    secret_stdin: bool = False,
    token_env: str | None = None,
    service_account: bool = False,
    project_picker: ProjectPicker | None = None,
    progress: ProgressFactory | None = None,
    on_event: Callable[[Event], None] | None = None,
    device: bool = False,
) -> AccountSummary:
    """Add an account by logging in, or log one in again, and make it the active one.

    How: ``account_type``, else a bearer if ``token_env`` is given, else a service account if
    ``MP_USERNAME`` and ``MP_SECRET`` are set, else a bearer if ``MP_OAUTH_TOKEN`` is, else with a
    browser. Where: ``region``, else us for a browser, else the first of us, eu and in that accepts
    the credential. The project: ``project``, else ``MP_PROJECT_ID``, else the only one, else
    ``project_picker`` decides. The name: ``name``, else from the first organization.

    Nothing is stored before everything is known. An account that logs in again keeps its project,
    region and type.

    Args:
        name: The account, new or known.
        region: ``us``, ``eu`` or ``in``.
        project: A project's id; the login must see it.
        account_type: How to log in.
        no_browser: Do not start a browser; the address is told only.
        secret_stdin: Read the secret of a service account from stdin (at most 64 KiB).
        token_env: The variable that holds the token of a bearer account; its name is stored.
        service_account: The same as ``account_type="service_account"``.
        project_picker: Called with the answer of ``/me`` and ``(id, project)`` pairs by
            organization and name; returns the id of one.
        progress: Makes a context manager from a message; it is held while ``/me`` is asked.
        on_event: Is told what happens (:mod:`mixdesk.login.events`); it must not block. By default
            the address and the narration go to stderr.
        device: Ask for a code to be typed on another device (RFC 8628) at once.

    Returns:
        The account, with user and project as ``/me`` has named them.

    Raises:
        InvalidArgumentError: Arguments that make no sense together.
        ConfigError: A variable is not set, several projects and nobody to choose, or the account
            has another type or region.
        AccountExistsError: The derived name of a browser account is taken.
        ProjectNotFoundError: The login does not see ``project``.
        RegionProbeError: No region accepts the credential.
        OAuthError: It was denied, took too long, or the server refused; every file is as it was.
        APIError: ``/me`` could not be asked.
        StoreError: The login cannot be stored.
    """
    ctx = Context.from_environment()
    if service_account and (token_env is not None or account_type not in (None, "service_account")):
        raise InvalidArgumentError(
            "A service account and another way to log in exclude each other.",
            violation="mutually_exclusive",
            detected_auth_type=account_type or "service_account",
            hint="Give one of them.",
        )
    kind = "service_account" if service_account else account_type
    request = LoginRequest(
        kind=detect_kind(ctx.environ, kind, token_env),
        name=name,
        region=region,
        project=project,
        open_browser=not no_browser,
        device=device,
        token_env=token_env,
    )
    if secret_stdin:
        request = replace(request, secret=_secret_from_stdin(request))
    outcome = _run(ctx, request, on_event, project_picker, progress)
    row = get_account(ctx, outcome.account)
    named = row._replace(user_email=outcome.user_email, project_name=outcome.project_name)
    return usable_summary(named)


def logout(name: str) -> LogoutResult:
    """Log a browser account out: revoke its login (RFC 7009) and remove its tokens here.

    Args:
        name: The account.

    Returns:
        Whether the server has ended the login too; the tokens are gone from here in any case.

    Raises:
        AccountNotFoundError: There is none of this name.
        InvalidArgumentError: It is no browser account.
        ConfigError: Its block is broken.
        StoreError: The tokens cannot be removed.
    """
    ended = log_out(Context.from_environment(), name)
    return LogoutResult(
        account_name=ended.account,
        revoked=ended.had_tokens and ended.error is None,
        error=ended.error.message if ended.error else None,
    )


def _run(
    ctx: Context,
    request: LoginRequest,
    on_event: Callable[[Event], None] | None,
    picker: ProjectPicker | None,
    progress: ProgressFactory | None,
) -> Outcome:
    with ExitStack() as shown:
        tell = on_event or narrate

        def hear(event: Event) -> None:
            if isinstance(event, AskingMe) and progress is not None:
                shown.enter_context(progress(_ASKING))
            elif isinstance(event, MeRead | Failed):
                shown.close()
            tell(event)

        answers = Answers(project=_asking(picker) if picker else None)
        return run(log_in(ctx, request, answers=answers, emit=hear))


def _asking(picker: ProjectPicker) -> Callable[[ProjectNeeded], Awaitable[str]]:
    """A picker, as the flow asks it."""

    async def ask(needed: ProjectNeeded) -> str:
        me = read_answer(needed.answer)
        known = [each.id for each in needed.projects if each.id in me.projects]
        with interruptible():
            return picker(me, [(project, me.projects[project]) for project in known])

    return ask


def _secret_from_stdin(request: LoginRequest) -> Secret:
    """Read a secret: one line or all there is, without the line break at its end.

    Raises:
        InvalidArgumentError: There is none, or it is too long, or the login takes none.
    """
    if request.kind != "service_account":
        raise InvalidArgumentError(
            f"Only a service account has a secret; this is a {request.kind} login.",
            violation="secret_stdin_misuse",
            detected_auth_type=request.kind,
        )
    text, how = "", "is no text"
    with suppress(UnicodeDecodeError):  # which holds what it could not read
        text = sys.stdin.read(_LONGEST_SECRET + 1)
        how = "is longer than 64 KiB" if text.rstrip("\r\n") else "is empty"
    secret = text.rstrip("\r\n")
    if not secret or len(text) > _LONGEST_SECRET:
        raise InvalidArgumentError(
            f"The secret on stdin {how}.",
            violation="secret_stdin",
            hint="Pipe the secret alone: mp login --service-account --secret-stdin < secret.txt",
        )
    return Secret(secret)
