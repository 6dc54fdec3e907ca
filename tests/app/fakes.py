"""A made-up world for the app: overviews from a few words, services that remember."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from mixdesk.api.stopping import Stop
from mixdesk.exceptions import MixdeskError
from mixdesk.login.events import Event, Failed, NameNeeded, ProjectNeeded, Saved, Started
from mixdesk.login.machine import Answers, Controls, Emit
from mixdesk.login.request import LoginRequest
from mixdesk.model.records import (
    AccountEntry,
    AccountRow,
    AccountTest,
    Activity,
    Axis,
    Overview,
    Problem,
    ProjectEntry,
    ProjectList,
    ProjectRow,
    Resolution,
    SessionView,
    Shadowed,
    TargetRow,
    WorkspaceEntry,
)
from mixdesk.model.secret import Secret
from mixdesk.ops.bridge import BridgeExport
from mixdesk.ops.login import LoggedOut
from mixdesk.ops.saving import SavedPlace
from mixdesk.ops.undo import Undone
from mixdesk.store import recording
from mixdesk.store.changes import Change, Edited
from mixdesk.store.files import Place
from mixdesk.store.preferences import Preferences
from mixdesk_tui import themes
from mixdesk_tui.app import MixdeskApp
from mixdesk_tui.asking import Picked
from mixdesk_tui.clipboard import Landed, fingerprint
from mixdesk_tui.drafts import BridgeDraft
from mixdesk_tui.keys.keymap import AS_MADE, Keymap
from mixdesk_tui.opening import Opened
from mixdesk_tui.services import Services

NOW = 1_790_000_000.0
"""2026-09-21 13:33:20 UTC."""

VERBS = {
    "use_account": "account.use",
    "remove_account": "account.remove",
    "use_target": "target.use",
    "remove_target": "target.remove",
    "use_project": "session.use",
}
"""What the activity log calls a change."""

CONFIG = "/home/ana/.mp/config.toml"


def account(name: str, **given: Any) -> AccountRow:
    """An account row: a service account in the United States unless said otherwise."""
    row = AccountRow(name=name, type="service_account", region="us", username=f"{name}.sa")
    return row._replace(**given)


def browser(name: str, minutes: float = 42, **given: Any) -> AccountRow:
    """An account that logged in with a browser, whose token has some minutes left."""
    row = account(name, type="oauth_browser", username=None, has_tokens=True, can_refresh=True)
    return row._replace(token_expires_at=NOW + minutes * 60, **given)


def bearer(name: str, variable: str, *, is_set: bool, **given: Any) -> AccountRow:
    """An account that takes its token from a variable."""
    row = account(name, type="oauth_token", username=None, token_env=variable)
    return row._replace(token_env_set=is_set, **given)


def target(name: str, account: str = "acme-corp", **given: Any) -> TargetRow:
    """A target row that points to a browser account in the United States."""
    row = TargetRow(name, account, "3713224", account_type="oauth_browser", region="us")
    return row._replace(**given)


def problem(section: tuple[str, ...], summary: str, **given: Any) -> Problem:
    """A problem in the config file."""
    found = Problem("schema", "unknown_key", section, None, summary, "Mend it.", CONFIG, 12)
    return found._replace(**given)


def gone(name: str, account: str) -> Problem:
    """A target whose account does not exist."""
    summary = f"Target {name!r} points to account {account!r}, which is gone."
    hint = f"Add account {account!r} again, or change or remove the target."
    section = ("targets", name)
    return Problem("reference", "dangling", section, "account", summary, hint, CONFIG, 30)


def axis(value: object, source: Any = "active", origin: str = "", **given: Any) -> Axis:
    """An axis of a resolution."""
    return Axis(value, source if value is not None else "unset", origin)._replace(**given)


def session(**given: Any) -> SessionView:
    """Ana at Acme, with all names known and 42 minutes of token left."""
    resolution = Resolution(
        account=axis("acme-corp"),
        project=axis("3713224", "account_default"),
        workspace=axis(3448413),
        headers=axis({"X-Mixpanel-Cluster": "internal-1"}, "settings"),
        entry=AccountEntry("acme-corp", "oauth_browser", "us"),
    )
    view = SessionView(
        resolution=resolution,
        region="us",
        account_type="oauth_browser",
        user_email="ana@acme.example",
        user_at=NOW - 3 * 3600,
        project_name="AI Demo",
        organization="Acme Inc.",
        timezone="US/Pacific",
        workspace_name="All Project Data",
        token_expires_at=NOW + 42 * 60,
        can_refresh=True,
        has_tokens=True,
    )
    return view._replace(**given)


def nobody() -> SessionView:
    """The session of an empty machine."""
    nothing = axis(None)
    return SessionView(Resolution(nothing, nothing, nothing, axis({}, "unset"), None))


def hidden_project() -> SessionView:
    """A session whose project comes from a variable that hides the saved one."""
    view = session(project_name="E-Commerce")
    lost = Shadowed("3713224", "account_default", "account acme-corp")
    project = Axis("3018488", "env", "MP_PROJECT_ID", (lost,))
    return view._replace(resolution=view.resolution._replace(project=project))


def overview(**given: Any) -> Overview:
    """A lived-in machine: five accounts, three targets, one of them broken."""
    broken = gone("legacy", "old")
    ana = browser(
        "acme-corp",
        default_project="3713224",
        project_name="AI Demo",
        status="ok",
        status_at=NOW - 120,
        user_email="ana@acme.example",
        is_active=True,
        targets=("ecom", "prod"),
    )
    seen = Overview(
        session=session(problems=(broken,)),
        accounts=(
            ana,
            account("acme-eu", region="eu", default_project="998812", project_name="EU Prod"),
            browser("berlin", -90, can_refresh=False, region="eu", status="ok"),
            bearer("ci", "MP_CI", is_set=False, targets=("nightly",)),
            browser("new", has_tokens=False, status="needs_login"),
        ),
        targets=(
            target("ecom", is_active=True, workspace=3448413, workspace_name="All Project Data"),
            target("legacy", "old", project="2999001", problem=broken, account_type=None),
            target("prod", project="3713225", project_name="Production", is_protected=True),
        ),
        activity=(
            Activity(NOW - 300, "target.use", ("ecom",)),
            Activity(NOW - 420, "account.add", ("ci",)),
            Activity(NOW - 90_000, "account.login", ("acme-corp",)),
        ),
        problems=(broken,),
        fingerprint=1,
        config_path=CONFIG,
        at=NOW,
    )
    return seen._replace(**given)


def empty() -> Overview:
    """A machine without any account."""
    return overview(
        session=nobody(), accounts=(), targets=(), activity=(), problems=(), fingerprint=0
    )


def crowded(count: int = 200) -> Overview:
    """Many accounts and targets with names as long as they may reasonably be."""
    names = [f"account-{number:04}-{'of-a-large-company-' * 3}"[:60] for number in range(count)]
    view = session(project_name="A project whose name goes on and on and does not stop " * 2)
    resolution = view.resolution._replace(account=axis(names[0]))
    return overview(
        session=view._replace(resolution=resolution),
        accounts=tuple(
            browser(
                name,
                default_project="3713224",
                project_name="A project with quite a long name",
                is_active=name == names[0],
                targets=tuple(names[:12]),
            )
            for name in names
        ),
        targets=tuple(target(name.replace("account", "target"), name) for name in names),
        problems=(),
    )


def project(id: str, name: str, organization: str = "Acme Inc.", **given: Any) -> ProjectRow:
    """A project in the United States without workspaces."""
    entry = ProjectEntry(id, name, organization, "us", "US/Pacific")
    elsewhere = given.pop("region", "us")
    row = ProjectRow(entry._replace(region=elsewhere), is_elsewhere=elsewhere != "us")
    return row._replace(**given)


def listing(rows: Sequence[ProjectRow], **given: Any) -> ProjectList:
    """What acme-corp saw three hours ago."""
    seen = ProjectList("acme-corp", "us", tuple(rows), NOW - 3 * 3600, is_fresh=True)
    return seen._replace(**given)


def picked(**given: Any) -> Picked:
    """Six projects of two organizations; one is a favourite, one was chosen lately."""
    workspaces = (
        WorkspaceEntry(3448413, "All Project Data", "3713224", is_global=True),
        WorkspaceEntry(3448414, "Console", "3713224", is_default=True),
        WorkspaceEntry(3448415, "Old Console", "3713224", is_visible=False),
    )
    rows = (
        project("3713224", "AI Demo", workspaces=workspaces, is_current=True),
        project("4001122", "AI Drafts", region="eu"),
        project("3018488", "E-Commerce"),
        project("3713225", "Production"),
        project("4001123", "Daily AI", "Acme Labs"),
        project("4001124", "Growth 🚀", "Acme Labs"),
    )
    return Picked(listing(rows)._replace(**given), favourites=("3713225",), recents=("3018488",))


class FakeLogin:
    """A login that goes as its script says, and then waits until it is cancelled.

    A question in the script (``ProjectNeeded``, ``NameNeeded``) waits for its answer, ``Failed``
    ends it like the core does, and ``Saved`` ends it well.
    """

    def __init__(self, *script: Event) -> None:
        self.script: Sequence[Event] = script
        self.requests: list[LoginRequest] = []
        self.answers: list[str] = []
        self.controls: list[Controls] = []
        self.emit: Emit = lambda event: None
        """Tells the dialog what is not in the script, from outside."""
        self.on_end: Callable[[], None] = lambda: None
        self.ended = 0
        """How many logins have ended, whatever the end: nothing of them is left."""

    async def __call__(
        self, request: LoginRequest, answers: Answers, controls: Controls, emit: Emit
    ) -> None:
        """Log in."""
        self.requests.append(request)
        self.controls.append(controls)
        self.emit = emit
        emit(Started(request.kind, request.region, request.name))
        try:
            for event in self.script:
                emit(event)
                await self._ask(event, answers)
                if isinstance(event, Saved):
                    return
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)  # tidying takes a while
            self.ended += 1
            self.on_end()

    async def _ask(self, event: Event, answers: Answers) -> None:
        match event:
            case ProjectNeeded():
                assert answers.project is not None
                self.answers.append(await answers.project(event))
            case NameNeeded():
                assert answers.name is not None
                self.answers.append(await answers.name(event))
            case Failed(error):
                raise error
            case _:
                pass


@dataclass
class FakeDesk:
    """Services over a world in memory: they remember what they were asked to do."""

    seen: Overview = field(default_factory=overview)
    now: float = NOW
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    refusal: MixdeskError | None = None
    """What the next change fails with."""
    fault: Exception | None = None
    """What nobody foresaw, in every change."""
    after: Overview | None = None
    """What is read after the next change."""
    reads: int = 0
    gate: threading.Event | None = None
    """What a change waits for, where a test holds it up."""

    picked: Picked = field(default_factory=picked)
    unlisted: MixdeskError | None = None
    """Why there is no list of projects."""
    asking: Callable[[Stop], None] = lambda stop: None
    """What happens when Mixpanel is asked; it may raise, or wait until it is stopped."""
    login: FakeLogin = field(default_factory=FakeLogin)
    """What happens when somebody logs in."""
    saved: SavedPlace = field(default_factory=lambda: SavedPlace("ai-demo", is_new=True))
    """What the session is saved as."""
    exported: BridgeExport = field(
        default_factory=lambda: BridgeExport("/home/ana/bridge.json", "acme-corp", NOW + 2520)
    )
    """What is written as a bridge."""
    half_way_out: MixdeskError | None = None
    """Why the server cannot be told of a logout."""
    copied: list[str] = field(default_factory=list)
    no_browser: str = ""
    """Why no browser can be started."""
    landed: Landed = "here"
    """Where a copied text goes."""
    preferences: Preferences = field(default_factory=Preferences)
    pasted: str | None = None
    """What somebody else has copied since."""
    keymap: Keymap = AS_MADE
    """The keys that the user wants."""
    no_color: bool = False
    is_light: bool = False
    """Whether the terminal says that it is light."""
    shell: str = ""
    """The user's shell."""
    undoable: bool = False
    """Whether changes are recorded, as the real ones are."""
    guard: str | None = None
    """The protected target that an undo touches."""
    failures: dict[str, MixdeskError] = field(default_factory=dict)
    """What tests of accounts end with; those that are not here pass."""

    def services(self) -> Services:
        """The services, as the app gets them."""
        return Services(
            read=self.read,
            fingerprint=lambda: self.seen.fingerprint,
            use_account=self._change("use_account"),
            add_account=self._change("add_account"),
            update_account=self._change("update_account"),
            rename_account=self._change("rename_account"),
            remove_account=self._change("remove_account"),
            use_target=self._change("use_target"),
            add_target=self._change("add_target"),
            update_target=self._change("update_target"),
            rename_target=self._change("rename_target"),
            remove_target=self._change("remove_target"),
            protect_target=self._change("protect_target"),
            save_place=self.save_place,
            list_projects=self.list_projects,
            refresh_projects=self.refresh_projects,
            use_project=self._change("use_project"),
            set_favourite=self._change("set_favourite"),
            test_accounts=self.test_accounts,
            log_in=self.login,
            log_out=self.log_out,
            open_project=self.open_project,
            undo=self.undo,
            guarded_by=lambda change: self.guard,
            copy_here=self.copy_here,
            clear_copied=self.clear_copied,
            access_token=self.access_token,
            export_bridge=self.export_bridge,
            remove_bridge=self.remove_bridge,
            preferences=lambda: self.preferences,
            keymap=lambda: self.keymap,
            save_mouse=self._change("save_mouse"),
            save_theme=self._change("save_theme"),
            now=lambda: self.now,
            account_files="~/.mp/accounts",
            zone=UTC,
            no_color=self.no_color,
            is_light=self.is_light,
            shell=self.shell,
        )

    def app(self, *, theme: str = themes.DARK.name, banner: str = "") -> MixdeskApp:
        """The app over this world."""
        return MixdeskApp(self.services(), self.seen, theme=theme, banner=banner)

    def read(self) -> Overview:
        """Another look."""
        self.reads += 1
        return self.seen

    def list_projects(self) -> Picked:
        """What the active account sees."""
        if self.unlisted is not None:
            raise self.unlisted
        return self.picked

    def refresh_projects(self, account: str, stop: Stop) -> None:
        """Ask Mixpanel."""
        self.asking(stop)
        self.calls.append(("refresh_projects", account))

    def test_accounts(
        self, names: Sequence[str], tell: Callable[[AccountTest], None], stop: Stop
    ) -> None:
        """Test accounts, one after the other."""
        self.calls.append(("test_accounts", *names))
        for name in names:
            try:
                self.asking(stop)
            except MixdeskError:
                return
            failure = self.failures.get(name)
            passed = AccountTest(name, 7, f"{name}@acme.example", 3)
            tell(passed if failure is None else AccountTest(name, error=failure))

    def save_place(self) -> SavedPlace:
        """Save the session as a target."""
        self._change("save_place")()
        return self.saved

    def export_bridge(self, draft: BridgeDraft, force: bool) -> BridgeExport:
        """Write a bridge."""
        self._change("export_bridge")(draft, force)
        return self.exported

    def remove_bridge(self, path: str) -> bool:
        """Remove a bridge."""
        self._change("remove_bridge")(path)
        return True

    def log_out(self, name: str) -> LoggedOut:
        """End a login."""
        self._change("log_out")(name)
        return LoggedOut(name, had_tokens=True, error=self.half_way_out)

    async def open_project(self, account: str, project: str) -> Opened:
        """Show a project."""
        self._change("open_project")(account, project)
        return Opened(f"https://made.up/project/{project}", self.no_browser)

    def undo(self, change: Change) -> Undone:
        """Take a change back."""
        self._change("undo")(change.activities[-1].verb)
        return Undone()

    def copy_here(self, text: str) -> Landed:
        """Copy a text."""
        self.copied.append(text)
        return self.landed

    def clear_copied(self, known: str) -> bool:
        """Clear the clipboard, if it holds what was copied."""
        held = self.copied[-1] if self.pasted is None else self.pasted
        is_there = fingerprint(held) == known
        if is_there:
            self.copied.append("")
        return is_there

    def access_token(self, name: str) -> Secret:
        """The token of an account."""
        self._change("access_token")(name)
        return Secret("canary-91c0de")

    def _change(self, verb: str) -> Callable[..., None]:
        def change(*given: Any) -> None:
            if self.gate is not None:
                assert self.gate.wait(60), "nobody opened the gate"
            if self.fault is not None:
                raise self.fault
            if self.refusal is not None:
                refusal, self.refusal = self.refusal, None
                raise refusal
            self.calls.append((verb, *given))
            if self.undoable and (listener := recording.listener()) is not None:
                names = tuple(each for each in given if isinstance(each, str))
                listener.note(Activity(NOW, VERBS.get(verb, verb), names))
                listener.add(Edited("config", Place(CONFIG, "/"), "", verb, {}, {}))
            if self.after is not None:
                self.seen, self.after = self.after, None

        return change
