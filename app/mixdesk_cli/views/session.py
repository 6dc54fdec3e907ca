"""The session in each format: who am I, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mixdesk.model.records import Axis, AxisName, SessionView, Shadowed, Source
from mixdesk_cli import words
from mixdesk_cli.call import Selection
from mixdesk_cli.render import Answer, Record
from mixdesk_cli.table import Cell, Table
from mixdesk_cli.views import problem

FIELDS = ("axis", "value", "name", "source", "origin", "hides")

_PLAIN = ("axis", "value", "source", "origin")

_AXES: tuple[AxisName, ...] = ("account", "project", "workspace")

_ORDER: dict[AxisName, tuple[Source, ...]] = {
    "account": ("env", "param", "target", "bridge", "active"),
    "project": ("env", "param", "target", "bridge", "account_default"),
    "workspace": ("env", "param", "target", "bridge", "active"),
}
"""Where each axis is looked for; the first hit wins."""

_PLACES: dict[Source, str] = {
    "env": "environment",
    "param": "command line",
    "target": "target",
    "bridge": "bridge file",
    "active": "saved as active",
    "account_default": "the account's own",
}


def answer(view: SessionView, selection: Selection, now: float, *, explain: bool) -> Answer:
    """The answer of ``mp session``.

    Args:
        view: What the core resolved.
        selection: What was asked for, to name where a parameter came from.
        now: The time, in seconds since the epoch.
        explain: Whether the table shows every place that was looked at.
    """
    return Answer(
        data=record(view, selection),
        rows=[_row(name, view, selection) for name in _AXES],
        fields=FIELDS,
        plain=_PLAIN,
        table=lambda: _explained(view, selection) if explain else _short(view, selection, now),
    )


def record(view: SessionView, selection: Selection) -> Record:
    """The session for JSON. The keys are a promise: ``docs/cli.md``."""
    resolution = view.resolution
    return {
        "account": {
            **_axis("account", resolution.account, selection),
            "type": view.account_type,
            "region": view.region,
            "username": view.username,
            "token_env": view.token_env,
        },
        "project": {
            **_axis("project", resolution.project, selection),
            "name": view.project_name,
            "organization": view.organization,
            "timezone": view.timezone,
        },
        "workspace": {
            **_axis("workspace", resolution.workspace, selection),
            "name": view.workspace_name,
        },
        "headers": sorted(resolution.headers.value or ()),
        "user_email": view.user_email,
        "user_at": words.iso(view.user_at),
        "has_tokens": view.has_tokens,
        "can_refresh": view.can_refresh,
        "token_expires_at": words.iso(view.token_expires_at),
        "bridge": view.bridge_path,
        "problems": [problem.record(each) for each in view.problems],
    }


def origin(name: AxisName, found: Axis | Shadowed, selection: Selection) -> str | None:
    """The name of a source: a variable, a flag, a target, a file."""
    if found.source == "unset":
        return None
    if found.source == "param":
        return selection.account_origin if name == "account" else f"--{name}"
    return found.origin


def _axis(name: AxisName, axis: Axis, selection: Selection) -> Record:
    return {
        "value": axis.value,
        "source": axis.source,
        "origin": origin(name, axis, selection),
        "shadowed": [
            {"value": lost.value, "source": lost.source, "origin": origin(name, lost, selection)}
            for lost in axis.shadowed
        ],
    }


def _get(name: AxisName, view: SessionView) -> Axis:
    axis: Axis = getattr(view.resolution, name)
    return axis


def _name(name: AxisName, view: SessionView) -> str | None:
    return {"project": view.project_name, "workspace": view.workspace_name}.get(name)


def _row(name: AxisName, view: SessionView, selection: Selection) -> dict[str, Any]:
    axis = _get(name, view)
    return {
        "axis": name,
        "value": axis.value,
        "name": _name(name, view),
        "source": axis.source,
        "origin": origin(name, axis, selection),
        "hides": [lost.value for lost in axis.shadowed],
    }


def _short(view: SessionView, selection: Selection, now: float) -> Table:
    rows = [_line(name, view, selection) for name in _AXES]
    if view.user_email:
        rows.append(_extra("user", view.user_email, f"/me, {words.ago(view.user_at, now)}"))
    rows += _token(view, now)
    if view.resolution.headers.value:
        shown = ", ".join(sorted(view.resolution.headers.value))
        rows.append(_extra("headers", shown, view.resolution.headers.origin))
    return Table(rows)


def _line(name: AxisName, view: SessionView, selection: Selection) -> list[Cell]:
    axis = _get(name, view)
    where = words.source(axis.source, origin(name, axis, selection) or "")
    return [
        Cell(name, "dim"),
        Cell(*_value(name, axis, view)),
        Cell(_about(name, view)),
        Cell(where),
        Cell(_hides(axis), "yellow"),
    ]


def _value(name: AxisName, axis: Axis, view: SessionView) -> tuple[str, str | None]:
    if axis.value is None:
        return ("first use", None) if name == "workspace" else ("none", "red")
    return f"{axis.value} {_name(name, view) or ''}".strip(), "bold"


def _about(name: AxisName, view: SessionView) -> str:
    if name == "account" and view.account_type:
        parts: Iterable[str | None] = (words.KINDS_LONG[view.account_type], view.region)
    elif name == "project":
        parts = (view.organization, view.timezone)
    else:
        parts = ()
    return " · ".join(part for part in parts if part)


def _hides(axis: Axis) -> str:
    lost = [str(each.value) for each in axis.shadowed if each.value != axis.value]
    return f"hides {', '.join(dict.fromkeys(lost))}" if lost else ""


def _token(view: SessionView, now: float) -> list[list[Cell]]:
    if view.token_expires_at is not None:
        text, style = words.token_life(view.token_expires_at, now)
        renews = "renews by itself" if view.can_refresh else ""
        return [_extra("token", text, renews, style)]
    if view.has_tokens is False:
        return [_extra("token", "none", "needs login", "red")]
    return []


def _extra(name: str, value: str, about: str, style: str | None = None) -> list[Cell]:
    return [Cell(name, "dim"), Cell(value, style), Cell(about), Cell(""), Cell("")]


def _explained(view: SessionView, selection: Selection) -> Table:
    rows: list[list[Cell]] = []
    for name in _AXES:
        axis = _get(name, view)
        rows += _places(name, axis, selection)
        if axis.value is None:
            later = "chosen at first use" if name == "workspace" else "found nowhere"
            rows.append([Cell(name, "dim"), Cell("●"), Cell("none"), Cell(later), Cell("")])
    return Table(rows, ("AXIS", "", "LOOKED IN", "FOUND", "WHERE"))


def _places(name: AxisName, axis: Axis, selection: Selection) -> Iterator[list[Cell]]:
    """Every place in its order: the one that won, those it hides, and the empty ones."""
    for place in _ORDER[name]:
        here: list[Axis | Shadowed] = [axis] if axis.source == place else []
        here += [lost for lost in axis.shadowed if lost.source == place]
        if not here:
            yield [Cell(name, "dim"), Cell(""), Cell(_PLACES[place]), Cell(words.NOTHING), Cell("")]
        for found in here:
            won = found is axis
            yield [
                Cell(name, "dim"),
                Cell("●", "green") if won else Cell(""),
                Cell(_PLACES[place]),
                Cell(str(found.value)) if won else Cell(f"{found.value} (hidden)", "yellow"),
                Cell(origin(name, found, selection) or ""),
            ]
