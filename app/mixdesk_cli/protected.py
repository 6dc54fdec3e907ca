"""Protected targets: using one is meant, or it is not done."""

from __future__ import annotations

from mixdesk.exceptions import ConfigError
from mixdesk.ops import targets
from mixdesk_cli import ask
from mixdesk_cli.call import Call
from mixdesk_cli.terminal import is_interactive


def make_sure(call: Call, name: str, *, yes: bool) -> None:
    """Have the name of a protected target typed.

    Args:
        call: Where the files are.
        name: A target, protected or not.
        yes: Whether the line says that it is meant.

    Raises:
        TargetNotFoundError: There is none of this name.
        ConfigError: It is protected, and there is nobody to ask.
        click.exceptions.Exit: Something else was typed.
    """
    if yes or not targets.get_target(call.context, name).is_protected:
        return
    if not is_interactive():
        raise ConfigError(
            f"Target {name!r} is protected, and there is nobody to ask.",
            hint="If you mean it: --yes",
            code="TARGET_PROTECTED",
            details={"name": name},
        )
    ask.type_name(name, f"Target {name} is protected.")
