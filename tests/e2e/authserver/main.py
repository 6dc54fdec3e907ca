"""The authorization server as a process of its own; ``process.py`` starts it.

It says its address in one line of JSON, then answers orders, a line each, and ends when no more
can come: that is when the tests end, however they end.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django import setup
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from tests.e2e.authserver.settings import settings_for


def main(directory: Path) -> None:
    """Serve until standard input ends."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.daemon_threads = True
    base_url = f"http://127.0.0.1:{server.server_port}"
    settings.configure(**settings_for(base_url, directory))
    setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    users = add_users("alice", "bob")
    server.set_app(get_wsgi_application())
    # Models can be imported only now.
    orders = import_string("tests.e2e.authserver.control.ORDERS")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say({"base_url": base_url, "users": users})
    for line in sys.stdin:
        say(obey(line, orders))


def add_users(*names: str) -> dict[str, str]:
    """Make users and return their passwords."""
    passwords = {name: f"the password of {name}" for name in names}
    for name, password in passwords.items():
        get_user_model().objects.create_user(name, f"{name}@example.com", password)
    return passwords


def obey(line: str, orders: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
    """Carry out one order; one that makes no sense is answered too."""
    name, fields = json.loads(line)
    try:
        return {"answer": orders[name](**fields)}
    except (AttributeError, KeyError, TypeError) as error:
        return {"error": repr(error)}


def say(what: Mapping[str, Any]) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
