"""What ``mp doctor`` says of each finding: a sentence, and the next command."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from mixdesk.ops.doctor.finding import Finding
from mixdesk_cli import words

FIX = "mp doctor --fix"

_LOGIN = "mp account login {quoted}"
_UNSET = "unset {variables}"

WORDS: Mapping[str, tuple[str, str | None]] = {
    # files
    "files_private": ("{count} files and directories, all of them private to you.", None),
    "open_to_others": ("{subject} is open to others (mode {mode}).", "chmod {want} {quoted}"),
    "foreign_owner": (
        "{subject} belongs to another user (uid {uid}).",
        'sudo chown "$(id -un)" {quoted}',
    ),
    "link": ("{subject} is a link, and credentials are not kept behind one.", "ls -ld {quoted}"),
    "linked_root": (
        "{subject} is a link, and credentials are not kept behind one.",
        "export MP_STORAGE_DIR={target}",
    ),
    "second_name": (
        "{subject} has a second name (a hard link).",
        "cp -p {quoted} {quoted}.new && mv {quoted}.new {quoted}",
    ),
    "wrong_kind": ("{subject} is no {wanted}.", "ls -ld {quoted}"),
    "hidden_from_us": ("{subject} cannot be looked at: {reason}.", "ls -ld {directory}"),
    "too_large": ("{subject} is larger than {limit} bytes, so it is not read.", "ls -l {quoted}"),
    "not_writable": ("{subject} cannot be written, so nothing is saved.", "ls -ld {quoted}"),
    "no_locks": (
        "The disk of {subject} cannot lock files, so nothing is saved there.",
        "export MP_STORAGE_DIR=/path/on/a/local/disk",
    ),
    # leftovers
    "nothing_left": ("Nothing was left behind.", None),
    "unfinished_file": (
        "A process that was killed left an unfinished copy of {subject}.",
        "ls -la {directory}",
    ),
    "interrupted_login": ("A login was interrupted while it was stored{of}.", "rm {quoted}"),
    "empty_directory": ("{subject} is empty and belongs to no account.", "rmdir {quoted}"),
    "forgotten_login": (
        "{subject} holds the login of an account that is not in config.toml.",
        "rm -r {quoted}",
    ),
    "forgotten_directory": ("{subject} belongs to no account.", "rm -r {quoted}"),
    # config
    "config_sound": ("{subject} holds together: {accounts} accounts, {targets} targets.", None),
    "no_accounts": ("There is no account yet.", "mp login"),
    "no_account_chosen": ("No account is chosen.", "mp account use NAME"),
    "no_project_chosen": (
        "Account {subject} has no project.",
        "mp account update {quoted} -p ID",
    ),
    "foreign_workspace": (
        "Workspace {workspace} ({name}) is of project {belongs_to}; {subject} has it in {project}.",
        "{workspace_step}",
    ),
    "no_home_project": (
        "Without a project of their own: {subject}.",
        "mp account update NAME -p ID",
    ),
    "same_login": ("{subject} log in as the same user for the same project.", None),
    "same_target": ("{subject} lead to the same place.", None),
    # environment
    "environment_plain": ("No variable changes who you are.", None),
    "bad_variable": ("{summary}", _UNSET),
    "incomplete_environment": ("{summary}", _UNSET),
    "bad_address": ("{subject} {reason}.", _UNSET),
    "plain_http": ("{subject} sends credentials to {host} without encryption.", _UNSET),
    "other_host": ("{subject} sends requests to {host}.", None),
    "other_place": ("{subject} says where files are: {path}.", None),
    "place_missing": ("{subject} names {path}, which is not there.", _UNSET),
    "not_looked_at": ("{subject} is not looked at, because {by} is set.", _UNSET),
    "old_name": ("{subject} is the old name of {by}.", 'export {by}="${subject}"'),
    "contradiction": (
        "MP_ACCOUNT={account} and MP_TARGET={target} contradict each other.",
        "unset MP_ACCOUNT",
    ),
    "names_nothing": ("{subject} names {kind} {value}, which does not exist.", "mp {kind} list"),
    "names_broken": (
        "{subject} names {kind} {value}, which cannot be used.",
        "mp {kind} show {value}",
    ),
    "hides_choice": (
        "{subject} hides your saved {axis} {hidden}: in this shell it is {value}.",
        _UNSET,
    ),
    # bridge
    "no_bridge": ("No bridge is in use.", None),
    "bridge_in_use": ("The bridge {subject} makes you {account}.", None),
    "bridge_hides": (
        "The bridge {subject} makes you {account} and hides your active account {hidden}.",
        "mp account remove-bridge",
    ),
    "bridge_set_aside": ("The bridge {subject} does not count: {by} comes first.", None),
    "bridge_ended": (
        "The token in the bridge {subject} ended {ago} and does not renew.",
        "On the machine it came from: mp account export-bridge",
    ),
    "bridge_ends_soon": (
        "The token in the bridge {subject} ends in {left} and does not renew.",
        "On the machine it came from: mp account export-bridge",
    ),
    # accounts
    "accounts_ready": ("Ready, as far as is known without asking: {count} of {of}.", None),
    "variable_unset": (
        "Account {subject} takes its token from {variable}, which is not set.",
        "export {variable}=…",
    ),
    "refused": ("Account {subject} was refused {ago}.", "mp account test {quoted}"),
    "tokens_unreadable": ("{summary}", _LOGIN),
    "needs_login": ("Account {subject} has not logged in.", _LOGIN),
    "login_ended": ("The login of account {subject} ended {ago} and does not renew.", _LOGIN),
    "login_ends_soon": (
        "The login of account {subject} ends in {left} and does not renew.",
        _LOGIN,
    ),
    "login_refused": ("The login of account {subject} was refused {ago}.", _LOGIN),
    "client_unknown": (
        "The login of account {subject} cannot renew: its OAuth client is not known.",
        _LOGIN,
    ),
    # programs
    "mp_is_ours": ("mp is mixdesk: {subject}.", None),
    "mp_missing": ("There is no mp on PATH.", "{path_step}"),
    "mp_is_anothers": ("mp is not mixdesk: {subject} ({owner}) comes first.", "{path_step}"),
    "mixdesk_missing": ("There is no mixdesk on PATH.", "{path_step}"),
    # terminal
    "browser_ready": ("A login can open a browser.", None),
    "no_browser": ("A login cannot open a browser: {reason}.", "mp login --no-browser"),
    "clipboard_ready": ("A copy goes into this machine's clipboard.", None),
    "clipboard_of_terminal": (
        "A copy goes into the clipboard of your terminal, if that allows it (OSC 52).",
        None,
    ),
    "no_clipboard": ("This machine's clipboard cannot be reached{why}.", "{clipboard_step}"),
    "plain_terminal": ("TERM says that the app cannot draw here.", None),
    "no_colour": ("NO_COLOR is set: nothing is told by colour.", None),
    # network
    "reachable": ("{subject} answers ({took_ms} ms).", None),
    "server_error": ("{subject} answers with an error ({status}).", "Try again in some minutes."),
    "odd_answer": (
        "{subject} answers as Mixpanel would not ({status}): somebody in between may.",
        "Check your network, VPN or proxy.",
    ),
    "name_unknown": (
        "The name of {subject} is not known to DNS.",
        "Check your network or VPN, and the name if it is yours.",
    ),
    "tls_failed": (
        "{subject} shows a certificate that is not trusted{why}.",
        "Where a company's proxy signs: export SSL_CERT_FILE=/path/to/its/ca.pem",
    ),
    "proxy_failed": ("The proxy on the way to {subject} fails{why}.", "{proxy_step}"),
    "proxy_unusable": (
        "A variable names a proxy that cannot be used, so nobody can be asked.",
        "unset ALL_PROXY HTTPS_PROXY HTTP_PROXY",
    ),
    "certificates_unreadable": (
        "A variable names certificates that cannot be read, so nobody can be asked.",
        "unset SSL_CERT_FILE SSL_CERT_DIR",
    ),
    "connection_refused": ("{subject} refuses the connection.", "Check its port and a firewall."),
    "no_way": ("There is no way to {subject}{why}.", "Check your network or VPN."),
    "timed_out": ("{subject} did not answer in time.", "Check your network, VPN or proxy."),
    "broke_off": ("{subject} broke off without an answer.", "Check your network, VPN or proxy."),
    "clock_right": ("Your clock agrees with {subject}.", None),
    "clock_off": (
        "Your clock is {off}, says {subject}.",
        "Set it: tokens end too early or too late by it.",
    ),
}
"""Code to sentence and next step; codes that are not here bring their own words."""


def sentence(finding: Finding, now: float) -> str:
    """What was found, and where.

    Args:
        finding: What was found.
        now: The time, in seconds since the epoch.
    """
    template, _ = WORDS.get(finding.code, ("{summary}", None))
    said = template.format_map(_values(finding, now))
    failed = finding.facts.get("failed")
    return f"{said} It could not be mended: {str(failed).rstrip('.')}." if failed else said


def next_step(finding: Finding, now: float) -> str | None:
    """What to do next; None when nothing is to be done."""
    if finding.fixed:
        return None
    if finding.can_fix and "failed" not in finding.facts:
        return FIX
    _, template = WORDS.get(finding.code, ("", None))
    hint = finding.facts.get("hint")
    text = template.format_map(_values(finding, now)) if template else hint
    return str(text) if text else None


def _values(finding: Finding, now: float) -> Mapping[str, object]:
    """What the templates may name."""
    facts, subject = finding.facts, finding.subject
    at = facts.get("at")
    at = float(at) if isinstance(at, int | float) else None
    return {
        **facts,
        "subject": subject,
        "quoted": shlex.quote(subject),
        "directory": shlex.quote(os.path.dirname(subject)),
        "variables": subject.replace(",", ""),
        "ago": words.ago(at, now) or "before",
        "left": words.span(at - now) if at is not None else "",
        "limit": f"{facts.get('limit') or 0:,}",
        "of": _of(finding),
        "why": f" ({facts['detail']})" if facts.get("detail") else _missing_display(finding),
        "off": _off(facts.get("seconds")),
        "workspace_step": _workspace_step(subject, str(facts.get("project_by") or "")),
        "path_step": _path_step(finding),
        "clipboard_step": _clipboard_step(facts.get("display")),
        "proxy_step": f"unset {facts['proxy']}" if facts.get("proxy") else "Check the proxy.",
    }


def _of(finding: Finding) -> object:
    """Whose login it was; of how many accounts."""
    if finding.code == "interrupted_login":
        account = finding.facts.get("account")
        return f" (account {account})" if account else ""
    return finding.facts.get("of")


def _missing_display(finding: Finding) -> str:
    is_blind = finding.code == "no_clipboard" and not finding.facts.get("display")
    return ": there is no display" if is_blind else ""


def _off(seconds: object) -> str:
    """How far this clock is from another, which is ``seconds`` ahead."""
    if not isinstance(seconds, int | float):
        return ""
    return f"{words.span(abs(seconds))} {'behind' if seconds > 0 else 'ahead'}"


def _workspace_step(subject: str, project_by: str) -> str:
    """What parts a workspace from a project that it is not in: a variable goes first."""
    for variable in (subject, project_by):
        if variable.startswith("MP_"):
            return f"unset {variable}"
    kind, _, name = subject.partition(" ")
    if kind == "target" and name:
        return f"mp target update {shlex.quote(name)} -w ID"
    return "mp workspace use ID"


def _path_step(finding: Finding) -> str:
    if finding.facts.get("instead"):
        return "mixdesk"
    directory = finding.facts.get("directory")
    return f'export PATH={shlex.quote(str(directory))}:"$PATH"' if directory else ""


def _clipboard_step(display: object) -> str:
    return {"Wayland": "Install wl-clipboard.", "X11": "Install xclip."}.get(str(display), "")
