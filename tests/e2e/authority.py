"""Two authorization servers under one face: the sandbox's, and a real one."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin

import httpx

from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox import browsing
from tests.e2e.authserver.process import PATIENCE, AuthServer
from tests.e2e.browser import Browser


class Authority(Protocol):
    """An authorization server, and somebody who has an account there."""

    @property
    def base_url(self) -> str:
        """For ``MP_API_BASE_URL``."""
        ...

    def decide(self, browser: Browser, url: str, *, yes: bool) -> None:
        """Open the address of a login in a browser, and say yes or no."""
        ...

    def decide_elsewhere(self, url: str) -> str:
        """Say yes in a browser on another machine; where that one ends is returned."""
        ...

    def decide_device(self, browser: Browser, url: str, code: str, *, yes: bool) -> None:
        """Type the code of a device in a browser, and say yes or no."""
        ...

    def end_access(self, access_token: str) -> None:
        """Let an access token's life be over."""
        ...

    def granted(self, grant_type: str) -> int:
        """How many requests of this grant have been given tokens, of all clients."""
        ...


@dataclass(frozen=True, slots=True)
class SandboxAuthority:
    """The embedded one."""

    server: SandboxServer

    @property
    def base_url(self) -> str:
        return f"{self.server.origin}/us"

    def decide(self, browser: Browser, url: str, *, yes: bool) -> None:
        browser.open(url)
        browser.press("Authorize" if yes else "Cancel")

    def decide_elsewhere(self, url: str) -> str:
        return browsing.log_in(url)

    def decide_device(self, browser: Browser, url: str, code: str, *, yes: bool) -> None:
        browser.open(url)
        browser.enter_code(code, button="Continue")
        browser.press("Authorize" if yes else "Cancel")

    def end_access(self, access_token: str) -> None:
        self.server.identities.revoke_token(access_token)

    def granted(self, grant_type: str) -> int:
        requests = self.server.oauth.token_requests
        return sum(each.grant_type == grant_type and each.outcome == "ok" for each in requests)


@dataclass(frozen=True, slots=True)
class RealAuthority:
    """django-oauth-toolkit, and alice."""

    server: AuthServer

    @property
    def base_url(self) -> str:
        return self.server.base_url

    @property
    def alice(self) -> tuple[str, str]:
        return "alice", self.server.users["alice"]

    def decide(self, browser: Browser, url: str, *, yes: bool) -> None:
        browser.forget()
        browser.open(url)
        browser.sign_in(*self.alice)
        browser.press("Authorize" if yes else "Cancel")

    def decide_elsewhere(self, url: str) -> str:
        user, password = self.alice
        with httpx.Client(trust_env=False, timeout=PATIENCE) as http:
            page = http.get(url, follow_redirects=True)
            credentials = {"username": user, "password": password}
            consent = _send(http, page, credentials, follow=True)
            answer = _send(http, consent, {"allow": "Authorize"}, follow=False)
        assert answer.status_code == 302, answer.text
        location: str = answer.headers["Location"]
        return location

    def decide_device(self, browser: Browser, url: str, code: str, *, yes: bool) -> None:
        browser.forget()
        browser.open(url)
        browser.sign_in(*self.alice)
        browser.enter_code(code)
        browser.press("Accept" if yes else "Deny")

    def end_access(self, access_token: str) -> None:
        self.server.expire_access_token(access_token)

    def granted(self, grant_type: str) -> int:
        requests = self.server.token_requests()
        return sum(each.grant_type == grant_type and each.status == 200 for each in requests)


def _send(
    http: httpx.Client, page: httpx.Response, fields: Mapping[str, str], *, follow: bool
) -> httpx.Response:
    """Send the form of a page, with what it holds already."""
    assert page.status_code == 200, page.text
    held = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            held[attributes["name"]] = html.unescape(attributes.get("value", ""))
    action = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    url = urljoin(str(page.url), html.unescape(action[1]) if action and action[1] else "")
    headers = {"Referer": str(page.url)}
    return http.post(
        url or str(page.url), data={**held, **fields}, headers=headers, follow_redirects=follow
    )
