"""What the browser brings back: the answer, somebody else's, or nonsense."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.exceptions import OAuthError
from mixdesk.model.secret import Secret
from mixdesk.oauth.callback import Expected, StrayError, read_callback, read_pasted

STATE = "canary-state-7Jx0"
CODE = "canary-code-Qz91"
ISSUER = "https://login.example/tenant"
EXPECTED = Expected(Secret(STATE), ISSUER, needs_issuer=False)
STRICT = EXPECTED._replace(needs_issuer=True)
URL = "http://localhost:19284/callback"
GOOD = f"code={CODE}&state={STATE}"


def code_of(query: str, expected: Expected = EXPECTED) -> str:
    return read_callback(query, expected).get_secret_value()


def refused(query: str, expected: Expected = EXPECTED) -> OAuthError:
    with pytest.raises(OAuthError) as caught:
        read_callback(query, expected)
    assert_nothing_is_told(caught.value)
    return caught.value


def not_pasted(text: str, expected: Expected = EXPECTED) -> OAuthError:
    with pytest.raises(OAuthError) as caught:
        read_pasted(text, expected)
    assert_nothing_is_told(caught.value)
    return caught.value


def assert_nothing_is_told(error: OAuthError) -> None:
    told = f"{error!r}{error}{error.to_dict()}{error.__cause__}"
    assert "canary" not in told
    assert "evil" not in told


def test_the_right_answer_gives_its_code() -> None:
    assert code_of(GOOD) == CODE
    assert code_of(f"state={STATE}&code={CODE}&scope=a+b&session_state=1") == CODE


@pytest.mark.parametrize(
    ("name", "is_its_own"),
    [
        *((ISSUER, True), (f"{ISSUER}/", True), (f"{ISSUER}/realm", True)),
        *(("https://login.example", False), (f"{ISSUER}.evil", False), (f"{ISSUER}evil", False)),
    ],
)
def test_a_server_whose_name_is_not_known_may_have_any_below(name: str, is_its_own: bool) -> None:
    below = EXPECTED._replace(is_anywhere_below=True)
    query = f"{GOOD}&iss={quote(name, safe='')}"
    if is_its_own:
        assert code_of(query, below) == CODE
    else:
        assert refused(query, below).code == "OAUTH_STATE_MISMATCH"


def test_a_code_is_decoded_once() -> None:
    assert code_of(f"state={STATE}&code={quote('a+b/c%20=')}") == "a+b/c%20="


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=x",
        f"code={CODE}&state=",
        f"code={CODE}&state=x",
        f"code={CODE}&state={STATE}x",
        f"code={CODE}&state={STATE[:-1]}",
        f"code={CODE}&state={STATE.upper()}",
        f"code={CODE}&State={STATE}",
        f"code={CODE}&state={STATE}&state={STATE}",
        f"code={CODE}&state={STATE}&state=other",
        f"code={CODE}&state=%FF%00{STATE}",
        f"code={CODE};state={STATE}",
        "error=access_denied",
        "error=access_denied&state=x",
        f"state={STATE}",
        f"state={STATE}&code=",
        f"state={STATE}&code=a&code=b",
        f"state={STATE}&code=%00",
        f"state={STATE}&code=%C3%A9",
        f"state={STATE}&code={'a' * 4097}",
        GOOD + "&a=b" * 40,
    ],
)
def test_what_is_no_answer_to_us_is_a_stray(query: str) -> None:
    with pytest.raises(StrayError) as caught:
        read_callback(query, EXPECTED)
    assert "canary" not in str(caught.value)


def test_an_answer_without_the_state_says_nothing_about_the_issuer() -> None:
    with pytest.raises(StrayError):
        read_callback("code=x&state=y&iss=https%3A%2F%2Fevil.example", STRICT)


def test_the_state_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return True

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert code_of(f"code={CODE}&state=something") == CODE
    assert compared == [(b"something", STATE.encode())]


def test_who_declined_is_told_so_at_once() -> None:
    error = refused(f"error=access_denied&state={STATE}&error_description=evil")
    assert error.code == "OAUTH_AUTH_DENIED"
    assert error.details == {"error": "access_denied"}
    assert error.hint is not None
    assert "mp login" in error.hint


@pytest.mark.parametrize(
    ("said", "kept", "is_temporary"),
    [
        ("invalid_scope", "invalid_scope", False),
        ("unauthorized_client", "unauthorized_client", False),
        ("server_error", "server_error", True),
        ("temporarily_unavailable", "temporarily_unavailable", True),
        ("evil%1b]0;", None, False),
        ("access_denied&error=invalid_scope", None, False),
        ("%00", None, False),
    ],
)
def test_another_error_is_named_if_the_rfc_knows_it(
    said: str, kept: str | None, is_temporary: bool
) -> None:
    error = refused(f"state={STATE}&error={said}&error_description=evil&error_uri=evil")
    assert error.code == "OAUTH_TOKEN_ERROR"
    assert error.details == {"error": kept, "is_temporary": is_temporary}
    assert kept is None or kept in error.message


def test_an_error_counts_more_than_a_code() -> None:
    assert refused(f"{GOOD}&error=access_denied").code == "OAUTH_AUTH_DENIED"


@pytest.mark.parametrize("iss", [ISSUER, ISSUER + "/"])
def test_the_right_issuer_is_accepted(iss: str) -> None:
    for expected in (EXPECTED, STRICT):
        assert code_of(f"{GOOD}&{urlencode({'iss': iss})}", expected) == CODE


@pytest.mark.parametrize(
    "iss",
    [
        "iss=https%3A%2F%2Fevil.example",
        "iss=https%3A%2F%2Flogin.example",
        "iss=https%3A%2F%2Flogin.example%2FTENANT",
        "iss=%2F",
        f"iss={quote(ISSUER)}&iss={quote(ISSUER)}",
        f"iss={quote(ISSUER)}&iss=evil",
    ],
)
@pytest.mark.parametrize("rest", [GOOD, f"state={STATE}&error=access_denied"])
def test_a_wrong_issuer_ends_the_login_whatever_else_is_said(iss: str, rest: str) -> None:
    for expected in (EXPECTED, STRICT):
        error = refused(f"{rest}&{iss}", expected)
        assert error.code == "OAUTH_STATE_MISMATCH"
        assert error.details == {"issuer": ISSUER}


def test_a_missing_issuer_counts_only_where_it_is_promised() -> None:
    assert code_of(GOOD) == CODE
    assert refused(GOOD, STRICT).code == "OAUTH_STATE_MISMATCH"
    assert refused(GOOD + "&iss=", STRICT).code == "OAUTH_STATE_MISMATCH"
    declined = refused(f"error=access_denied&state={STATE}", STRICT)
    assert declined.code == "OAUTH_AUTH_DENIED"


@pytest.mark.parametrize(
    "text",
    [
        f"{URL}?{GOOD}",
        f"  {URL}?{GOOD}\r\n",
        f'"{URL}?{GOOD}"',
        f"<{URL}?{GOOD}>",
        f"{URL}?code={CODE}&sta\n  te={STATE}",
        f"{URL}?{GOOD}#_=_",
        f"localhost:19284/callback?{GOOD}",
        f"https://forwarded.example/callback?{GOOD}",
        f"?{GOOD}",
        GOOD,
    ],
)
def test_the_address_or_its_query_can_be_pasted(text: str) -> None:
    assert read_pasted(text, EXPECTED).get_secret_value() == CODE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no_address"),
        ("   \n", "no_address"),
        (CODE, "no_address"),
        ("yes", "no_address"),
        (URL, "no_address"),
        (f"{URL}?code={CODE}", "no_address"),
        (f"{URL}?{'a=b&' * 40}", "no_address"),
        (f"https://mixpanel.com/oauth/authorize/?state={STATE}&code_challenge=x", "not_yet"),
        (f"{URL}?code={CODE}&state=canary-other", "other_login"),
        (f"{URL}?code={CODE}&state={STATE}&state={STATE}", "other_login"),
        (f"{URL}?state={STATE}", "no_code"),
        (f"{URL}?{GOOD}&{'x' * 20000}", "too_long"),
        ("\x1b[31m\udcff\0", "no_address"),
        (f"state=\udcff{STATE}", "other_login"),
    ],
)
def test_something_else_that_was_pasted_is_named_and_can_be_pasted_again(
    text: str, problem: str
) -> None:
    error = not_pasted(text)
    assert error.code == "OAUTH_PASTE_ERROR"
    assert error.details == {"problem": problem}
    assert error.hint is not None


def test_what_is_pasted_is_checked_like_what_the_browser_brings() -> None:
    assert not_pasted(f"{URL}?error=access_denied&state={STATE}").code == "OAUTH_AUTH_DENIED"
    assert not_pasted(f"{URL}?{GOOD}&iss=evil").code == "OAUTH_STATE_MISMATCH"
    assert not_pasted(f"{URL}?{GOOD}", STRICT).code == "OAUTH_STATE_MISMATCH"


@given(st.text(max_size=200) | st.lists(st.sampled_from("&=?#%/+;ae\x00\udcff")).map("".join))
def test_no_text_is_taken_for_an_answer_or_breaks_the_reader(text: str) -> None:
    with pytest.raises(StrayError):
        read_callback(text, EXPECTED)
    assert not_pasted(text).code == "OAUTH_PASTE_ERROR"


@given(
    code=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1),
    extra=st.dictionaries(st.text(), st.text(min_size=1), max_size=9),
)
def test_a_code_of_any_letters_comes_through(code: str, extra: dict[str, str]) -> None:
    for name in ("code", "state", "iss", "error"):
        extra.pop(name, None)
    query = urlencode({**extra, "code": code, "state": STATE}, errors="replace")
    assert dict(parse_qsl(query))["code"] == code
    assert code_of(query) == code


def test_nobody_s_secret_is_shown_by_what_is_expected() -> None:
    assert STATE not in repr(EXPECTED)


@pytest.mark.parametrize("iss", ["https://mixpanel.com", "https://mixpanel.com/oauth/"])
def test_a_server_that_never_said_its_name_may_use_its_origin(iss: str) -> None:
    state = Secret("s" * 43)
    expected = Expected(state, "https://mixpanel.com/oauth", False, "https://mixpanel.com")
    query = f"code=c&state={state.get_secret_value()}&iss={iss}"
    assert read_callback(query, expected) == Secret("c")
    with pytest.raises(OAuthError):
        read_callback(query.replace("mixpanel.com", "mixpanel.com.evil.test"), expected)
