"""The real services: each turns a draft into calls of the core.

The core's verbs are imported by the call that needs them: what writes is slow to load, and the
first frame needs none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mixdesk.ops.bridge import BridgeExport
    from mixdesk.ops.context import Context
    from mixdesk.ops.saving import SavedPlace
    from mixdesk.ops.undo import Undone
    from mixdesk.store.changes import Change
    from mixdesk.store.preferences import Preferences
    from mixdesk_tui.drafts import AccountDraft, BridgeDraft, TargetDraft
    from mixdesk_tui.keys.keymap import Keymap


def use_account(ctx: Context, name: str) -> None:
    from mixdesk.ops import accounts

    accounts.use_account(ctx, name)


def add_account(ctx: Context, draft: AccountDraft) -> None:
    from mixdesk.ops import accounts

    accounts.add_account(
        ctx,
        draft.name,
        type=draft.type,
        region=draft.region,
        default_project=draft.default_project,
        username=draft.username,
        secret=draft.secret,
        token=draft.token,
        token_env=draft.token_env,
    )


def update_account(ctx: Context, name: str, draft: AccountDraft) -> None:
    """Save what the draft says, then the new name: a failed rename leaves the rest saved."""
    from mixdesk.ops import accounts

    accounts.update_account(
        ctx,
        name,
        region=draft.region,
        default_project=draft.default_project,
        clear_default_project=draft.default_project is None,
        username=draft.username,
        secret=draft.secret,
        token=draft.token,
        token_env=draft.token_env,
    )
    if draft.name != name:
        accounts.rename_account(ctx, name, draft.name)


def rename_account(ctx: Context, name: str, new_name: str) -> None:
    from mixdesk.ops import accounts

    accounts.rename_account(ctx, name, new_name)


def remove_account(ctx: Context, name: str, with_targets: Sequence[str]) -> None:
    from mixdesk.ops import accounts

    accounts.remove_account(ctx, name, force=True, with_targets=with_targets)


def use_target(ctx: Context, name: str) -> None:
    from mixdesk.ops import targets

    targets.use_target(ctx, name)


def add_target(ctx: Context, draft: TargetDraft) -> None:
    from mixdesk.ops import targets

    targets.add_target(
        ctx,
        draft.name,
        account=draft.account,
        project=draft.project,
        workspace=draft.workspace,
    )


def update_target(ctx: Context, name: str, draft: TargetDraft) -> None:
    """Save what the draft says, then the new name: a failed rename leaves the rest saved."""
    from mixdesk.ops import targets

    targets.update_target(
        ctx,
        name,
        account=draft.account,
        project=draft.project,
        workspace=draft.workspace,
        clear_workspace=draft.workspace is None,
    )
    if draft.name != name:
        targets.rename_target(ctx, name, draft.name)


def rename_target(ctx: Context, name: str, new_name: str) -> None:
    from mixdesk.ops import targets

    targets.rename_target(ctx, name, new_name)


def remove_target(ctx: Context, name: str) -> None:
    from mixdesk.ops import targets

    targets.remove_target(ctx, name)


def protect_target(ctx: Context, name: str, protect: bool) -> None:
    from mixdesk.ops import targets

    targets.protect_target(ctx, name, protect=protect)


def save_place(ctx: Context) -> SavedPlace:
    from mixdesk.ops import saving

    return saving.save_place(ctx)


def export_bridge(ctx: Context, draft: BridgeDraft, force: bool) -> BridgeExport:
    from mixdesk.ops import bridge
    from mixdesk.store.storage import expand

    return bridge.export_bridge(
        ctx,
        to=expand(draft.path, ctx.environ),
        account=draft.account,
        project=draft.project,
        access_only=draft.travels == "access",
        move_grant=draft.travels == "move",
        force=force,
    )


def remove_bridge(ctx: Context, path: str) -> bool:
    from mixdesk.ops import bridge

    return bridge.remove_bridge(ctx, at=path)


def load_preferences(ctx: Context) -> Preferences:
    from mixdesk.store.preferences import read_preferences

    return read_preferences(ctx.storage.preferences)


def load_keymap(ctx: Context) -> Keymap:
    """Read the keys that the user wants; what is wrong with the whole file is told too."""
    from mixdesk.store.preferences import look_at_preferences
    from mixdesk.store.snapshot import with_lines
    from mixdesk_tui.keys.keymap import AS_MADE, read_keymap

    place = ctx.storage.preferences
    preferences, text, problem = look_at_preferences(place)
    if problem is not None:
        return AS_MADE._replace(problems=(problem,))
    if not preferences.keymap:
        return AS_MADE
    keymap = read_keymap(preferences.keymap, place.path)
    return keymap._replace(problems=tuple(with_lines(list(keymap.problems), text)))


def save_mouse(ctx: Context, is_ours: bool) -> None:
    from mixdesk.store.preferences import change_preferences

    change_preferences(ctx.storage.preferences, mouse=is_ours)


def save_theme(ctx: Context, theme: str) -> None:
    from mixdesk.store.preferences import change_preferences

    change_preferences(ctx.storage.preferences, theme=theme)


def undo(ctx: Context, change: Change) -> Undone:
    from mixdesk.ops import undo

    return undo.undo(ctx, change)


def guarded_by(ctx: Context, change: Change) -> str | None:
    from mixdesk.ops import undo

    return undo.guarded_by(ctx, change)
