"""A day at the help desk: a case that came by mail is taken, its client's record opened, and answered by telephone.

The other things of a day stand beside it: the training and a curious colleague (``test_staff``), an error that was
reported by letter (``test_by_letter``), a court order (``test_court_order``), a violation (``test_violation``).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browsing import PHONE, Visitor
from tests.hiring import hired
from tests.running import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
NUMBER = "+1 212 555 0134"
WRITE = """
from troth.kernel.operator import read_operator
from troth.support.mailin.storing import take_mail
sender, body = sys.argv[1:]
host = sender.partition("@")[2]
lines = [
    f"Authentication-Results: {read_operator().mail.authserv_id}; dmarc=pass header.from={host}",
    f"From: <{sender}>", "To: support@example.org", "Subject: Hello", "", body, "",
]
take_mail("\\r\\n".join(lines).encode())
"""


def test_a_case_that_came_by_mail_is_answered_by_telephone_and_the_client_sees_all_of_it(come: Come) -> None:
    with come(viewport=PHONE) as client, hired(come, "listener", role="service") as clerk:
        address = client.join("telephoned")
        client.correct("Telephone", telephone=NUMBER)
        client.open("/admin/wishes/reach/")
        client.page.locator("[name=answers]").select_option("telephone")
        client.press("Keep my wish")
        clerk.site.run(WRITE, address, "Is the reading room open on Monday?")
        number = take_the_newest(clerk)
        clerk.reads("Is the reading room open on Monday?", "e-mail")
        case = clerk.page.url

        clerk.follow("Open the client’s record")
        clerk.reads_not(NUMBER, "Journey telephoned", address)
        clerk.page.get_by_label("Name", exact=True).check()
        clerk.press("Show what is ticked, and write it down")
        clerk.reads("Journey telephoned")
        clerk.reads_not(NUMBER, address)

        clerk.open(case)
        clerk.fill(text="On Monday from ten to four.")
        clerk.press("Send the answer")
        clerk.open("/console/")
        clerk.follow("Call a client")
        clerk.go(clerk.page.locator("tbody tr", has_text=number).locator("a"))
        clerk.reads_not("212")
        clerk.press("Show the number, I call now")
        clerk.reads("212", "On Monday from ten to four.")
        clerk.page.locator("[name=outcome]").select_option("reached")
        clerk.press("Record the call")
        assert [mail for mail in clerk.site.mails_to(address) if "Monday" in mail.part("plain")] == []

        client.open("/admin/looks/")
        client.reads("customer service", "Name", "your inquiry")
        client.open("/admin/inquiries/")
        client.go(client.page.locator("main ul a").first)
        client.reads("Is the reading room open on Monday?", "On Monday from ten to four.")


def take_the_newest(clerk: Visitor) -> str:
    """Wait until the mail has become a case, tick it by the keys alone, take it, open it, and return its number."""

    def is_there() -> bool:
        clerk.open("/console/cases/?list=new")
        return clerk.page.locator("tbody tr", has_text="e-mail").count() > 0

    wait_until(is_there, longest=90.0)
    line = clerk.page.locator("tbody tr", has_text="e-mail").last
    number = line.locator("a").inner_text()
    for _line in range(30):
        clerk.page.keyboard.press("j")
        if clerk.page.evaluate("document.activeElement.innerText") == number:
            break
    clerk.page.keyboard.press("x")
    assert line.locator("input[type=checkbox]").is_checked(), "The keys did not tick the line."
    clerk.press("Take what is ticked")
    clerk.reads("One case is yours now.")
    clerk.follow(number)
    return number
