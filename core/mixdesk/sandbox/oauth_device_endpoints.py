"""The two ends of the device flow: where a device begins, and where a person types its code."""

from __future__ import annotations

from urllib.parse import urlencode

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.oauth_devices import Device
from mixdesk.sandbox.oauth_errors import NO_STORE, OAuthRefusedError
from mixdesk.sandbox.oauth_metadata import issuer_of
from mixdesk.sandbox.oauth_overrides import overridden
from mixdesk.sandbox.oauth_pages import Question, code_page, device_page, message_page
from mixdesk.sandbox.oauth_people import chosen, people
from mixdesk.sandbox.oauth_request import known_client, oauth_path, single_fields, wanted_scope
from mixdesk.sandbox.oauth_tickets import browser_of, cookie_header
from mixdesk.sandbox.wire import Answer, json_answer


def begin_device(call: Call) -> Answer:
    """``POST /oauth/device-authorization/`` (RFC 8628, section 3.1)."""
    oauth = call.world.oauth
    try:
        fields = single_fields(call.request)
        client_id = known_client(call, fields)
        scope = wanted_scope(fields.get("scope", ""))
    except OAuthRefusedError as refusal:
        return refusal.answer()
    device = oauth.devices.start(client_id, call.region, scope)
    page = f"{issuer_of(call)}/device/"
    true = {
        "device_code": device.device_code,
        "user_code": device.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': device.user_code})}",
        "expires_in": int(oauth.devices.lifetime),
        "interval": int(device.interval),
    }
    return json_answer(overridden(true, oauth.overrides.device), 200, *NO_STORE)


def ask_for_code(call: Call) -> Answer:
    """``GET /oauth/device/``: which code, and once there is one, whether it is all right."""
    path = oauth_path(call, "device/")
    user_code = call.request.param("user_code")
    if not user_code:
        return code_page(path)
    device = call.world.oauth.devices.waiting(user_code, call.region)
    if device is None:
        return code_page(path, "No device waits for this code. It may be mistyped, or too old.")
    return _question(call, device, path)


def decide_device(call: Call) -> Answer:
    """``POST /oauth/device/``: what the person said."""
    oauth = call.world.oauth
    device = oauth.device_forms.take(call.request)
    if device is None:
        return message_page("This page is too old", "Enter the code of your device again.", 403)
    allowed = call.request.field("decision") == "allow"
    identity = chosen(call) if allowed else None
    if allowed and identity is None:
        return message_page("Nobody was chosen", "Enter the code of your device again.", 400)
    if not oauth.devices.decide(device, identity):
        return message_page("Too late", "This code has ended. Start again on your device.", 400)
    if identity is None:
        return message_page("Cancelled", "The device was not logged in. You can close this page.")
    return message_page("Done", "Your device is logged in. You can close this page.")


def _question(call: Call, device: Device, path: str) -> Answer:
    oauth = call.world.oauth
    client = oauth.clients.find(device.region, device.client_id)
    browser = browser_of(call.request)
    question = Question(
        client=client.name if client else "",
        region=device.region,
        scope=device.scope,
        people=people(call),
        action=path,
        ticket=oauth.device_forms.give(browser, device),
    )
    cookie = cookie_header(browser, oauth_path(call))
    return device_page(question, device.user_code, cookie)
