"""Refusals of the authorization server: JSON for programs, a page for people."""

from __future__ import annotations

from mixdesk.sandbox.wire import Answer, json_answer

NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
"""What goes with every answer that has a secret in it, or an error in its place."""


class OAuthRefusedError(Exception):
    """A program's request is refused (RFC 6749, section 5.2, and those built on it).

    Args:
        code: The error code.
        description: What a developer reads.
        status: HTTP status; by default 401 for ``invalid_client``, else 400.
    """

    def __init__(self, code: str, description: str, status: int | None = None) -> None:
        self.code = code
        self.description = description
        self.status = status or (401 if code == "invalid_client" else 400)
        super().__init__(code)

    def answer(self) -> Answer:
        """The error as JSON."""
        body = {"error": self.code, "error_description": self.description}
        challenge = (("WWW-Authenticate", f'Bearer error="{self.code}"'),)
        return json_answer(body, self.status, *NO_STORE, *(challenge if self.status == 401 else ()))
