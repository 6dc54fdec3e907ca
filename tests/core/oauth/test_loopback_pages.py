"""What the browser shows: pages that need nothing and tell nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from mixdesk.oauth import loopback_pages
from mixdesk.oauth.loopback_pages import Page, http_answer, refusal
from tests.core.oauth.visiting import understood

PAGES = [each for each in vars(loopback_pages).values() if isinstance(each, Page)]


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_there_is_a_page_for_each_end() -> None:
    assert len(PAGES) == 5
    assert len(set(PAGES)) == 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.heading)
def test_a_page_is_whole_small_and_asks_for_nothing(page: Page) -> None:
    heard = understood(http_answer(200, page))
    elements = Elements(heard.body)
    assert not elements.open
    assert set(elements.tags) <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "p",
        "small",
    }
    assert elements.attributes <= {"lang", "charset", "name", "content"}
    assert "url(" not in heard.body
    assert "@import" not in heard.body
    assert "//" not in heard.body
    assert page.heading in heard.body
    assert page.text in heard.body
    assert "{" not in heard.body.partition("</style>")[2]
    assert len(heard.body) < 4096


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.heading)
def test_a_page_is_light_or_dark_as_the_reader_likes(page: Page) -> None:
    body = understood(http_answer(200, page)).body
    assert "color-scheme: light dark" in body
    assert "prefers-color-scheme: dark" in body


@pytest.mark.parametrize("status", [200, 400, 403, 404, 405, 414, 431])
def test_every_answer_is_kept_by_nobody_and_runs_nothing(status: int) -> None:
    heard = understood(http_answer(status, refusal(status)))
    assert heard.status == status
    headers = dict(heard.headers)
    policy = headers.pop("Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", heard.body, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers.pop("Allow", None) == ("GET" if status == 405 else None)
    assert headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(heard.body.encode())),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
    }


def test_head_gets_the_same_without_the_page() -> None:
    page = refusal(405)
    whole, head = http_answer(405, page), http_answer(405, page, is_head=True)
    assert head.endswith(b"\r\n\r\n")
    assert whole.startswith(head)
    assert len(whole) > len(head)


def test_who_sends_too_much_is_told_how_to_go_on() -> None:
    assert "paste" in refusal(431).text
    assert refusal(414) == refusal(431)
    assert refusal(404) == refusal(400) != refusal(431)
