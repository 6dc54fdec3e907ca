"""``mp completion``: what makes a shell complete our lines, and the answers to it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mixdesk_cli import completion
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.verb import Verb

SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=Verb,
    examples=(
        'eval "$(mp completion bash)"                 (in ~/.bashrc)',
        'eval "$(mp completion zsh)"                  (in ~/.zshrc)',
        "mp completion fish | source                  (in ~/.config/fish/config.fish)",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.option("--answer", is_flag=True, hidden=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="")
@pass_call
def command(call: Call, shell: str, answer: bool, words: tuple[str, ...]) -> None:
    """Print what makes a shell complete the lines of mp and mixdesk.

    It completes commands, options, and the names of accounts, targets, projects and workspaces,
    as they are on disk: nobody is asked.
    """
    if answer:
        from mixdesk_cli.completion.speaking import speak

        sys.stdout.write(speak(shell, words, call.environ))
    elif words:
        raise click.UsageError("One shell at a time.")
    else:
        script = Path(completion.__path__[0], f"mp.{shell}")
        sys.stdout.write(script.read_text(encoding="utf-8"))
