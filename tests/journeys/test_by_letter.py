"""A letter to support: staff enter it, make sure who wrote, carry it out; the client sees all of it (L2, L3)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from tests.browsing import Visitor
from tests.hiring import DESK, agree
from tests.people import sign_in_with_code
from tests.running import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
HANDS = """
from troth.rights.models import Request
request = Request.objects.defer("sealed").get(pk=sys.argv[1].rstrip("/").rsplit("/", 1)[-1])
print(request.confirmed_at is not None, request.confirmed_by != request.taken_by)
"""
REVIEW = "is from the client itself"


def test_a_letter_is_entered_verified_and_fulfilled_and_the_client_sees_who_looked(come: Come) -> None:
    with come() as client:
        address = client.join("writer")
        with come(viewport=DESK) as clerk:
            sign_in_with_code(clerk, "tobias")
            handle_letter(clerk, address)
        client.open("/admin/")
        client.reads("Journey Writer, corrected by letter")
        timeline = client.page.locator("#looked ~ .row").first.inner_text()
        assert re.search(r"R-|letter|request", timeline)
        assert "Tobias Quill" not in timeline
        client.go(client.page.locator("#requests ~ .row a").first)
        client.reads("Put right, as you wrote.", "done", "letter")


def test_a_telephone_number_reported_wrong_by_letter_is_changed_only_with_a_second_person(
    come: Come, demo_site: Site
) -> None:
    with come() as client, come(viewport=DESK) as clerk:
        address = client.join("misdialled")
        client.correct("Telephone", telephone="+1 212 555 0111")
        sign_in_with_code(clerk, "tobias")
        request = enter_letter(clerk, address, kind="error", text="The last digits of my number are 0122, not 0111.")
        clerk.page.locator("[name=how]").select_option("signed_letter")
        clerk.press("Record it")
        clerk.reads("changed only with a second person’s word")
        type_telephone(clerk, request)
        with clerk.page.expect_navigation():
            clerk.page.get_by_role("button", name="Save the correction").click()
        clerk.complaints.clear()  # the browser mentions that the page is a refusal
        clerk.reads("A second person has to make sure")
        client.open("/admin/")
        client.reads("212-555-0111")
        clerk.open(request)
        clerk.press("Ask for a second person")
        assert clerk.site.run(HANDS, request).split() == ["False", "True"]
        agree(come, REVIEW, by="wolfram")
        assert clerk.site.run(HANDS, request).split() == ["True", "True"]
        type_telephone(clerk, request)
        clerk.press("Save the correction")
        clerk.open(request)
        clerk.reads("A second person made sure on")
        clerk.page.locator("[name=outcome]").select_option("fulfilled")
        clerk.fill(answer="It ends with 0122 now.")
        clerk.press("Send the answer and close")
        told = client.read_mail(to=address, subject="")
        assert "elephone" in told and "0122" not in told and "0111" not in told
        client.open("/admin/")
        client.reads("212-555-0122")
        client.reads_not("212-555-0111")
        client.go(client.page.locator("#requests ~ .row a").first)
        client.reads("It ends with 0122 now.", "done", "letter")


# -- Steps -------------------------------------------------------------------------------------------------------------


def type_telephone(clerk: Visitor, request: str) -> None:
    """Type the right number on the page of a request."""
    clerk.open(request)
    clerk.follow("Open what is held")
    clerk.go(clerk.link_of("Telephone"))
    clerk.fill(telephone="+1 212 555 0122")


def handle_letter(clerk: Visitor, address: str) -> None:
    """Do what a clerk does with a letter that asks for a correction."""
    request = enter_letter(clerk, address, kind="correct", text="My name is written with a capital letter.")
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


def enter_letter(clerk: Visitor, address: str, *, kind: str, text: str) -> str:
    """Enter a letter and take it; return the page of the request."""
    clerk.open("/console/requests/")
    clerk.follow("Enter a mail or letter")
    clerk.page.locator("[name=by]").select_option("email")
    clerk.fill(value=address)
    clerk.press("Find")
    clerk.reads("One account is found")
    clerk.reads_not("Journey ")
    clerk.follow("Enter the request for this account")
    clerk.page.locator("[name=channel]").select_option("letter")
    clerk.page.locator("[name=kind]").select_option(kind)
    clerk.fill(
        received_on=(datetime.now(UTC).date() - timedelta(days=1)).isoformat(),
        text=text,
    )
    clerk.press("Enter the request")
    request = clerk.page.url
    clerk.reads_not(text)
    clerk.press("Take this request")
    clerk.reads(text)
    return request
