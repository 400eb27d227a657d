"""A mail comes to the help desk, and is answered by telephone because its sender wishes so (G2, G3)."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browsing import Visitor
from tests.people import sign_in_with_code
from tests.running import PROJECT, Site, environment_of, wait_until
from troth.kernel.operator import read_operator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
DESK = {"width": 1440, "height": 900}


def hand_in(site: Site, raw: bytes) -> None:
    """Hand a mail in as the pipe of the operator's own mail server does."""
    command = [sys.executable, "-m", "troth", "take_mail"]
    given = environment_of(site.place, site.port)
    subprocess.run(command, cwd=PROJECT, env=given, input=raw, check=True, timeout=300, capture_output=True)


def write(address: str, *, vouched: bool = True) -> bytes:
    operator = read_operator()
    domain = address.partition("@")[2]
    verdict = "pass" if vouched else "fail"
    return (
        f"Authentication-Results: {operator.mail.authserv_id}; dmarc={verdict} header.from={domain}\r\n"
        f"From: Journey Caller <{address}>\r\nTo: {operator.contacts.support_email}\r\n"
        "Subject: Where is the blue vase?\r\n\r\nIt stood in the second room.\r\n"
    ).encode()


def test_a_mail_is_answered_by_telephone_because_the_client_wishes_so(come: Come, demo_site: Site) -> None:
    with come() as client, come(viewport=DESK) as clerk:
        address = client.join("caller")
        client.correct("Telephone", telephone="+44 20 7946 0321")
        client.open("/admin/wishes/reach/")
        client.page.locator("[name=answers]").select_option("telephone")
        client.press("Keep my wish")
        hand_in(demo_site, write(address))
        sign_in_with_code(clerk, "tobias")
        number = take_newest(clerk)
        clerk.reads("It stood in the second room.", "the sender’s mail service vouches for the address")
        case = clerk.page.url
        clerk.follow("Do something with the account for the client")
        clerk.reads("Nothing of an account is changed from an inquiry alone")
        clerk.open("/console/unsure/")
        clerk.reads("Every mail has left", "No mail is in doubt")
        clerk.open(case)
        clerk.fill(text="It stands in the third room now.")
        clerk.press("Send the answer")
        clerk.open("/console/calls/")
        clerk.reads_not("7946 0321")
        clerk.follow(number)
        clerk.reads_not("7946 0321")
        clerk.press("Show the number, I call now")
        clerk.reads("+44 20 7946 0321", "It stands in the third room now.")
        clerk.page.locator("[name=outcome]").select_option("reached")
        clerk.press("Record the call")
        client.open("/admin/inquiries/")
        client.follow(number)
        client.reads("It stands in the third room now.", "telephone")
        client.open("/admin/looks/")
        client.reads("had your telephone number shown for a call")
        mails = demo_site.mails_to(address)
        assert not [mail for mail in mails if "Our answer" in mail.header("Subject")]


def take_newest(clerk: Visitor) -> str:
    """Take the case that came last of those that nobody has; return its number."""

    def find() -> str:
        clerk.open("/console/cases/?list=new")
        rows = clerk.page.locator("table[data-list] tbody tr", has_text="e-mail")
        return rows.last.locator("a").first.inner_text() if rows.count() else ""

    number = wait_until(find)
    clerk.follow(number)
    clerk.reads_not("blue vase")
    clerk.press("Take this case")
    return number


def test_a_mail_that_nobody_vouches_for_is_set_apart_and_taken_by_a_person(come: Come, demo_site: Site) -> None:
    hand_in(demo_site, write("somebody@nowhere.example", vouched=False))
    with come(viewport=DESK) as clerk:
        sign_in_with_code(clerk, "tobias")

        def is_there() -> bool:
            clerk.open("/console/quarantine/")
            return "no mail service vouches" in clerk.page.inner_text("main")

        wait_until(is_there)
        clerk.reads_not("blue vase", "nowhere.example")
        clerk.go(clerk.page.get_by_role("button", name="Take it as an inquiry of a stranger").last)
        clerk.press("Take this case")
        clerk.reads("Where is the blue vase?", "Nobody has made sure who wrote this")
    assert not demo_site.mails_to("somebody@nowhere.example")
