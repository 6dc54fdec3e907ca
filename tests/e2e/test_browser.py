"""The browser of the tests finds its way by the words on any page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.e2e.authserver.by_hand import Redirects, listening
from tests.e2e.browser import Browser, BrowserError

pytestmark = pytest.mark.needs_chromium

PAGE = """
<form action="{uri}">
<p>Which   <b>account</b>?</p>
<label><input type="radio" name="account" value="a" checked> Ana (ana@example.com)</label>
<label><input type="radio" name="account" value="b"> Ben (ben@example.com)</label>
<input name="user_code" value="old">
<button name="decision" value="allow">Authorize</button>
<input type="submit" name="decision" value="Don't">
</form>
"""


@pytest.fixture
def form(browser: Browser) -> Iterator[Redirects]:
    """A page with a form, and where it is sent to."""
    with listening() as redirects:
        browser.open("data:text/html," + quote(PAGE.format(uri=redirects.uri)))
        yield redirects


def test_a_form_is_filled_in_and_sent(browser: Browser, form: Redirects) -> None:
    browser.wait_for("Which account?")
    browser.choose("Ben")
    browser.enter_code("ABCD-EFGH", button="Authorize")
    sent = {"account": "b", "user_code": "ABCD-EFGH", "decision": "allow"}
    assert form.next() == sent
    assert browser.text == "Welcome"
    assert browser.url.startswith(form.uri)


def test_a_button_may_be_an_input_too(browser: Browser, form: Redirects) -> None:
    browser.press("Don't")
    assert form.next()["decision"] == "Don't"


def test_what_is_not_there_is_reported_with_what_is(browser: Browser, form: Redirects) -> None:
    browser.be_patient(0)
    with pytest.raises(AssertionError, match=r"nothing here(.|\n)*Which account"):
        browser.wait_for("nothing here")


def test_it_looks_up_no_name_but_this_machine(browser: Browser, form: Redirects) -> None:
    # Without its flags it would find this one, as it finds the names of other machines.
    with pytest.raises(BrowserError, match="ERR_NAME_NOT_RESOLVED"):
        browser.open(form.uri.replace("localhost", "other.localhost"))
