"""``mp target use``."""

from __future__ import annotations

import click

from mixdesk.exceptions import ConfigError
from mixdesk.ops import targets
from mixdesk_cli import ask, outcome
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.terminal import is_interactive
from mixdesk_cli.verb import Verb


@click.command("use", cls=Verb, examples=("mp target use ecom", "mp target use prod --yes"))
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, protected or not.")
@pass_call
def command(call: Call, name: str, yes: bool) -> None:
    """Make a target's account, project and workspace the current ones.

    A protected target asks for its name to be typed.
    """
    if not yes and targets.get_target(call.context, name).is_protected:
        _make_sure(name)
    targets.use_target(call.context, name)
    outcome.tell(call)


def _make_sure(name: str) -> None:
    if not is_interactive():
        raise ConfigError(
            f"Target {name!r} is protected, and there is nobody to ask.",
            hint="If you mean it: --yes",
            code="TARGET_PROTECTED",
            details={"name": name},
        )
    ask.type_name(name, f"Target {name} is protected.")
