"""A person with a browser, for the pages of the sandbox's authorization server."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from tests.core.sandbox.asking import plain_http


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """What is sent: hidden fields, and the radio button that is checked."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Radio buttons, and buttons with a name."""


class Page(HTMLParser):
    """What a browser makes of a page, as far as we need it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.forms: list[Form] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()

    @property
    def form(self) -> Form:
        assert len(self.forms) == 1
        return self.forms[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        assert not [name for name in values if name.startswith("on")]
        self.elements.append(tag)
        if tag not in ("input", "br", "meta"):
            self._open.append(tag)
        if tag == "form":
            self.forms.append(Form(values["action"], values["method"]))
        if tag in ("input", "button") and "name" in values:
            self._control(values)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.texts[tag] = self.texts.get(tag, "") + data

    def _control(self, values: dict[str, str]) -> None:
        form, name, value = self.forms[-1], values["name"], values.get("value", "")
        if values.get("type") in (None, "radio"):
            form.choices.setdefault(name, []).append(value)
        if values.get("type") == "hidden" or "checked" in values:
            form.fields[name] = value


class Visitor:
    """Follows no redirect by itself, so that a test sees where it would have gone."""

    def __init__(self) -> None:
        self.http = plain_http()
        self.url = ""
        self.answer = httpx.Response(200)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    @property
    def page(self) -> Page:
        return Page(self.answer.text)

    def open(self, url: str) -> Page:
        self.url, self.answer = url, self.http.get(url)
        return self.page

    def send(self, **choices: str) -> httpx.Response:
        """Send the page's form, as it is shown save for these choices."""
        form = self.page.form
        url, fields = urljoin(self.url, form.action), {**form.fields, **choices}
        if form.method == "get":
            self.open(f"{url}?{httpx.QueryParams(fields)}")
        else:
            self.url, self.answer = url, self.http.post(url, data=fields)
        return self.answer


def log_in(url: str, account: str | None = "acme-corp") -> str:
    """Open an authorization URL, say who one is, and agree.

    Args:
        url: What the client would have opened in a browser.
        account: Who; None to say no instead.

    Returns:
        Where the browser is sent back to.
    """
    with Visitor() as visitor:
        visitor.open(url)
        if account is None:
            answer = visitor.send(decision="deny")
        else:
            answer = visitor.send(decision="allow", account=account)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def fields_of(location: str) -> dict[str, str]:
    """The query of a redirect."""
    query = parse_qs(urlsplit(location).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}
