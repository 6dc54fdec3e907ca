"""``mp demo``: everything, on made-up data, touching nothing of the user's."""

from __future__ import annotations

import contextlib
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from mixdesk.sandbox.seed import ENVIRONMENT, seed
from mixdesk.sandbox.server import SandboxServer
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.commands import session
from mixdesk_cli.lazy import load
from mixdesk_cli.terminal import can_show_app, tidy_when_told_to_go
from mixdesk_cli.verb import Verb

_PREFIX = "mixdesk-demo-"


@click.command("demo", cls=Verb, examples=("mp demo", "mp demo --projects 10000"))
@click.option(
    "--projects",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="How many projects there are in all; a few dozen by default.",
)
@click.pass_context
@pass_call
def command(call: Call, ctx: click.Context, projects: int | None) -> int | None:
    """Look around on made-up accounts, in a temporary directory of their own.

    On a terminal the app starts beside an embedded Mixpanel that answers it, and the directory is
    removed when it ends. Elsewhere the directory stays, and the commands to use it are printed.
    """
    if not can_show_app(call.environ):
        _print_what_there_is(call, ctx, projects)
        return None
    with tidy_when_told_to_go(), tempfile.TemporaryDirectory(prefix=_PREFIX) as directory:
        root = Path(directory)
        seed(root, projects=projects)
        call.console.say(f"The demo's files are in {root}; they go when it ends.")
        banner = f"demo · made-up data in {root}"
        with SandboxServer(projects=projects) as server, contextlib.chdir(root):
            environ = private_environment(call.environ, root)
            world = Call({**environ, "MP_API_BASE_URL": server.base_url})
            code: int = load("mixdesk_cli.launch:show_app")(world.context, banner)
        return code


def private_environment(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """The environment that the demo sees: nothing in it leads to the user's own accounts.

    Args:
        environ: The real one. Of its ``MP_*`` only ``MP_DEBUG`` stays.
        root: Where the demo's files are, its home directory included.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("MP_") or name == "MP_DEBUG"
    }
    # A bridge file is looked for in the home directory (and in the working directory, which is
    # why that changes too): the demo has none.
    return {**kept, **ENVIRONMENT, **_places(root), "HOME": str(root)}


def _places(root: Path) -> dict[str, str]:
    return {"MP_STORAGE_DIR": str(root), "MP_CONFIG_PATH": str(root / "config.toml")}


def _print_what_there_is(call: Call, ctx: click.Context, projects: int | None) -> None:
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    seed(root, projects=projects)
    world = Call(private_environment(call.environ, root))
    world.console.quiet = call.console.quiet
    with contextlib.chdir(root), click.Context(session.command, parent=ctx, obj=world) as inner:
        inner.invoke(session.command)
    settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in _places(root).items())
    call.console.say(f"The demo's files are in {root}. They stay until you remove them.")
    call.console.say(f"  {settings} mp account list")
    call.console.say(f"  rm -r {shlex.quote(str(root))}")
