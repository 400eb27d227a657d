"""Staff at the till, in the browser: a refund decided and paid, a dispute answered and lost, a decline mended."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from tests.browsing import Visitor
from tests.people import sign_in_with_code
from tests.running import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
DESK = {"width": 1440, "height": 900}
HANDS = """
from troth.orders.models import RefundDecision, RefundMovement
for row in RefundDecision.objects.filter(order__number=sys.argv[1]):
    print(row.decided_by, *RefundMovement.objects.filter(decision=row).values_list("ordered_by", flat=True))
"""
GOOD, POOR = "4242424242424242", "4000000000009995"


def test_a_refund_is_decided_paid_and_told(come: Come) -> None:
    with come() as client, come(viewport=DESK) as clerk:
        address = client.join("refunded")
        number = buy(client)
        sign_in_with_code(clerk, "mirela")
        clerk.open("/console/orders/")
        clerk.fill(number=number.lower())
        clerk.press("Find the order")
        clerk.reads("Valuation of one object")
        clerk.reads_not("Journey refunded", address)
        clerk.press("Take it into hand")
        clerk.page.get_by_label("Name on the order", exact=True).check()
        clerk.press("Show what is ticked, and write it down")
        clerk.reads("Journey refunded")
        clerk.reads_not(address)
        clerk.follow("Decide a refund")
        clerk.page.locator("[name=what]").select_option("amount")
        clerk.press("Decide the refund")
        clerk.reads("Say how much goes back")
        clerk.fill(amount="25")
        clerk.page.locator("[name=cause]").select_option("goodwill")
        clerk.press("Decide the refund")
        assert refunds_of(client, number) == []
        with come(viewport=DESK) as packer:
            sign_in_with_code(packer, "aoife")
            packer.open("/console/refunds/")
            packer.reads(number, "waits for billing")
            assert packer.page.get_by_role("button", name="Pay $25.00 back").count() == 0
        clerk.open("/console/refunds/")
        clerk.go(clerk.page.locator("tr", has_text=number).get_by_role("button", name="Pay $25.00 back"))
        assert refunds_of(client, number) == [2500]
        text = client.read_mail(to=address, subject="sent money back to you")
        assert "$25.00" in text
        client.open(f"/orders/{number}/")
        client.reads("$25.00 back to you", "paid back", "Credit note CRN-")
        client.open("/admin/looks/")
        client.reads("billing", number)


def test_a_refund_above_the_limit_is_decided_by_one_and_paid_by_another(come: Come) -> None:
    with come() as client, come(viewport=DESK) as cashier:
        address = client.join("twohands")
        own, other = buy(client), buy(client)
        sign_in_with_code(cashier, "mirela")
        decide_whole(cashier, own)
        cashier.open("/console/refunds/")
        row = cashier.page.locator("tr", has_text=own)
        assert "another person pays it" in row.inner_text()
        assert row.get_by_role("button").count() == 0
        with come(viewport=DESK) as clerk:
            sign_in_with_code(clerk, "tobias")
            decide_whole(clerk, other)
            clerk.open("/console/refunds/")
            assert clerk.page.locator("tr", has_text=other).get_by_role("button").count() == 0
        cashier.open("/console/refunds/")
        cashier.go(cashier.page.locator("tr", has_text=other).get_by_role("button", name="Pay $180.00 back"))
        assert refunds_of(client, other) == [18000]
        assert refunds_of(client, own) == []
        decided, ordered = client.site.run(HANDS, other).split()
        assert decided.startswith("staff:") and ordered.startswith("staff:") and decided != ordered
        assert client.site.run(HANDS, own).split() == [ordered], "Who decided it alone paid it too."
        assert "$180.00" in client.read_mail(to=address, subject="sent money back to you")
        client.open(f"/orders/{other}/")
        client.reads("Cancelled", "$180.00 back to you", "paid back", "Credit note CRN-")
        client.open(f"/orders/{own}/")
        client.reads("Cancelled", "Credit note CRN-")
        client.reads_not("paid back")


def test_a_dispute_is_answered_with_what_was_ticked_and_lost(come: Come) -> None:
    with come() as client, come(viewport=DESK) as clerk:
        address = client.join("disputing")
        number = buy(client)
        payment = payment_of(client, number)
        ask(client, "disputes", payment=payment)
        sign_in_with_code(clerk, "mirela")
        wait_until(lambda: _is_listed(clerk, number))
        assert "tell your bank that the payment is yours" in " ".join(
            client.read_mail(to=address, subject="Your bank disputes a payment").split()
        )
        clerk.follow(number, within="table")
        clerk.reads("to be answered", "holds the money", "Valuation of one object")
        clerk.press("Take it into hand")
        clerk.open("/console/disputes/")
        clerk.follow(number, within="table")
        clerk.page.get_by_label("the name on the order").check()
        clerk.press("Answer the bank: the payment was right")
        clerk.reads("answered, with the bank")
        held = next(each for each in books_of(client)["du"] if each["payment_intent"] == payment)
        assert held["evidence"]["customer_name"] == "Journey disputing"
        assert address not in str(held["evidence"])
        client.open(f"/orders/{number}/")
        client.reads("the bank disputes the payment")
        assert client.page.get_by_role("button", name=f"Cancel order {number}").count() == 0
        ask(client, f"disputes/{held['id']}", outcome="lost")
        client.read_mail(to=address, subject="Your bank took back a payment")
        client.open(f"/orders/{number}/")
        client.reads("Cancelled", "your bank took it back", "Credit note CRN-")
        clerk.open("/console/books/")
        clerk.press("Compare now")
        clerk.reads_not(payment)


def test_a_payment_that_fails_says_why_and_is_mended(come: Come) -> None:
    with come() as client:
        address = client.join("declined")
        number = buy(client, card=POOR, mended=False)
        client.reads("Not paid yet")
        with client.page.expect_navigation(url="**/pay/**"):
            client.page.get_by_role("button", name="Pay $180.00 by card").click()
        type_card(client, GOOD)
        client.page.wait_for_url("**/orders/**")
        client.complaints.clear()
        client.open(f"/orders/{number}/")
        client.reads("Thank you. Below stands what becomes of each thing.", "Invoice INV-")
        text = client.read_mail(to=address, subject="is paid")
        assert "INV-" in text
        assert f"/orders/{number}/papers/" in text


# -- Steps -------------------------------------------------------------------------------------------------------------


def buy(client: Visitor, *, card: str = GOOD, mended: bool = True) -> str:
    """Order a valuation and pay it, or leave the processor's page after a decline; return the order's number."""
    client.open("/shop/valuation/")
    client.press("Put into the basket")
    client.follow("Go on to the order")
    with client.page.expect_navigation(url="**/pay/**"):
        client.page.get_by_role("button", name="Order, and go on to pay").click()
    type_card(client, card)
    if not mended:
        client.page.get_by_role("link", name="Go back without paying").click()
    client.page.wait_for_url("**/orders/**")
    client.page.wait_for_load_state("load")
    client.complaints.clear()
    client.look()
    return client.page.url.rstrip("/").rsplit("/", 1)[-1]


def type_card(client: Visitor, number: str) -> None:
    """Type a card on the processor's own page, and send it there."""
    for name, value in (("number", number), ("expiry", "12/34"), ("code", "123")):
        client.page.locator(f"[name={name}]").fill(value)
    client.page.locator("form button").first.click()
    client.page.wait_for_load_state("load")


