"""Who may log in, as the pages offer them and understand the choice."""

from __future__ import annotations

from dataclasses import replace

from mixdesk.sandbox.call import Call
from mixdesk.sandbox.identities import Identity
from mixdesk.sandbox.oauth_pages import Person


def people(call: Call) -> tuple[Person, ...]:
    """Everybody who can be chosen."""
    names = {each.id: each.name for each in call.world.organizations}
    return tuple(
        Person(
            account=identity.name,
            name=identity.user.name,
            email=identity.user.email,
            organizations=tuple(names[key] for key in identity.organizations if key in names),
        )
        for identity in call.world.oauth.people
    )


def chosen(call: Call) -> Identity | None:
    """Who was chosen, in the region that was asked."""
    account, there_are = call.request.field("account"), call.world.oauth.people
    found = next((each for each in there_are if each.name == account), None)
    return replace(found, region=call.region) if found else None
