"""Devices that a person brings along, for the journeys: a key that the browser asks in the place of a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page


@contextmanager
def authenticator(page: Page) -> Iterator[Any]:
    """Give the browser a key of its own device, which verifies its user, by the protocol of its developers."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield protocol
    protocol.detach()
