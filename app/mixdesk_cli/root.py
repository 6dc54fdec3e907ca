"""The command tree: every verb by name, with where it is and what it does."""

from __future__ import annotations

import click

from mixdesk_cli.call import Call
from mixdesk_cli.lazy import Entry, LazyGroup, load
from mixdesk_cli.terminal import can_show_app
from mixdesk_cli.verb import HELP_OPTIONS, global_options

_COMMANDS = "mixdesk_cli.commands"


def _group(name: str, help_text: str, **verbs: tuple[str, str]) -> LazyGroup:
    package = f"{_COMMANDS}.{name}"
    entries = {verb: Entry(f"{package}.{place}", text) for verb, (place, text) in verbs.items()}
    return LazyGroup(
        name,
        entries=entries,
        help=help_text,
        params=list(global_options(())),
        context_settings=HELP_OPTIONS,
        no_args_is_help=True,
    )


_ACCOUNT = _group(
    "account",
    "Accounts: who logs in.",
    list=("read:list_accounts", "List the accounts."),
    show=("read:show_account", "Show one account."),
    add=("add:command", "Add an account."),
    update=("update:update", "Change an account."),
    rename=("update:rename", "Give an account another name."),
    remove=("remove:command", "Remove an account and its tokens."),
    use=("use:command", "Make an account the active one."),
    test=("testing:command", "Find out whether credentials are accepted."),
    login=("login:log_in", "Log a browser account in again."),
    logout=("login:log_out", "End a login, at Mixpanel and here."),
    token=("token:command", "Print a bearer token."),
    **{
        "export-bridge": ("bridge:export_bridge", "Write credentials for another machine."),
        "remove-bridge": ("bridge:remove_bridge", "Remove a bridge file."),
    },
)

_TARGET = _group(
    "target",
    "Targets: saved sets of account, project and workspace.",
    list=("read:list_targets", "List the targets."),
    show=("read:show_target", "Show one target."),
    add=("add:command", "Save a target."),
    update=("update:update", "Change a target."),
    rename=("update:rename", "Give a target another name."),
    remove=("remove:command", "Remove a target."),
    use=("use:command", "Make a target's account, project and workspace the current ones."),
)

_PROJECT = _group(
    "project",
    "Projects: what an account sees, and its home.",
    list=("read:list_projects", "List the projects that an account sees."),
    show=("read:show_project", "Show one project."),
    use=("use:command", "Make a project the account's home project."),
)

_WORKSPACE = _group(
    "workspace",
    "Workspaces: the data views of a project.",
    list=("read:list_all", "List the workspaces of a project."),
    show=("read:show_one", "Show one workspace."),
    use=("use:command", "Pin a workspace, or none."),
)

_ENTRIES: dict[str, Entry | click.Command] = {
    "login": Entry(f"{_COMMANDS}.login:command", "Log in: add an account, or log one in again."),
    "session": Entry(f"{_COMMANDS}.session:command", "Who am I, and why."),
    "use": Entry(f"{_COMMANDS}.use:command", "Switch to a target or an account, or back."),
    "account": _ACCOUNT,
    "target": _TARGET,
    "project": _PROJECT,
    "workspace": _WORKSPACE,
    "open": Entry(f"{_COMMANDS}.open:command", "Open a project in the browser."),
    "exec": Entry(f"{_COMMANDS}.exec:command", "Run a command as an account."),
    "env": Entry(f"{_COMMANDS}.env:command", "Set a shell up to be an account."),
    "prompt": Entry(f"{_COMMANDS}.prompt:command", "One short line for a shell prompt."),
    "doctor": Entry(f"{_COMMANDS}.doctor:command", "Look for what is wrong, and mend it."),
    "completion": Entry(f"{_COMMANDS}.completion:command", "Complete in a shell, with Tab."),
    "demo": Entry(f"{_COMMANDS}.demo:command", "Look around on made-up data."),
}


class _Root(LazyGroup):
    """Hands over what only the other ``mp`` knows."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self._entries and not name.startswith("-"):
            command = load("mixdesk_cli.peer:find_command")(name)
            if command is not None:
                return name, command, args[1:]
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"mixdesk {_version()}")
        ctx.exit()


def _version() -> str:
    # Here, because this module takes as long to load as a whole `mp session`.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mixdesk")
    except PackageNotFoundError:
        return "(not installed)"


_VERSION = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)


@click.group(
    cls=_Root,
    entries=_ENTRIES,
    invoke_without_command=True,
    context_settings=HELP_OPTIONS,
    params=[*global_options(), _VERSION],
)
@click.pass_context
def cli(ctx: click.Context) -> int | None:
    """Several Mixpanel accounts, one place to switch.

    Without a command: the app on a terminal, otherwise what `mp session` prints.

    What only mixpanel_headless has, such as `mp query`, is handed to it.

    Environment: MP_ACCOUNT and MP_TARGET stand in for -a and -t. NO_COLOR is respected.
    """
    if ctx.invoked_subcommand is not None:
        return None
    call = ctx.ensure_object(Call)
    call.check_line()
    # Options alone ask a question: who would I be?
    if not call.line.chooses and can_show_app(call.environ):
        code: int = load("mixdesk_cli.launch:start_app")(call)
        return code
    ctx.invoke(load(f"{_COMMANDS}.session:command"))
    return None
