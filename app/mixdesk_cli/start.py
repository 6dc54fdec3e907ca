"""What to tell somebody who has no account yet."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk_cli.console import Console

_WAYS = (
    ("look around first, on made-up data", "mp demo"),
    ("log in with your browser", "mp login"),
    (
        "add a service account (asks for its secret)",
        "mp account add NAME --type service_account --region us --username USER --project ID",
    ),
    (
        "add a bearer token from an environment variable",
        "mp account add NAME --type oauth_token --region us --token-env VARIABLE --project ID",
    ),
)


def explain(console: Console) -> None:
    """Say the ways to start, each with its command."""
    ways = "\n".join(f"{what}:\n  {command}" for what, command in _WAYS)
    console.say("No account yet. Ways to start:", ways)


def choose(console: Console, names: Sequence[str]) -> None:
    """Say that there are accounts, and how to choose one."""
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    console.say(f"No account is chosen. There are: {shown}", "mp account use NAME")


def choose_project(console: Console, account: str | None) -> None:
    """Say that there is no project, and the ways to choose one.

    Args:
        console: Where to say it.
        account: The saved account that has none; None for one that is not saved here.
    """
    ways = ["for one command: -p ID", "for this shell: export MP_PROJECT_ID=ID"]
    if account is not None:
        ways.insert(0, f"for good, by id or name: mp project use PROJECT -a {account}")
    console.say("No project is chosen.", "\n".join(ways))
