"""Pages that stay open: a look shows at once; a certificate that ends and a role that is taken away shut them."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browsing import Visitor
from tests.hiring import DESK, agree, hired
from tests.people import sign_in_with_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
SOON = 5_000
"""Milliseconds in which a client sees a look on a page that is open already."""
END = """
from datetime import datetime
from troth.accounts.api import Account
from troth.staff.models import StaffMember
from troth.vault.api import find_subjects
from troth.accounts.api import Profile
(subject,) = find_subjects(Profile.user_name, sys.argv[1])
until = datetime.fromisoformat(sys.argv[2])
print(StaffMember.objects.filter(subject_id=subject).update(certificate_until=until))
"""


def test_a_look_shows_on_the_clients_open_page_and_shut_pages_stay_shut(come: Come) -> None:
    with come() as client, hired(come, "opener", role="service") as clerk:
        client.join("watching")
        ask(client)
        record = open_record(client, clerk)
        client.open("/admin/looks/")
        reveal(clerk, "Name")
        clerk.reads("Journey watching", "What the client reads of this case")
        look = client.page.locator("[data-live] > li").filter(has_text="customer service").filter(has_text="Name")
        expect(look.first).to_be_visible(timeout=SOON)
        assert client.complaints == []

        # At the second at which the certificate ends nothing opens, on the page that stood open before.
        clerk.open(record)
        end = datetime.now(UTC) + timedelta(seconds=25)
        assert clerk.site.run(END, "opener", end.isoformat()).strip() == "1"
        reveal(clerk, "Name")
        clerk.reads("Journey watching")
        time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()))
        reveal(clerk, "E-mail address")
        clerk.reads("certificate has run out")
        clerk.reads_not("watching@journeys.example.org", "Journey watching")
        refused = client.page.locator("[data-live] > li").filter(has_text="was refused")
        client.open("/admin/looks/")
        assert refused.count() == 0, "A refusal is no look; it stands with the incidents."


def test_a_role_that_was_taken_away_shuts_the_page_that_was_open(come: Come) -> None:
    with come() as client, hired(come, "mover", role="service") as clerk:
        client.join("movedclient")
        ask(client)
        open_record(client, clerk)
        reveal(clerk, "Name")
        clerk.reads("Journey movedclient")
        with come(viewport=DESK) as administrator:
            sign_in_with_code(administrator, "ines")
            administrator.open("/console/people/")
            line = administrator.page.locator("tbody tr").filter(has_text=pseudonym(clerk))
            line.locator("select").select_option("billing")
            administrator.go(line.get_by_role("button", name="Prepare the role"))
            administrator.reads("a change of a role")
        agree(come, "a change of a role")
        reveal(clerk, "E-mail address")
        clerk.reads_not("movedclient@journeys.example.org", "Journey movedclient")


def ask(client: Visitor) -> None:
    """Ask something by the form, so that there is a case."""
    client.open("/ask/")
    client.fill(title="A case of yellow leather", body="Do you have it in green?")
    client.press("Send the inquiry")


def open_record(client: Visitor, clerk: Visitor) -> str:
    """Take the newest case, and open the record of its client; return the record's address."""
    client.open("/admin/inquiries/")
    number = client.page.locator("main a", has_text="-").first.inner_text().strip()
    clerk.open("/console/cases/?list=new")
    line = clerk.page.locator("tbody tr").filter(has_text=number)
    line.locator("input[type=checkbox]").check()
    clerk.press("Take what is ticked")
    clerk.follow(number)
    clerk.follow("Open the client’s record")
    return clerk.page.url


def reveal(clerk: Visitor, label: str) -> None:
    """Tick one value of the record that is open, and ask for it."""
    clerk.page.get_by_label(label, exact=True).check()
    clerk.press("Show what is ticked, and write it down")


def pseudonym(clerk: Visitor) -> str:
    """Read under what name clients meet this member, without leaving its page."""
    said = clerk.page.locator("aside.label p", has_text="looked at your information").inner_text()
    return said.split(",")[0]
