"""The card processor's agreement is over: an order waits with a plain reason, two people renew it, and it goes on.

Nothing is sent to the company meanwhile, which its own books show (A8, A13, C3).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browsing import Visitor
from tests.hiring import DESK, agree
from tests.journeys.test_till import GOOD, books_of, type_card
from tests.people import sign_in_with_code
from tests.running import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
COMPANY = "/console/processors/card-processor/"
NIGHT = """
from datetime import timedelta
from troth.processors.models import Agreement
from troth.processors.standing import office_day
ended = Agreement.objects.filter(processor__key="card-processor", ended_on=office_day())
print(ended.update(ended_on=office_day() - timedelta(days=1)))
"""
ORDER = """
from troth.orders.models import Order, PaymentAttempt
order = Order.objects.get(number=sys.argv[1])
left = PaymentAttempt.objects.filter(order=order).exclude(session_ref="").count()
print(order.state, order.waits_for or "-", left)
"""
HANDS = """
from troth.processors.models import RegisterChange
from troth.staff.models import Review
change = RegisterChange.objects.filter(processor__key="card-processor", kind="agreement").first()
review = Review.objects.filter(facts__change=str(change.pk)).get()
print(change.prepared_by == str(review.decided_by), change.done_at is not None)
"""


def test_an_order_waits_while_there_is_no_agreement_and_goes_on_when_two_have_renewed_it(
    come: Come, demo_site: Site, tmp_path: Path
) -> None:
    with come() as client, come(viewport=DESK) as officer:
        address = client.join("patient")
        sign_in_with_code(officer, "rosalind")
        officer.open(COMPANY)
        officer.press("End it today")
        try:
            assert demo_site.run(NIGHT).strip() == "1"
            officer.open(COMPANY)
            officer.reads("It may receive nothing now", "agreement")
            number = order(client)
            assert state_of(demo_site, number) == ["waiting", "processor", "0"]
            assert not sessions_of(client, number)
            text = client.read_mail(to=address, subject="has to wait")
            assert "need not order again" in text
            client.open(f"/orders/{number}/")
            client.reads("may not be given")
            officer.open(COMPANY)
            officer.reads("Orders that cannot be paid", "It goes on by itself")
        finally:
            renew(officer, tmp_path)
            officer.open(COMPANY)
            officer.reads("It may receive nothing now")
            agree(come, "a change of the register")
        officer.open(COMPANY)
        officer.reads("It is in use, an agreement is in force")
        assert demo_site.run(HANDS).split() == ["False", "True"]
        client.follow_mail(to=address, subject="can be paid now", part=f"/orders/{number}/")
        assert state_of(demo_site, number) == ["placed", "-", "0"]
        with client.page.expect_navigation(url="**/pay/**"):
            client.page.get_by_role("button", name="Pay $180.00 by card").click()
        type_card(client, GOOD)
        client.page.wait_for_url("**/orders/**")
        client.complaints.clear()
        client.open(f"/orders/{number}/")
        client.reads("Invoice INV-")
        assert len(sessions_of(client, number)) == 1


# -- Steps -------------------------------------------------------------------------------------------------------------


def order(client: Visitor) -> str:
    """Order a valuation while it cannot be paid; return the number of the order."""
    client.open("/shop/valuation/")
    client.press("Put into the basket")
    client.follow("Go on to the order")
    client.press("Order, and go on to pay")
    client.open("/orders/")
    return client.page.locator("main a[href^='/orders/']").first.inner_text().strip()


def renew(officer: Visitor, folder: Path) -> None:
    """Prepare a new agreement with its paper."""
    paper = folder / "agreement.pdf"
    paper.write_bytes(b"%PDF-1.7 an invented agreement")
    today = datetime.now(UTC).date()
    officer.open(f"{COMPANY}agreement/")
    officer.fill(
        title="Renewed agreement on card payments",
        signed_on=(today - timedelta(days=1)).isoformat(),
        runs_until=(today + timedelta(days=365)).isoformat(),
    )
    officer.page.locator("[name=document]").set_input_files(paper)
    officer.press("Prepare it for a second person")


def state_of(site: Site, number: str) -> list[str]:
    """Return an order's state, what it waits for, and how often the processor was asked for it."""
    return site.run(ORDER, number).split()


def sessions_of(client: Visitor, number: str) -> list[str]:
    """Return the pages for this order in the processor's own books."""
    return [each["id"] for each in books_of(client).get("cs", []) if f"/{number}/" in each["success_url"]]
