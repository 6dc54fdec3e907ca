"""What the listener shows in the browser: small, static pages that need and tell nothing."""

from __future__ import annotations

import base64
import hashlib
from http import HTTPStatus
from typing import NamedTuple

_STYLE = """\
:root { color-scheme: light dark; --ink: #1b1b25; --soft: #5b5b6b; --paper: #fff; --desk: #f4f4f8;
  --line: #d8d8e2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf4; --soft: #a8a8ba; --paper: #1e1e2a; --desk: #14141c; --line: #3a3a4c; }
}
body { margin: 0; min-height: 100vh; display: grid; place-content: center; background: var(--desk);
  color: var(--ink); font: 1.05rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 1rem; padding: 1.75rem 2rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.3; }
p { margin: .5rem 0 0; }
small { color: var(--soft); }
"""

_PAGE = f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mixdesk: {{heading}}</title>
<style>{_STYLE.replace("{", "{{").replace("}", "}}")}</style>
</head>
<body>
<main>
<h1>{{heading}}</h1>
<p>{{text}}</p>
<p><small>mixdesk, on this computer</small></p>
</main>
</body>
</html>
"""

_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Page(NamedTuple):
    """What a person reads."""

    heading: str
    text: str


RECEIVED = Page(
    "Back to your terminal",
    "Your answer has arrived, and the login goes on there. You can close this tab.",
)
FAILED = Page(
    "Not logged in",
    "The program that you are logging in to says why. You can close this tab.",
)
OTHER_LOGIN = Page(
    "Another login is waiting",
    "This tab belongs to an earlier attempt. Use the one that was opened last, "
    "or start again in your terminal.",
)
TOO_LONG = Page(
    "That was too long",
    "Copy the address of this tab and paste it into the login, which is still waiting.",
)
NOTHING_HERE = Page(
    "Nothing to see here",
    "This address only serves a login that was begun in your terminal.",
)


def refusal(status: int) -> Page:
    """The page for a request that is refused."""
    return TOO_LONG if status in (414, 431) else NOTHING_HERE


def http_answer(status: int, page: Page, *, is_head: bool = False) -> bytes:
    """A whole HTTP answer, after which the connection ends.

    Args:
        status: The HTTP status.
        page: What is shown.
        is_head: Leave the page away, as ``HEAD`` wants it.
    """
    body = _PAGE.format(heading=page.heading, text=page.text).encode()
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        f"Content-Security-Policy: {_POLICY}",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: GET")
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return head if is_head else head + body
