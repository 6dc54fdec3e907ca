"""Variables that choose, instead of what is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from mixdesk.model.records import Axis, AxisName, Resolution, Shadowed
from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.scene import Scene

_AXES: tuple[AxisName, ...] = tuple(name for name in get_args(AxisName) if name != "headers")


def overrides(scene: Scene) -> Iterator[Found]:
    """Look at what ``MP_ACCOUNT`` and ``MP_TARGET`` name, and at what any variable hides."""
    yield from _names(scene)
    if scene.resolution is not None:
        yield from _hidden(scene, scene.resolution)


def _names(scene: Scene) -> Iterator[Found]:
    """``MP_ACCOUNT`` and ``MP_TARGET``: both at once, or leading nowhere."""
    account, target = scene.environ.get("MP_ACCOUNT"), scene.environ.get("MP_TARGET")
    if account and target:
        yield found(
            "environment",
            "contradiction",
            "error",
            "MP_ACCOUNT, MP_TARGET",
            account=account,
            target=target,
        )
    if scene.config is None:
        return
    if account:
        is_known = account in scene.config.defined("accounts")
        is_sound = account in scene.config.accounts
        yield from _name("MP_ACCOUNT", "account", account, is_known=is_known, is_sound=is_sound)
    if target:
        saved = scene.config.targets.get(target)
        is_known = target in scene.config.defined("targets")
        is_sound = saved is not None and saved.account in scene.config.accounts
        yield from _name("MP_TARGET", "target", target, is_known=is_known, is_sound=is_sound)


def _name(
    variable: str, kind: str, value: str, *, is_known: bool, is_sound: bool
) -> Iterator[Found]:
    if not is_sound:
        code = "names_broken" if is_known else "names_nothing"
        yield found("environment", code, "error", variable, kind=kind, value=value)


def _hidden(scene: Scene, resolution: Resolution) -> Iterator[Found]:
    """Each variable that hides a saved choice, once, with the first thing it hides."""
    told: set[str] = set()
    for name in _AXES:
        axis: Axis = getattr(resolution, name)
        variable = deciding_variable(axis)
        lost = _lost(axis)
        if variable is None or lost is None or variable in told:
            continue
        told.add(variable)
        yield found(
            "environment",
            "hides_choice",
            "warning",
            variable,
            axis=name,
            value=str(axis.value),
            hidden=str(lost.value),
            hidden_origin=lost.origin,
        )


def deciding_variable(axis: Axis) -> str | None:
    """The variable that decides an axis, if it is one."""
    if axis.source == "env":
        return axis.origin.replace(" +", ",")
    return {"param": "MP_ACCOUNT", "target": "MP_TARGET"}.get(axis.source)


def _lost(axis: Axis) -> Shadowed | None:
    """The saved value that does not count; the same value by another way is none."""
    saved = ("active", "account_default", "bridge")
    lost = (each for each in axis.shadowed if each.source in saved and each.value != axis.value)
    return next(lost, None)
