"""Logging in: a request in, events on the way, one outcome.

Browser, device code, service account or token: the ways differ in how a credential is got, and are
one from ``/me`` on. Nothing is stored before everything is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from mixdesk.api.async_transport import AsyncTransport
from mixdesk.api.auth import basic_header, bearer_header
from mixdesk.api.me import ask_me
from mixdesk.exceptions import MixdeskError, StoreError
from mixdesk.login.browser import obtain_tokens
from mixdesk.login.choosing import choose_name, choose_project
from mixdesk.login.events import (
    AskingMe,
    Failed,
    MeRead,
    OtherUser,
    ProjectIgnored,
    RegionTried,
    Saved,
    Started,
)
from mixdesk.login.machine import NOBODY, Answers, Controls, Emit, Machine
from mixdesk.login.publish import publish_tokens
from mixdesk.login.region import find_region
from mixdesk.login.request import LoginRequest, check_request, with_credentials
from mixdesk.model.records import AccountEntry, StatusEntry
from mixdesk.model.rules import Region
from mixdesk.store.clients import ClientEntry
from mixdesk.store.me_cache import make_index, read_index, write_me
from mixdesk.store.me_index import MeIndex
from mixdesk.store.status import write_status
from mixdesk.store.tokens import TokenEntry


class Outcome(NamedTuple):
    """Who has logged in."""

    account: str
    is_new: bool
    region: Region
    user_id: int | None
    user_email: str | None
    project: str | None
    project_name: str | None
    expires_at: float | None
    """When the access token ends, in seconds since the epoch; None when it does not say."""
    answer: Mapping[str, Any]
    """What ``/me`` said."""


class _Proof(NamedTuple):
    """A credential that has been got, and what it opened."""

    authorization: str
    region: Region
    answer: Mapping[str, Any]
    client: ClientEntry | None = None
    tokens: TokenEntry | None = None


async def log_in(
    machine: Machine,
    request: LoginRequest,
    *,
    answers: Answers = NOBODY,
    controls: Controls | None = None,
    emit: Emit,
) -> Outcome:
    """Log in, and make the account the active one.

    Args:
        machine: What the login runs on.
        request: Who, how and where.
        answers: Who chooses a project and a name.
        controls: What the person in front of it does while it waits.
        emit: Is told what happens, ``Saved`` or ``Failed`` at last; nothing after a cancellation.

    Returns:
        Who has logged in.

    Raises:
        MixdeskError: It failed, and every file is as it was.
    """
    try:
        return await _log_in(machine, request, answers, controls or Controls(), emit)
    except MixdeskError as error:
        emit(Failed(error))
        raise


async def _log_in(
    machine: Machine,
    request: LoginRequest,
    answers: Answers,
    controls: Controls,
    emit: Emit,
) -> Outcome:
    known = await asyncio.to_thread(_known_account, machine, request)
    request = replace(request, region=request.region or (known.region if known else None))
    emit(Started(request.kind, request.region, request.name))
    check_request(request, known)
    request = with_credentials(request, machine.environ, known)
    async with machine.transport() as transport:
        proof = await _prove(machine, request, transport, controls, emit)
    index = make_index(proof.answer)
    emit(MeRead(index.user_email, len(index.projects)))
    entry = await _account(machine, request, known, proof, index, answers, emit)
    stored = asyncio.ensure_future(
        asyncio.to_thread(_store, machine, entry, proof, is_new=known is None)
    )
    await _uninterrupted(stored)
    return _finish(entry, proof, index, is_new=known is None, emit=emit)


def _known_account(machine: Machine, request: LoginRequest) -> AccountEntry | None:
    """The account that logs in again, if the request names one."""
    config = machine.config.snapshot()
    if request.name is None or request.name not in config.defined("accounts"):
        return None
    return machine.config.get_account(request.name)


async def _prove(
    machine: Machine,
    request: LoginRequest,
    transport: AsyncTransport,
    controls: Controls,
    emit: Emit,
) -> _Proof:
    """Get the credential and let ``/me`` judge it."""
    if request.kind != "oauth_browser":
        return await _prove_credential(machine, request, transport, emit)
    region = request.region or "us"
    client, tokens = await obtain_tokens(machine, request, region, transport, controls, emit)
    authorization = bearer_header(tokens.access_token)
    emit(AskingMe())
    answer = await ask_me(transport, region, machine.environ, authorization, _headers(machine))
    return _Proof(authorization, region, answer, client, tokens)


async def _prove_credential(
    machine: Machine, request: LoginRequest, transport: AsyncTransport, emit: Emit
) -> _Proof:
    """Find the region of a credential, or ask the one that was named."""
    if request.kind == "service_account" and request.secret is not None:
        authorization = basic_header(request.username or "", request.secret)
    elif request.token is not None:
        authorization = bearer_header(request.token)
    else:
        raise AssertionError("with_credentials has seen to it")
    headers = _headers(machine)
    emit(AskingMe())
    if request.region is not None:
        answer = await ask_me(transport, request.region, machine.environ, authorization, headers)
        return _Proof(authorization, request.region, answer)
    found = await find_region(
        authorization,
        machine.environ,
        headers=headers,
        on_attempt=lambda region, status: emit(RegionTried(region, status)),
    )
    return _Proof(authorization, found.region, found.answer)


async def _account(
    machine: Machine,
    request: LoginRequest,
    known: AccountEntry | None,
    proof: _Proof,
    index: MeIndex,
    answers: Answers,
    emit: Emit,
) -> AccountEntry:
    """The account as it is to be saved."""
    if known is not None:
        return await _again(machine, request, known, proof, index, emit)
    project = await choose_project(
        request, index, proof.region, machine.environ, answers.project, proof.answer, emit
    )
    existing = machine.config.snapshot().defined("accounts")
    name = await choose_name(request, proof.answer, existing, answers.name, emit)
    return _entry(request, name, proof.region, project)


async def _again(
    machine: Machine,
    request: LoginRequest,
    known: AccountEntry,
    proof: _Proof,
    index: MeIndex,
    emit: Emit,
) -> AccountEntry:
    """An account that logs in again keeps its project; one without gets the first if asked."""
    before = read_index(machine.storage.account(known.name, "me.json")).user_email
    if before and index.user_email and before != index.user_email:
        emit(OtherUser(before, index.user_email))
    if request.project is not None and request.project != known.default_project:
        emit(ProjectIgnored(request.project, known.default_project))
    project = known.default_project
    if project is None and request.take_first_project:
        project = await choose_project(
            replace(request, project=None), index, proof.region, {}, None, proof.answer, emit
        )
    return _entry(request, known.name, known.region, project)


def _entry(request: LoginRequest, name: str, region: Region, project: str | None) -> AccountEntry:
    return AccountEntry(
        name=name,
        type=request.kind,
        region=region,
        default_project=project,
        username=request.username,
        secret=request.secret,
        token=None if request.token_env else request.token,
        token_env=request.token_env,
    )


def _store(machine: Machine, entry: AccountEntry, proof: _Proof, *, is_new: bool) -> None:
    """Store everything; what is only a comfort last."""
    if proof.client is not None and proof.tokens is not None:
        publish_tokens(
            machine.config, machine.storage, entry, proof.client, proof.tokens, is_new=is_new
        )
    else:
        machine.config.save_login(entry, is_new=is_new)
    now = machine.clock.now()
    email = make_index(proof.answer).user_email
    with suppress(StoreError):
        write_me(machine.storage.account(entry.name, "me.json"), proof.answer, now)
        status = StatusEntry("ok", now, email)
        write_status(machine.storage.account(entry.name, "status.json"), status)


async def _uninterrupted(work: asyncio.Future[None]) -> None:
    """Wait for what must not be left half done, also when this is cancelled meanwhile."""
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        work.exception()  # nobody is told what the outcome is
        raise


def _finish(
    entry: AccountEntry,
    proof: _Proof,
    index: MeIndex,
    *,
    is_new: bool,
    emit: Emit,
) -> Outcome:
    project = index.projects.get(entry.default_project or "")
    name = project.name if project else None
    expires_at = proof.tokens.expires_at if proof.tokens else None
    emit(Saved(entry.name, is_new, index.user_email, entry.default_project, name, expires_at))
    return Outcome(
        account=entry.name,
        is_new=is_new,
        region=entry.region,
        user_id=index.user_id,
        user_email=index.user_email,
        project=entry.default_project,
        project_name=name,
        expires_at=expires_at,
        answer=proof.answer,
    )


def _headers(machine: Machine) -> Mapping[str, str]:
    header = machine.config.snapshot().custom_header
    return dict([header]) if header else {}
