"""What variables say: values that are none, sets that are incomplete, places that are moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from mixdesk.api.regions import unsafe_reason
from mixdesk.ops.doctor.finding import Found, found
from mixdesk.ops.doctor.overrides import overrides
from mixdesk.ops.doctor.scene import CHECKED, Scene
from mixdesk.resolve.environment import read_environment
from mixdesk.store.storage import expand

_HOSTS = ("MP_API_BASE_URL", "MP_APP_BASE_URL", "MP_OAUTH_BASE_URL")
_PLACES = ("MP_CONFIG_PATH", "MP_STORAGE_DIR", "MP_OAUTH_STORAGE_DIR")


def check(scene: Scene) -> Iterator[Found]:
    """Look at the variables that mixdesk reads."""
    findings = [
        *_bad_values(scene),
        *_incomplete(scene),
        *_hosts(scene),
        *_places(scene),
        *overrides(scene),
    ]
    yield from findings
    if not findings:
        yield found("environment", "environment_plain", "ok", "environment")


def _bad_values(scene: Scene) -> Iterator[Found]:
    for name in CHECKED:
        error = scene.problem_of(name)
        if error is not None:
            yield found("environment", "bad_variable", "error", name, summary=error.summary)


def _incomplete(scene: Scene) -> Iterator[Found]:
    """Sets of variables that were begun and make no account."""
    for problem in read_environment(scene.sound_environ).problems:
        yield found(
            "environment",
            problem.code,
            "warning",
            problem.key or "",
            summary=problem.summary,
        )


def _hosts(scene: Scene) -> Iterator[Found]:
    """Variables that send requests elsewhere than to Mixpanel."""
    for name in _HOSTS:
        value = scene.environ.get(name)
        if not value:
            continue
        url = value.replace("{region}", "us")
        reason = unsafe_reason(url, scene.environ)
        if reason is not None:
            yield found("environment", "bad_address", "error", name, reason=reason)
        elif unsafe_reason(url, {}) is not None:
            yield found("environment", "plain_http", "warning", name, host=urlsplit(url).netloc)
        else:
            yield found("environment", "other_host", "note", name, host=urlsplit(url).netloc)


def _places(scene: Scene) -> Iterator[Found]:
    """Variables that move the files."""
    old, new = (scene.environ.get(name) for name in ("MP_OAUTH_STORAGE_DIR", "MP_STORAGE_DIR"))
    for name in _PLACES:
        value = scene.environ.get(name)
        if not value:
            continue
        path = str(expand(value, scene.environ))
        if name == "MP_OAUTH_STORAGE_DIR" and new:
            yield found("environment", "not_looked_at", "note", name, by="MP_STORAGE_DIR")
        elif not os.path.exists(path):
            yield found("environment", "place_missing", "warning", name, path=path)
        else:
            yield found("environment", "other_place", "note", name, path=path)
    if old and not new:
        yield found("environment", "old_name", "note", "MP_OAUTH_STORAGE_DIR", by="MP_STORAGE_DIR")