def decide_whole(clerk: Visitor, number: str) -> None:
    """Decide that all of an order's money goes back."""
    clerk.open("/console/orders/")
    clerk.fill(number=number)
    clerk.press("Find the order")
    clerk.press("Take it into hand")
    clerk.follow("Decide a refund")
    clerk.page.locator("[name=what]").select_option("all")
    clerk.page.locator("[name=cause]").select_option("goodwill")
    clerk.press("Decide the refund")


def ask(client: Visitor, page: str, **fields: str) -> None:
    """Press a button of the stand-in's own desk."""
    httpx.post(f"http://127.0.0.1:{client.site.port + 5}/control/{page}", data=fields, trust_env=False)


def books_of(client: Visitor) -> dict[str, Any]:
    """Return what the stand-in holds, by kind."""
    address = f"http://127.0.0.1:{client.site.port + 5}/control/books.json"
    found: dict[str, Any] = httpx.get(address, trust_env=False, timeout=30).json()["things"]
    return found


def payment_of(client: Visitor, number: str) -> str:
    """Return what the processor calls the payment of an order."""
    session = next(each for each in books_of(client)["cs"] if each["success_url"].endswith(f"/{number}/back/"))
    return str(session["payment_intent"])


def refunds_of(client: Visitor, number: str) -> list[int]:
    """Return the amounts that went back for an order, as the processor has them."""
    payment = payment_of(client, number)
    return [each["amount"] for each in books_of(client)["re"] if each["payment_intent"] == payment]


def _is_listed(clerk: Visitor, number: str) -> bool:
    clerk.open("/console/disputes/")
    return bool(clerk.page.locator("table a", has_text=number).count())
