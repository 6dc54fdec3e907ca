"""``/oauth/authorize/``: a person is asked, in a browser (RFC 6749, 4.1.1; RFC 7636; RFC 9207)."""

from __future__ import annotations

import re

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_clients import Client
from mixdesk.sandbox.oauth_codes import AuthorizationRequest
from mixdesk.sandbox.oauth_errors import OAuthRefusedError
from mixdesk.sandbox.oauth_metadata import issuer_of
from mixdesk.sandbox.oauth_overrides import overridden
from mixdesk.sandbox.oauth_pages import Question, consent_page, message_page
from mixdesk.sandbox.oauth_people import chosen, people
from mixdesk.sandbox.oauth_redirects import is_one_of, origin_source, with_query
from mixdesk.sandbox.oauth_request import needed, oauth_path, wanted_scope
from mixdesk.sandbox.oauth_tickets import browser_of, cookie_header
from mixdesk.sandbox.wire import Answer

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_SINGLE = ("client_id", "redirect_uri", "response_type", "scope", "state")


class _PageError(Exception):
    """The browser must not be sent anywhere: its person is told why.

    Args:
        text: What is wrong.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def authorize(call: Call) -> Answer:
    """``GET /oauth/authorize/``: the page that asks."""
    oauth, query = call.world.oauth, call.request
    try:
        client, redirect_uri = _who_and_where(call)
    except _PageError as error:
        return message_page("This login cannot go on", error.text, 400)
    try:
        request = _request(call, client, redirect_uri)
    except OAuthRefusedError as refusal:
        said = {"error": refusal.code, "error_description": refusal.description}
        return _back(call, redirect_uri, query.param("state"), said)
    browser = browser_of(query)
    question = Question(
        client=client.name,
        region=call.region,
        scope=request.scope,
        people=people(call),
        action=oauth_path(call, "authorize/"),
        ticket=oauth.authorizations.give(browser, request),
    )
    cookie = cookie_header(browser, oauth_path(call))
    return consent_page(question, origin_source(redirect_uri), cookie)


def decide(call: Call) -> Answer:
    """``POST /oauth/authorize/``: what the person said."""
    oauth = call.world.oauth
    request = oauth.authorizations.take(call.request)
    if request is None:
        return message_page("This page is too old", "Start again where you came from.", 403)
    if call.request.field("decision") != "allow":
        said = {"error": "access_denied", "error_description": "The person has said no."}
        return _back(call, request.redirect_uri, request.state, said)
    identity = chosen(call)
    if identity is None:
        return message_page("Nobody was chosen", "Start again where you came from.", 400)
    code = oauth.codes.add(request, identity)
    return _back(call, request.redirect_uri, request.state, {"code": code})


def _who_and_where(call: Call) -> tuple[Client, str]:
    """The client, and where its answer goes.

    Raises:
        _PageError: One of them is not what was registered.
    """
    request = call.request
    for name in _SINGLE:
        if len(request.query.get(name, ())) > 1:
            raise _PageError(f"Duplicate {name} parameter.")
    client = call.world.oauth.clients.find(call.region, request.param("client_id"))
    if client is None:
        raise _PageError("Invalid client_id parameter value.")
    redirect_uri = request.param("redirect_uri")
    if not is_one_of(redirect_uri, client.redirect_uris):
        raise _PageError("Mismatching redirect URI.")
    return client, redirect_uri


def _request(call: Call, client: Client, redirect_uri: str) -> AuthorizationRequest:
    """What is asked for.

    Raises:
        OAuthRefusedError: Something that is not to be had; the client is told.
    """
    fields = {name: values[0] for name, values in call.request.query.items()}
    state = needed(fields, "state")
    if needed(fields, "response_type") != "code":
        raise OAuthRefusedError("unsupported_response_type", "Only code is supported.")
    challenge = needed(fields, "code_challenge")
    if fields.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise OAuthRefusedError("invalid_request", "Transform algorithm not supported.")
    scope = wanted_scope(fields.get("scope", ""))
    return AuthorizationRequest(
        client.client_id, call.region, redirect_uri, challenge, scope, state
    )


def _back(call: Call, redirect_uri: str, state: str, said: dict[str, str]) -> Answer:
    """Send the browser back to the client."""
    known = {"state": state} if state else {}
    true = {**said, **known, "iss": issuer_of(call)}
    fields = overridden(true, call.world.oauth.overrides.redirect)
    headers = (
        ("Location", with_query(redirect_uri, fields)),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    )
    return Answer(302, headers=headers)
