"""The header of every screen: who you are, for how long, and where you are in the app."""

from __future__ import annotations

from typing import NamedTuple

from mixdesk.model.records import SessionView
from mixdesk_tui import phrases
from mixdesk_tui.attention import attention
from mixdesk_tui.commands.frame import TABS
from mixdesk_tui.phrases import TokenLife
from mixdesk_tui.spans import Line, Span, cut, line_width, name, safe, spread, width
from mixdesk_tui.world import World

STEP = Span(" › ", "muted")
NARROW = 76
"""Below this width the header folds."""
BAR_CELLS = 10


class Identity(NamedTuple):
    """What the header says."""

    parts: tuple[str, ...] = ()
    """Account, project and workspace, as far as they are known."""
    region: str = ""
    token: TokenLife | None = None
    warnings: int = 0
    nobody: str = "nobody yet"
    """What is said where no account is known."""
    banner: str = ""
    """``demo: nothing of yours is touched``, or what is going on."""


def identity(world: World, now: float, banner: str = "") -> Identity:
    """Return what the header says of the world."""
    warnings = len(attention(world, now))
    session = world.overview.session
    if session is None or session.resolution.account.value is None:
        nobody = "nobody yet" if world.error is None else "not known until that is mended"
        return Identity(warnings=warnings, nobody=nobody, banner=banner)
    return Identity(
        parts=_parts(session),
        region=session.region or "",
        token=phrases.token_of_session(session, now),
        warnings=warnings,
        banner=banner,
    )


def header_lines(said: Identity, tab: str, room: int) -> list[Line]:
    """Return the two lines of the header.

    Args:
        said: What it says.
        tab: The action of the tab that is open.
        room: Cells of a line.
    """
    return [_identity_line(said, room), _tabs_line(said.banner, tab, room)]


def _parts(session: SessionView) -> tuple[str, ...]:
    resolution = session.resolution
    account, project = resolution.account.value, resolution.project.value
    workspace = resolution.workspace.value
    parts = [str(account)]
    if project is not None:
        parts.append(session.project_name or str(project))
        if workspace is not None:
            parts.append(session.workspace_name or str(workspace))
    return tuple(safe(part) for part in parts)


def _identity_line(said: Identity, room: int) -> Line:
    narrow = room < NARROW
    left = [Span(" ")] if narrow else [Span(" mixdesk", "accent strong"), Span("   ")]
    right = _facts(said, narrow=narrow)
    parts = said.parts[:2] if narrow else said.parts
    free = room - line_width(left) - line_width(right) - (3 if narrow else 5)
    return spread([*left, *_path(parts, said.nobody, free)], [*right, Span(" ")], room)


def _facts(said: Identity, *, narrow: bool) -> list[Span]:
    """Region, life of the token and warnings, at the right end."""
    gap = Span(" " if narrow else "   ")
    facts: list[Span] = []
    if said.region:
        facts += [Span(said.region, "muted")]
    if said.token is not None and said.token.short:
        facts += [gap, *_life(said.token, narrow=narrow)]
    if said.warnings:
        mark = f"!{said.warnings}" if narrow else f"! {said.warnings}"
        tip = "Things that need you: see Status"
        facts += [gap, Span(mark, "warning strong", "screen.show_status", tip)]
    return facts


def _life(token: TokenLife, *, narrow: bool) -> list[Span]:
    whole = " · ".join(filter(None, (token.text, token.note)))
    short = token.short.replace(" min", "m").replace(" ", "") if narrow else token.short
    mark = token.mark.strip() if narrow else token.mark
    life = [Span(f"{mark}{short}", token.tone, None, f"Token: {whole}")]
    if token.share is not None and not narrow:
        life += [Span(" "), Span(phrases.bar(token.share, BAR_CELLS), token.tone or "accent")]
    return life


def _path(parts: tuple[str, ...], nobody: str, room: int) -> list[Span]:
    """Account › project › workspace; who gets how many cells depends on who needs them."""
    if not parts:
        return [Span(cut(nobody, room), "muted")]
    free = room - width(STEP.text) * (len(parts) - 1)
    spans: list[Span] = []
    for size, part in zip(_shares([width(part) for part in parts], free), parts, strict=True):
        if spans:
            spans.append(STEP)
        spans.append(name(part, size, "" if spans else "strong"))
    return spans


def _shares(wanted: list[int], room: int) -> list[int]:
    """Give the longest less until all fit."""
    shares = list(wanted)
    while sum(shares) > room and max(shares) > 5:
        shares[shares.index(max(shares))] -= 1
    return shares


def _tabs_line(banner: str, tab: str, room: int) -> Line:
    tabs = [Span(" ")]
    for command in TABS:
        is_open = command.action() == tab
        text = f"{command.key_words()} {command.label}" if command.keys_now() else command.label
        tone = "tab" if is_open else "muted"
        tabs += [Span(text, tone, f"screen.{command.action()}", command.tip), Span("   ")]
    free = room - line_width(tabs) - 1
    said = Span(cut(banner, free), "muted", None, banner if width(banner) > free else None)
    return spread(tabs, [said, Span(" ")], room)
