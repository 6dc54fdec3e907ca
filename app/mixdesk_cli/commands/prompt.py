"""``mp prompt``, where it is asked for with more than :mod:`mixdesk_cli.prompt` understands."""

from __future__ import annotations

import sys

import click

from mixdesk.exceptions import MixdeskError
from mixdesk_cli import prompt, template
from mixdesk_cli.call import Call, pass_call
from mixdesk_cli.verb import Verb


def _parts(text: str) -> list[template.Part]:
    try:
        return template.parse(text, prompt.FIELDS)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--format") from None


@click.command(
    "prompt",
    cls=Verb,
    axes=("account", "project", "workspace", "target"),
    examples=(
        "PS1='$(mp prompt --shell bash --color) \\$ '            (bash)",
        "setopt prompt_subst; PROMPT='$(mp prompt --shell zsh) %# '   (zsh)",
        "mp prompt --format '{target}{left: · }'",
    ),
)
@click.option(
    "-f",
    "--format",
    "format_",
    metavar="TEMPLATE",
    default=prompt.TEMPLATE,
    help=f"What to show, of {', '.join(prompt.FIELDS)}; as it is: {prompt.TEMPLATE!r}.",
)
@click.option(
    "--shell", type=click.Choice(prompt.SHELLS), help="The shell whose prompt it becomes part of."
)
@click.option("--color", "colour", is_flag=True, help="In colour.")
@pass_call
def command(call: Call, format_: str, shell: str | None, colour: bool) -> None:
    """Print one short line for a shell prompt, from the files alone.

    Prints nothing when there is nothing to say; -v tells why. In a TEMPLATE, {project: > } is the
    project with " > " before it, and nothing when there is none.
    """
    request = prompt.Request(_parts(format_), shell, colour)
    try:
        text = prompt.line(request, call.selection(), call.environ)
    except MixdeskError as error:
        if call.line.verbose:
            call.console.note(error.message)
        return
    if not text and call.line.verbose:
        call.console.note("no account is chosen.")
    sys.stdout.write(text)
