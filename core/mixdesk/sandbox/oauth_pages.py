"""The pages that a person sees in a browser. They need no script and fetch nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from mixdesk.sandbox.wire import Answer

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1.05rem/1.5 system-ui, sans-serif; color: #1b1b25; background: #f4f4f8;
  max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
main { background: #fff; border: 1px solid #d8d8e2; border-radius: .75rem; padding: 1.5rem 2rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
fieldset { border: 1px solid #d8d8e2; border-radius: .5rem; margin: 1rem 0; }
label { display: block; padding: .25rem 0; overflow-wrap: anywhere; }
label small { color: #5b5b6b; display: block; padding-left: 1.75rem; }
label input.code { display: block; margin: .5rem 0; }
.code { font: 2.2rem/1.4 ui-monospace, monospace; letter-spacing: .12em; text-align: center; }
.scopes { padding: 0; overflow-wrap: anywhere; }
.scopes li { display: inline-block; margin: 0 1rem .25rem 0; }
button { font: inherit; padding: .5rem 1.25rem; border-radius: .5rem; border: 1px solid #4b4bc8;
  background: #fff; color: #3a3ab0; margin-right: .5rem; }
button.primary { background: #4b4bc8; color: #fff; }
button:focus-visible, input:focus-visible { outline: 3px solid #1b1b25; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { background: #14141c; color: #ececf4; } main { background: #1e1e2a; border-color: #3a3a4c; }
  label small { color: #a8a8ba; } fieldset { border-color: #3a3a4c; }
  button { background: #1e1e2a; color: #b8b8ff; }
  button.primary { background: #5a5ae0; color: #fff; }
  button:focus-visible, input:focus-visible { outline-color: #ececf4; }
}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
{body}
</main>
<p><small>A sandbox: nobody here exists, and no password is asked for.</small></p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may say yes."""

    account: str
    name: str
    email: str
    organizations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, and how the answer comes back."""

    client: str
    """The program's name; it chose that itself."""
    region: str
    scope: str
    people: tuple[Person, ...]
    action: str
    """The path that the form goes to."""
    ticket: str


def consent_page(question: Question, back_to: str, *headers: tuple[str, str]) -> Answer:
    """May this program have access?

    Args:
        question: What is asked.
        back_to: The origin that the browser goes back to, as a policy names it.
        headers: Further headers.
    """
    client = _name(question.client or "A program without a name")
    body = f"""\
<p>{client} asks for access to your Mixpanel data ({escape(question.region.upper())}).</p>
{_form(question)}"""
    heading = f"Authorize {client}?"
    return _page("Authorize", heading, body, 200, f"'self' {back_to}", *headers)


def device_page(question: Question, user_code: str, *headers: tuple[str, str]) -> Answer:
    """May the program on that device have access?"""
    client = _name(question.client or "A program without a name")
    body = f"""\
<p>Is this the code that your device shows?</p>
<p class="code">{escape(user_code)}</p>
<p>If you have not started this login yourself, cancel: somebody else would get your data.</p>
<p>{client} asks for access to your Mixpanel data ({escape(question.region.upper())}).</p>
{_form(question)}"""
    return _page("Log in a device", f"Log in {client}?", body, 200, "'self'", *headers)


def code_page(action: str, problem: str = "") -> Answer:
    """Which code does your device show?

    Args:
        action: The path of the page.
        problem: What is wrong with the code before.
    """
    said = f'<p role="alert"><strong>{escape(problem)}</strong></p>' if problem else ""
    body = f"""\
{said}
<form method="get" action="{escape(action)}">
<label>The code that your device shows
<input class="code" name="user_code" autocomplete="off" autocapitalize="characters" size="10"
 spellcheck="false" required autofocus></label>
<p><button class="primary">Continue</button></p>
</form>"""
    return _page("Log in a device", "Log in a device", body, 400 if problem else 200)


def message_page(heading: str, text: str, status: int = 200) -> Answer:
    """Something that a person is told."""
    return _page(heading, escape(heading), f"<p>{escape(text)}</p>", status)


def _form(question: Question) -> str:
    scopes = " ".join(f"<li>{escape(each)}</li>" for each in question.scope.split())
    return f"""\
<form method="post" action="{escape(question.action)}">
<input type="hidden" name="ticket" value="{escape(question.ticket)}">
<fieldset>
<legend>Who are you?</legend>
{_choice(question.people)}
</fieldset>
<p>It will be able to use:</p>
<ul class="scopes">{scopes}</ul>
<p><button class="primary" name="decision" value="allow">Authorize</button>
<button name="decision" value="deny">Cancel</button></p>
</form>"""


def _choice(people: Iterable[Person]) -> str:
    lines = []
    for place, person in enumerate(people):
        checked = "" if place else " checked"
        where = ", ".join(_name(each) for each in person.organizations) or "no organization yet"
        lines.append(
            f'<label><input type="radio" name="account" value="{escape(person.account)}"{checked}> '
            f"{_name(person.name)} &lt;{escape(person.email)}&gt;<small>{where}</small></label>"
        )
    return "\n".join(lines)


def _name(text: str) -> str:
    """A name that somebody chose: kept from being markup, and from turning its surroundings."""
    return f"<bdi>{escape(text)}</bdi>"


def _page(
    title: str,
    heading: str,
    body: str,
    status: int = 200,
    form_action: str = "'self'",
    *headers: tuple[str, str],
) -> Answer:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    page = _PAGE.format(title=escape(title), style=_STYLE, heading=heading, body=body)
    return Answer(
        status,
        page.encode("utf-8", "replace"),
        "text/html; charset=utf-8",
        (
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", policy),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            *headers,
        ),
    )
