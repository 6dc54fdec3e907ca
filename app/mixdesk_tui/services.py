"""Everything that screens may do to the world, as one value that tests replace whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING

from mixdesk.model.records import AccountTest, Overview
from mixdesk_tui.spans import safe

if TYPE_CHECKING:
    from mixdesk.api.stopping import Stop
    from mixdesk.login.machine import Answers, Controls, Emit
    from mixdesk.login.request import LoginRequest
    from mixdesk.model.secret import Secret
    from mixdesk.ops.bridge import BridgeExport
    from mixdesk.ops.context import Context
    from mixdesk.ops.login import LoggedOut
    from mixdesk.ops.saving import SavedPlace
    from mixdesk.ops.undo import Undone
    from mixdesk.store.changes import Change
    from mixdesk.store.preferences import Preferences
    from mixdesk_tui.asking import Picked
    from mixdesk_tui.clipboard import Landed
    from mixdesk_tui.drafts import AccountDraft, BridgeDraft, TargetDraft
    from mixdesk_tui.keys.keymap import Keymap
    from mixdesk_tui.opening import Opened


_CHOOSING = ("MP_ACCOUNT", "MP_TARGET")


@dataclass(frozen=True, slots=True)
class Services:
    """What the app can ask for. Calls may block and raise ``MixdeskError``; they run in threads."""

    read: Callable[[], Overview]
    """One consistent look at everything; never raises, the overview carries its error."""
    fingerprint: Callable[[], Hashable]
    """Compares equal as long as nothing on disk changed; cheap."""
    use_account: Callable[[str], None]
    add_account: Callable[[AccountDraft], None]
    update_account: Callable[[str, AccountDraft], None]
    """The name as it is saved, and what the account shall become (a new name included)."""
    rename_account: Callable[[str, str], None]
    """Its targets, the active choice and its files follow."""
    remove_account: Callable[[str, Sequence[str]], None]
    """With these of the targets that refer to it; the others are left: the user has seen them."""
    use_target: Callable[[str], None]
    add_target: Callable[[TargetDraft], None]
    update_target: Callable[[str, TargetDraft], None]
    rename_target: Callable[[str, str], None]
    remove_target: Callable[[str], None]
    protect_target: Callable[[str, bool], None]
    """Whether using or removing it asks for its name."""
    save_place: Callable[[], SavedPlace]
    """Save the session as a target, under a name that is proposed."""
    list_projects: Callable[[], Picked]
    """All that the active account sees, as Mixpanel said when it was last asked."""
    refresh_projects: Callable[[str, Stop], None]
    """Ask Mixpanel what an account sees; ends early when it is told to."""
    use_project: Callable[[str, str, int | None], None]
    """Account, project and workspace."""
    set_favourite: Callable[[str, bool], None]
    test_accounts: Callable[[Sequence[str], Callable[[AccountTest], None], Stop], None]
    """Test accounts side by side; each result is told as it comes, in any thread."""
    log_in: Callable[[LoginRequest, Answers, Controls, Emit], Awaitable[None]]
    """Runs on the app's own loop and blocks it never; cancelled, it leaves nothing."""
    log_out: Callable[[str], LoggedOut]
    open_project: Callable[[str, str], Awaitable[Opened]]
    """Show an account's project in the browser; on the app's own loop, without blocking it."""
    undo: Callable[[Change], Undone]
    """Take a change back, or raise and leave everything as it is."""
    guarded_by: Callable[[Change], str | None]
    """The protected target whose name is to be typed before a change is undone."""
    copy_here: Callable[[str], Landed]
    """Put a text into this machine's clipboard; says so where that is the wrong one, or none."""
    clear_copied: Callable[[str], bool]
    """Clear this machine's clipboard if it holds what has this fingerprint; says whether."""
    access_token: Callable[[str], Secret]
    """The bearer token of an account, renewed if it has ended; asks Mixpanel then."""
    export_bridge: Callable[[BridgeDraft, bool], BridgeExport]
    """The second says whether the user insists where a bridge should not be."""
    remove_bridge: Callable[[str], bool]
    """Remove the bridge at a path; says whether there was one."""
    preferences: Callable[[], Preferences]
    keymap: Callable[[], Keymap]
    """The keys that the user wants, and what is wrong with them."""
    save_theme: Callable[[str], None]
    save_mouse: Callable[[bool], None]
    now: Callable[[], float]
    """Seconds since the epoch."""
    account_files: str = ""
    """The directory with the files of the accounts, as it is shown."""
    zone: tzinfo | None = None
    """The zone in which times are shown; None: this machine's."""
    no_color: bool = False
    """Whether ``NO_COLOR`` is set."""
    is_light: bool = False
    """Whether the terminal says that it is light."""
    shell: str = ""
    """The name of the user's shell, where it is known."""
    commands_as: tuple[tuple[str, str], ...] = ()
    """``MP_ACCOUNT`` and ``MP_TARGET`` where they are set: commands heed them, the app does not."""

    @classmethod
    def from_context(cls, ctx: Context) -> Services:
        """Return the services of the real core. Nothing is read yet."""
        from mixdesk.ops.overview import fingerprint, read_overview
        from mixdesk_tui import asking, changes, clipboard, logging_in, opening, themes

        return cls(
            read=partial(read_overview, ctx),
            fingerprint=partial(fingerprint, ctx),
            use_account=partial(changes.use_account, ctx),
            add_account=partial(changes.add_account, ctx),
            update_account=partial(changes.update_account, ctx),
            rename_account=partial(changes.rename_account, ctx),
            remove_account=partial(changes.remove_account, ctx),
            use_target=partial(changes.use_target, ctx),
            add_target=partial(changes.add_target, ctx),
            update_target=partial(changes.update_target, ctx),
            rename_target=partial(changes.rename_target, ctx),
            remove_target=partial(changes.remove_target, ctx),
            protect_target=partial(changes.protect_target, ctx),
            save_place=partial(changes.save_place, ctx),
            list_projects=partial(asking.list_projects, ctx),
            refresh_projects=partial(asking.refresh_projects, ctx),
            use_project=partial(asking.use_project, ctx),
            set_favourite=partial(asking.set_favourite, ctx),
            test_accounts=partial(asking.test_accounts, ctx),
            log_in=partial(logging_in.log_in, ctx),
            log_out=partial(logging_in.log_out, ctx),
            open_project=partial(opening.open_project, ctx),
            undo=partial(changes.undo, ctx),
            guarded_by=partial(changes.guarded_by, ctx),
            copy_here=partial(clipboard.copy_here, ctx.environ),
            clear_copied=clipboard.clear_here,
            access_token=partial(asking.access_token, ctx),
            export_bridge=partial(changes.export_bridge, ctx),
            remove_bridge=partial(changes.remove_bridge, ctx),
            preferences=partial(changes.load_preferences, ctx),
            keymap=partial(changes.load_keymap, ctx),
            save_theme=partial(changes.save_theme, ctx),
            save_mouse=partial(changes.save_mouse, ctx),
            now=ctx.clock.now,
            account_files=_shown_path(ctx, "accounts"),
            no_color="NO_COLOR" in ctx.environ,
            is_light=themes.is_light(ctx.environ.get("COLORFGBG", "")),
            shell=ctx.environ.get("SHELL", "").rpartition("/")[2],
            commands_as=tuple(
                (name, value) for name in _CHOOSING if (value := ctx.environ.get(name))
            ),
        )


def _shown_path(ctx: Context, name: str) -> str:
    """Where a directory of the storage is, with ``~`` for the home directory."""
    path, home = str(ctx.storage.root / name), ctx.environ.get("HOME", "")
    is_below = home not in ("", "/") and path.startswith(f"{home}/")
    return safe(f"~{path.removeprefix(home)}" if is_below else path)
