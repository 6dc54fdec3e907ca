"""``mp.Workspace``: a session to call Mixpanel with, and to switch while you work."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from mixdesk.api.auth import Credential
from mixdesk.api.client import Client
from mixdesk.api.me import fetch_me
from mixdesk.api.query import fetch_event_names, fetch_segmentation
from mixdesk.api.transport import Transport
from mixdesk.exceptions import ConfigError, StoreError
from mixdesk.model.account import Account, account_from_entry, entry_from_account
from mixdesk.model.me import MeResponse, read_answer
from mixdesk.model.query import SegmentationResult
from mixdesk.model.records import AccountEntry, WorkspaceEntry
from mixdesk.model.rules import is_project
from mixdesk.model.session import Project, Session, WorkspaceRef
from mixdesk.model.text import clean
from mixdesk.ops import me as ops_me
from mixdesk.ops import workspaces as ops_workspaces
from mixdesk.ops.context import Context
from mixdesk.ops.credentials import credential_for
from mixdesk.resolve.environment import read_environment
from mixdesk.resolve.resolver import no_project
from mixdesk.resolve.session import resolve_session
from mixdesk.store.bridge import BridgeEntry, find_bridge, place_at, read_bridge
from mixdesk.store.guards import refuse_bad_ids, sound_account
from mixdesk.store.me_cache import is_fresh

if TYPE_CHECKING:
    import httpx

__all__ = ["Workspace"]


class _Owner(NamedTuple):
    """Whose answers these are. Two accounts may share a name and all else that the file says."""

    entry: AccountEntry
    bridge_path: str | None


class _Known(NamedTuple):
    """What ``/me`` said last, and the same as the documented model."""

    answer: dict[str, Any]
    model: MeResponse


class _Bound(NamedTuple):
    """What a switch replaces, all of it at once. A call looks at it once, at its beginning."""

    session: Session
    entry: AccountEntry
    credential: Credential

    @property
    def owner(self) -> _Owner:
        return _Owner(_without_home(self.entry), self.session.bridge_path)

    @property
    def scope(self) -> dict[str, str]:
        """What tells a query what it is about."""
        scope = {"project_id": self.session.project.id}
        if self.session.workspace is not None:
            scope["workspace_id"] = str(self.session.workspace.id)
        return scope


class Workspace:
    """Calls Mixpanel as one account, about one project, perhaps in one workspace.

    Which ones is resolved when it is made: the environment first, then the arguments, the target,
    the bridge, the saved choice. ``use`` switches; every call goes through one ``httpx.Client``,
    which stays the same. Share one between threads only for calls, not for switches: give each
    its own, ``Workspace(session=ws.session.replace(…))``.

    Args:
        account: Name of an account.
        project: A project's id, a string of digits.
        workspace: A workspace's id.
        target: Name of a target; excludes the other three.
        session: A session to take as it is, instead of resolving one; excludes the other four.

    Raises:
        ConfigError: There is no account or no project (the text lists every way to mend it), a
            variable has a bad value, or a broken account or target was named.
        AccountNotFoundError: ``account`` names none.
        TargetNotFoundError: ``target`` names none.
        InvalidArgumentError: ``project`` or ``workspace`` is none.
        StoreError: A file cannot be read.
        ValueError: Arguments that exclude each other.
    """

    def __init__(
        self,
        *,
        account: str | None = None,
        project: str | None = None,
        workspace: int | None = None,
        target: str | None = None,
        session: Session | None = None,
    ) -> None:
        self._ctx = Context.from_environment()
        self._transport: Transport | None = None
        self._connecting = threading.Lock()
        self._is_closed = False
        self._known: dict[_Owner, _Known] = {}
        self._chosen: dict[tuple[_Owner, str], WorkspaceRef] = {}
        axes = (account, project, workspace, target)
        if session is None:
            self._bound = self._resolve(*axes)
        elif axes == (None, None, None, None):
            self._bound = self._bind(session)
        else:
            raise ValueError("session= excludes account=, project=, workspace= and target=")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection. The session stays; calls raise ``RuntimeError`` from now on."""
        with self._connecting:
            self._is_closed = True
            if self._transport is not None:
                self._transport.close()

    @property
    def account(self) -> Account:
        """Who calls."""
        return self._bound.session.account

    @property
    def project(self) -> Project:
        """What is called about."""
        return self._bound.session.project

    @property
    def workspace(self) -> WorkspaceRef | None:
        """The data view that is pinned; None leaves it to the first call that needs one."""
        return self._bound.session.workspace

    @property
    def session(self) -> Session:
        """All of it, frozen."""
        return self._bound.session

    @property
    def http(self) -> httpx.Client:
        """What every call goes through: the same object before and after any switch."""
        return self._connection.client

    def use(
        self,
        *,
        account: str | None = None,
        project: str | None = None,
        workspace: int | None = None,
        target: str | None = None,
        persist: bool = False,
    ) -> Self:
        """Switch, all or nothing, and return this workspace.

        With ``account=`` the named account beats one from the environment; its project is
        ``MP_PROJECT_ID``, else ``project=``, else its home project, never that of the account
        before; its workspace is ``MP_WORKSPACE_ID``, else ``workspace=``, else none. ``project=``
        or ``workspace=`` alone beat the environment; a new project leaves the old one's workspace
        behind. ``target=`` is resolved as when a workspace is made. Headers stay.

        Args:
            account: Name of an account.
            project: A project's id.
            workspace: A workspace's id.
            target: Name of a target; excludes the other three.
            persist: Save it as well: account and workspace as the active ones, the project as the
                account's home project.

        Returns:
            This workspace, for chaining.

        Raises:
            AccountNotFoundError: ``account`` names none, or ``persist`` is asked for an account
                that is not in the file.
            TargetNotFoundError: ``target`` names none.
            InvalidArgumentError: ``project`` or ``workspace`` is none.
            ConfigError: The account has no project, a variable has a bad value, what is named is
                broken, or ``persist`` is asked for another account than the file's of that name.
            OAuthError: The account has no token, or it has ended and cannot be renewed.
            StoreError: A file cannot be read or, with ``persist``, changed.
            ValueError: ``target`` together with another axis.
        """
        if target is not None:
            bound = self._resolve(account, project, workspace, target)
            headers = self._bound.session.headers
            if bound.session.headers != headers:
                bound = bound._replace(session=bound.session.replace(headers=headers))
            bound.credential.header()
        elif account is not None:
            bound = self._switched(account, project, workspace)
            bound.credential.header()
        else:
            bound = self._moved(project, workspace)
        if persist:
            self._save(bound)
        self._bound = bound
        return self

    def me(self, *, refresh: bool = False, force_refresh: bool = False) -> MeResponse:
        """Who the account is, and all it can see; asked once in 24 hours.

        Args:
            refresh: Ask even though there is a fresh answer.
            force_refresh: The same, under the name ``mixpanel_headless`` has for it.

        Returns:
            The answer of ``/me``, as it came.

        Raises:
            OAuthError: The account has no token, or it has ended and cannot be renewed.
            AuthenticationError: The credentials are not accepted, or may not ask this.
            APIError: Mixpanel refused, failed, or cannot be reached.
        """
        return self._me(self._bound, refresh=refresh or force_refresh).model

    def projects(self, *, refresh: bool = False) -> list[Project]:
        """The projects that the account can see.

        Args:
            refresh: Ask even though there is a fresh answer.

        Returns:
            Projects, by name; names are clean to show.

        Raises:
            APIError: As :meth:`me`.
            OAuthError: As :meth:`me`.
        """
        found = self.me(refresh=refresh).projects.items()
        projects = [
            Project(
                id=key,
                name=clean(info.name),
                organization_id=info.organization_id,
                timezone=clean(info.timezone) if info.timezone else None,
            )
            for key, info in found
            if is_project(key)
        ]
        return sorted(projects, key=lambda each: ((each.name or "").casefold(), each.id))

    def workspaces(
        self, *, project_id: str | None = None, refresh: bool = False
    ) -> list[WorkspaceRef]:
        """The workspaces of a project that the account can see.

        Args:
            project_id: The project; None means the current one.
            refresh: Ask even though there is a fresh answer.

        Returns:
            Workspaces, by name; names are clean to show.

        Raises:
            InvalidArgumentError: ``project_id`` is none.
            APIError: As :meth:`me`.
            OAuthError: As :meth:`me`.
        """
        bound = self._bound
        project = bound.session.project.id if project_id is None else project_id
        refuse_bad_ids(project, None)
        answer = self._me(bound, refresh=refresh).answer
        found = ops_workspaces.visible_workspaces(answer, project)
        if not found:
            found = ops_workspaces.public_workspaces(self._client(bound), project)
        return [_ref(each) for each in sorted(found, key=lambda each: each.name.casefold())]

    def resolve_workspace(self) -> WorkspaceRef:
        """The workspace that workspace-scoped calls run with.

        The pinned one; else, chosen once for each account and project, the project's global view,
        the one named "All Project Data", the default, the first that is not hidden, or the first,
        from the last ``/me``, or from the project's public workspaces.

        Returns:
            The workspace. The session stays as it is.

        Raises:
            WorkspaceScopeError: The project has none, or none that the account may see.
            APIError: Mixpanel failed or cannot be reached.
            OAuthError: As :meth:`me`.
        """
        return self._workspace_of(self._bound)

    def events(
        self,
        *,
        limit: int | None = None,
        from_date: str | None = None,
        to_date: str | None = None,
    ) -> list[str]:
        """The names of the events that happened in the project, in its pinned workspace if any.

        Args:
            limit: How many at the most; None for all there can be (5,000).
            from_date: First day, ``YYYY-MM-DD``; None for as far back as the project keeps.
            to_date: Last day, ``YYYY-MM-DD``; None for today.

        Returns:
            Names, in alphabetical order.

        Raises:
            APIError: Mixpanel refused, failed, or cannot be reached.
            OAuthError: As :meth:`me`.
        """
        bound = self._bound
        names = fetch_event_names(
            self._client(bound),
            bound.scope,
            limit=limit,
            from_date=from_date,
            to_date=to_date,
            now=self._ctx.clock.now(),
        )
        return sorted(names)

    def segmentation(
        self,
        event: str,
        *,
        from_date: str,
        to_date: str,
        on: str | None = None,
        unit: Literal["day", "week", "month"] = "day",
        where: str | None = None,
    ) -> SegmentationResult:
        """How often an event happened, in the pinned workspace if any.

        Args:
            event: The event.
            from_date: First day, ``YYYY-MM-DD``.
            to_date: Last day, ``YYYY-MM-DD``.
            on: A property to segment by.
            unit: How long each point of the series is.
            where: An expression that events must fulfil.

        Returns:
            Counts by date, by segment, and their sum.

        Raises:
            QueryError: Mixpanel refused the question.
            APIError: It failed, or cannot be reached.
            OAuthError: As :meth:`me`.
        """
        params = {"event": event, "from_date": from_date, "to_date": to_date, "unit": unit}
        params |= {key: value for key, value in (("on", on), ("where", where)) if value}
        bound = self._bound
        series = fetch_segmentation(self._client(bound), bound.scope, params)
        return SegmentationResult(
            event=event,
            from_date=from_date,
            to_date=to_date,
            unit=unit,
            segment_property=on,
            total=sum(sum(counts.values()) for counts in series.values()),
            series=series,
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,
        form_body: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Call any endpoint of Mixpanel's API in the account's region.

        Args:
            method: The HTTP method.
            path: Such as ``/api/app/projects/{project_id}/dashboards``, or a whole address of this
                region's API. ``{project_id}`` and ``{workspace_id}`` stand for the session's; a
                workspace is chosen if none is pinned.
            params: The query, besides what ``path`` has of one; nothing else is added to it.
            json_body: A body to send as JSON.
            form_body: A body to send as a form; excludes ``json_body``.
            headers: Further headers; ``Authorization`` is always the account's, ``Host`` the
                address's.

        Returns:
            The decoded answer; None when it has no body.

        Raises:
            InvalidArgumentError: ``path`` leads elsewhere, or ``method`` or a header is none.
            WorkspaceScopeError: It needs a workspace and there is none.
            APIError: Mixpanel refused, failed, or cannot be reached.
            OAuthError: As :meth:`me`.
            ValueError: ``json_body`` and ``form_body`` together.
        """
        if json_body is not None and form_body is not None:
            raise ValueError("json_body= and form_body= exclude each other")
        bound = self._bound
        client = self._client(bound)
        path = path.replace("{project_id}", bound.session.project.id)
        client.address(path)  # what leads elsewhere asks nobody for a workspace first
        if "{workspace_id}" in path:
            path = path.replace("{workspace_id}", str(self._workspace_of(bound).id))
        url = client.address(path)
        what = clean(path.partition("?")[0], 80)
        answer = client.send(
            method, url, what=what, params=params, headers=headers, json=json_body, form=form_body
        )
        return answer.json(what) if answer.content else None

    @property
    def _connection(self) -> Transport:
        with self._connecting:
            if self._is_closed:
                raise RuntimeError("this Workspace is closed")
            if self._transport is None:
                self._transport = Transport(clock=self._ctx.clock)
                weakref.finalize(self, self._transport.close)  # for those who forget to
            return self._transport

    def _client(self, bound: _Bound) -> Client:
        session, entry, credential = bound
        return Client(
            self._connection, entry.region, self._ctx.environ, credential, session.headers
        )

    def _me(self, bound: _Bound, *, refresh: bool = False) -> _Known:
        """What ``/me`` says, from here or from the account's cache while it is fresh."""
        owner, ctx = bound.owner, self._ctx
        known, now = self._known.get(owner), ctx.clock.now()
        if known is not None and not refresh and is_fresh(known.answer.get("cached_at"), now):
            return known
        client = self._client(bound)
        saved = self._saved(bound)
        if saved is not None:
            answer = ops_me.load_me(ctx, saved, client, refresh=refresh)
        else:
            answer = {**fetch_me(client), "cached_at": ctx.clock.now()}
        known = self._known[owner] = _Known(answer, read_answer(answer))
        for key in [key for key in list(self._chosen) if key[0] == owner]:
            self._chosen.pop(key, None)
        return known

    def _workspace_of(self, bound: _Bound) -> WorkspaceRef:
        """The pinned workspace, or the one that is chosen once for an account and a project."""
        session, entry, _ = bound
        if session.workspace is not None:
            return session.workspace
        key = (bound.owner, session.project.id)
        chosen = self._chosen.get(key)
        if chosen is None:
            known = self._known.get(bound.owner)
            found = ops_workspaces.find_workspace(
                self._ctx,
                entry,
                self._client(bound),
                session.project.id,
                known.answer if known else None,
                is_saved=self._saved(bound) is not None,
            )
            chosen = self._chosen[key] = _ref(found)
        return chosen

    def _saved(self, bound: _Bound) -> AccountEntry | None:
        """The account as the file has it by now; None when what the file has is another one."""
        if bound.session.bridge_path is not None:
            return None
        try:
            saved = self._ctx.config.snapshot().accounts.get(bound.entry.name)
        except StoreError:
            return None
        return saved if _is_same(saved, bound.entry) else None

    def _resolve(
        self,
        account: str | None,
        project: str | None,
        workspace: int | None,
        target: str | None,
    ) -> _Bound:
        ctx = self._ctx
        bridge = find_bridge(ctx.environ, ctx.directory)
        session = resolve_session(
            ctx.environ,
            ctx.config.snapshot(),
            bridge,
            account=account,
            project=project,
            workspace=workspace,
            target=target,
        )
        return self._bind(session, bridge)

    def _bind(self, session: Session, bridge: BridgeEntry | None = None) -> _Bound:
        """Add to a session what its calls need."""
        entry = entry_from_account(session.account)
        if session.bridge_path is None or entry.type != "oauth_browser":
            bridge = None  # whatever else came from one has its credential with it
        elif bridge is None:
            bridge = self._bridge_of(entry, session.bridge_path)
        return _Bound(session, entry, credential_for(self._ctx, entry, bridge))

    def _bridge_of(self, entry: AccountEntry, path: str) -> BridgeEntry:
        """The bridge that an account came from, while it still carries that account."""
        bridge = read_bridge(place_at(path, self._ctx.environ))
        if bridge is not None and _is_same(bridge.account, entry):
            return bridge
        happened = "is gone" if bridge is None else "carries another account by now"
        raise ConfigError(
            f"The bridge {path}, which account {entry.name!r} came from, {happened}.",
            hint="Export it again on the machine it came from: mp account export-bridge",
            details={"account": entry.name, "path": path},
        )

    def _switched(self, account: str, project: str | None, workspace: int | None) -> _Bound:
        """Another account, with a project and workspace of its own."""
        refuse_bad_ids(project, workspace)
        entry = sound_account(self._ctx.config.snapshot(), account)
        env = read_environment(self._ctx.environ)
        chosen = env.project or project or entry.default_project
        if chosen is None:
            raise no_project(entry.name)
        pinned = env.workspace if env.workspace is not None else workspace
        session = Session(
            account=account_from_entry(entry),
            project=Project(id=chosen),
            workspace=WorkspaceRef(id=pinned) if pinned is not None else None,
            headers=self._bound.session.headers,
        )
        return _Bound(session, entry, credential_for(self._ctx, entry))

    def _moved(self, project: str | None, workspace: int | None) -> _Bound:
        """The same account elsewhere."""
        refuse_bad_ids(project, workspace)
        bound = self._bound
        old = bound.session
        pinned = None if project is not None else old.workspace
        session = Session(
            account=old.account,
            project=old.project if project is None else Project(id=project),
            workspace=pinned if workspace is None else WorkspaceRef(id=workspace),
            headers=old.headers,
            bridge_path=old.bridge_path,
        )
        return _Bound(session, bound.entry, bound.credential)

    def _save(self, bound: _Bound) -> None:
        """Make a session the one that the next program starts with, in one transaction."""
        session, entry, _ = bound
        config = self._ctx.config
        saved = config.snapshot().accounts.get(entry.name)
        is_own = session.bridge_path is None and _is_same(saved, entry)
        if saved is not None and not is_own:
            raise ConfigError(
                f"Account {entry.name!r} of this session is not the one of that name in "
                f"{config.path}, so it is not saved.",
                hint="Switch without persist, or to an account of the file: use(account=NAME).",
                details={"account": entry.name, "path": str(config.path)},
            )
        pinned = session.workspace
        config.apply_session(
            account=entry.name,
            project=session.project.id,
            workspace=pinned.id if pinned else None,
            clear_workspace=pinned is None,
        )


def _ref(entry: WorkspaceEntry) -> WorkspaceRef:
    return WorkspaceRef(
        id=entry.id, name=entry.name, is_default=entry.is_default, project_id=entry.project
    )


def _without_home(entry: AccountEntry) -> AccountEntry:
    """The account itself: it stays the same one whatever its home project is."""
    return entry._replace(default_project=None)


def _is_same(one: AccountEntry | None, other: AccountEntry) -> bool:
    return one is not None and _without_home(one) == _without_home(other)
