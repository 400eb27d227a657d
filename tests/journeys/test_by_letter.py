"""A letter to support: staff enter it, make sure who wrote, carry it out; the client sees all of it (L2, L3)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from tests.browsing import Visitor
from tests.people import sign_in_with_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]


def test_a_letter_is_entered_verified_and_fulfilled_and_the_client_sees_who_looked(come: Come) -> None:
    with come() as client:
        address = client.join("writer")
        with come(viewport={"width": 1440, "height": 900}) as clerk:
            sign_in_with_code(clerk, "tobias")
            handle_letter(clerk, address)
        client.open("/admin/")
        client.reads("Journey Writer, corrected by letter")
        timeline = client.page.locator("#looked ~ .row").first.inner_text()
        assert re.search(r"R-|letter|request", timeline)
        assert "Tobias Quill" not in timeline
        client.go(client.page.locator("#requests ~ .row a").first)
        client.reads("Put right, as you wrote.", "done", "letter")


def handle_letter(clerk: Visitor, address: str) -> None:
    """Do what a clerk does with a letter that asks for a correction."""
    clerk.open("/console/requests/")
    clerk.follow("Enter a mail or letter")
    clerk.page.locator("[name=by]").select_option("email")
    clerk.fill(value=address)
    clerk.press("Find")
    clerk.reads("One account is found")
    clerk.reads_not("Journey writer")
    clerk.follow("Enter the request for this account")
    clerk.page.locator("[name=channel]").select_option("letter")
    clerk.page.locator("[name=kind]").select_option("correct")
    clerk.fill(
        received_on=(datetime.now(UTC).date() - timedelta(days=1)).isoformat(),
        text="My name is written with a capital letter.",
    )
    clerk.press("Enter the request")
    request = clerk.page.url
    clerk.reads_not("with a capital letter")
    clerk.press("Take this request")
    clerk.reads("with a capital letter")
    clerk.page.locator("[name=how]").select_option("signed_letter")
    clerk.press("Record it")
    clerk.follow("Open what is held")
    clerk.reads("This look stands in the client’s timeline", "Journey writer")
    clerk.go(clerk.link_of("Name"))
    clerk.fill(name="Journey Writer, corrected by letter")
    clerk.press("Save the correction")
    clerk.open(request)
    clerk.page.locator("[name=outcome]").select_option("fulfilled")
    clerk.fill(answer="Put right, as you wrote.")
    clerk.press("Send the answer and close")
    clerk.reads("done")
