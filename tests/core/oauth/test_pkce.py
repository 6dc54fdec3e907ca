"""One attempt's secrets: as long as they must be, and never the same twice."""

from __future__ import annotations

import re

from mixdesk.model.secret import Secret
from mixdesk.oauth.pkce import Pkce, new_state


def test_the_challenge_is_that_of_the_rfc() -> None:
    pkce = Pkce.of(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))  # RFC 7636, appendix B
    assert pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_is_as_the_rfc_wants_it_and_long_enough() -> None:
    verifier = Pkce.new().verifier.get_secret_value()
    assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier)
    assert len(verifier) * 6 >= 256


def test_a_new_pair_belongs_together() -> None:
    pkce = Pkce.new()
    assert Pkce.of(pkce.verifier) == pkce
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", pkce.challenge)


def test_a_state_has_at_least_128_bits_and_fits_a_query() -> None:
    state = new_state().get_secret_value()
    assert re.fullmatch(r"[A-Za-z0-9_-]+", state)
    assert len(state) * 6 >= 128


def test_nothing_is_drawn_twice() -> None:
    assert len({Pkce.new().verifier for _ in range(100)}) == 100
    assert len({new_state() for _ in range(100)}) == 100


def test_neither_shows_its_secret() -> None:
    pkce, state = Pkce.new(), new_state()
    assert pkce.verifier.get_secret_value() not in repr(pkce)
    assert state.get_secret_value() not in f"{state!r}{state}"
