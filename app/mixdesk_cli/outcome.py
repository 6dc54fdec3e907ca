"""What a switch led to: who is current now, and whether the environment hides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mixdesk.exceptions import MixdeskError
from mixdesk.model.records import Axis, AxisName, SessionView
from mixdesk.ops import session
from mixdesk_cli import start
from mixdesk_cli.call import Call, Line, Selection, select
from mixdesk_cli.views.session import origin

_AXES: tuple[AxisName, ...] = ("account", "project", "workspace")

_IDENTITY = frozenset(
    {
        "MP_USERNAME",
        "MP_SECRET",
        "MP_OAUTH_TOKEN",
        "MP_REGION",
        "MP_PROJECT_ID",
        "MP_WORKSPACE_ID",
    }
)


def tell(call: Call) -> None:
    """Say what is saved now, and warn of each axis that something else decides in this shell."""
    if call.console.quiet:
        return
    saved = _without_environment(call)
    call.console.say(f"Now: {_words(saved)}")
    try:
        selection = select(Line(), call.environ)
        here = session.view_session(
            call.context, account=selection.account, target=selection.target
        )
    except MixdeskError as error:
        # The switch itself is done; what spoils this shell is told, and no failure.
        call.console.warn(error.summary, error.hint)
        return
    for name in _AXES:
        _warn_if_hidden(call, name, _saved(saved, name), here, selection)
    if saved.resolution.entry is not None and here.resolution.project.value is None:
        start.choose_project(call.console, saved.resolution.entry.name)


def _without_environment(call: Call) -> SessionView:
    """The session as it is where no variable says otherwise."""
    environ = {key: value for key, value in call.environ.items() if key not in _IDENTITY}
    return session.view_session(replace(call.context, environ=environ))


def _axis(view: SessionView, name: AxisName) -> Axis:
    axis: Axis = getattr(view.resolution, name)
    return axis


def _saved(view: SessionView, name: AxisName) -> Any:
    """The saved value of an axis, also where a bridge file beats it."""
    axis = _axis(view, name)
    if axis.source in ("active", "account_default"):
        return axis.value
    lost = (each for each in axis.shadowed if each.source in ("active", "account_default"))
    return next((each.value for each in lost), None)


def _words(view: SessionView) -> str:
    project = _saved(view, "project")
    workspace = _saved(view, "workspace")
    parts = [
        f"account {_saved(view, 'account')}",
        f"project {project} {view.project_name or ''}".rstrip() if project else "no project",
        f"workspace {workspace} {view.workspace_name or ''}".rstrip() if workspace else "",
    ]
    return " › ".join(part for part in parts if part)


def _warn_if_hidden(
    call: Call, name: AxisName, saved: Any, here: SessionView, selection: Selection
) -> None:
    axis = _axis(here, name)
    if axis.source in ("active", "account_default", "unset") or axis.value == saved:
        return
    where = "MP_TARGET" if axis.source == "target" else origin(name, axis, selection)
    kept = f", not {saved}" if saved else ""
    way_out = f"unset {where.replace(' +', '')}" if where and where.startswith("MP_") else None
    call.console.warn(f"{where} hides it: in this shell the {name} is {axis.value}{kept}.", way_out)
