"""A day of staff: a member trains again; a curious colleague looks without a case, is objected to, and is shut out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.browsing import Visitor
from tests.people import sign_in_with_code
from troth.staff.courses import list_courses

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
DESK = {"width": 1440, "height": 900}


def test_a_member_whose_certificate_ran_out_trains_and_may_search_again(come: Come) -> None:
    with come(viewport=DESK) as clerk:
        sign_in_with_code(clerk, "casper")
        clerk.open("/console/")
        clerk.reads("Your training certificate does not count today")
        search(clerk, "ottilie@collector.example.org")
        clerk.reads("training certificate has run out")
        clerk.open("/console/training/handling-client-information/")
        clerk.press("Begin the test")
        bank = {question.name: question.right for question in list_courses("en")[0].bank}
        for fieldset in clerk.page.locator("fieldset[id]").all():
            name = fieldset.get_attribute("id") or ""
            clerk.page.locator(f"#{name}-{bank[name]}").check()
        clerk.press("Hand in the test")
        clerk.reads("You passed")
        search(clerk, "ottilie@collector.example.org")
        clerk.reads("One account is found")


def test_a_curious_colleague_is_seen_objected_to_and_shut_out(come: Come) -> None:
    with come() as client:
        address = client.join("watched")
        with come(viewport=DESK) as clerk:
            sign_in_with_code(clerk, "tobias")
            search(clerk, address)
            clerk.follow("Open without a case")
            clerk.fill(reason="I only wanted to see what she collects.")
            clerk.press("Open the record, and tell the client")
            clerk.reads_not("Journey watched")
            reveal(clerk, "Name")
            clerk.reads("Journey watched", "What was written now")
            client.open("/admin/looks/")
            client.reads("customer service", "opened your record without a case")
            client.reads_not("Tobias Quill")
            client.press("Object to this look")
            client.reads("Access is paused")
            clerk.page.locator("nav[aria-label='Parts of the record'] a").first.click()
            clerk.reads("The client objected to a look of yours")
        with come(viewport=DESK) as officer:
            sign_in_with_code(officer, "rosalind")
            officer.open("/console/board/")
            officer.open("/console/objections/")
            officer.go(officer.page.locator("tbody a").first)
            officer.press("Take it, and read what the client said")
            officer.page.locator("[name=finding]").select_option("wrong")
            officer.fill(answer="You are right: curiosity is no reason.")
            officer.press("Send the answer")
        client.open("/admin/looks/")
        client.go(client.page.get_by_role("link", name="you objected").first)
        client.reads("curiosity is no reason", "stays shut for this person")


def search(clerk: Visitor, address: str) -> None:
    """Search for a client by its address."""
    clerk.open("/console/clients/")
    clerk.page.locator("[name=by]").select_option("email")
    clerk.page.locator("[name=purpose]").select_option("support")
    clerk.fill(value=address)
    clerk.press("Find")


def reveal(clerk: Visitor, label: Any) -> None:
    """Tick one value of a record, and show it."""
    clerk.page.get_by_label(label, exact=True).check()
    clerk.press("Show what is ticked, and write it down")
