"""A client at a browser that buys: by the site's own pages, and at the card processor's over real HTTP."""

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from tests.factories.visitors import sign_in_directly
from tests.standins import RunningCard
from troth.kernel.crawl import SiteBrowser
from troth.orders.models import Order, PaymentAttempt

CONTACT = {"name": "Ada Example", "email": "ada@example.org", "renewal": "ask"}
PARCEL = {
    "shipping_address__country_code": "US",
    "shipping_address__street_address": "12 Example Street",
    "shipping_address__city": "New York",
    "shipping_address__country_area": "NY",
    "shipping_address__postal_code": "10001",
}
GOOD, POOR = "4242424242424242", "4000000000009995"


@dataclass(frozen=True, slots=True)
class OrderForm:
    """The order form as one tab shows it: where it is sent, and with what."""

    address: str
    answers: dict[str, str] = field(repr=False)


class Shopper:
    """A client that is signed in.

    Arguments:
        subject_id: who.
        card: the card processor's stand-in.
    """

    def __init__(self, subject_id: UUID, card: RunningCard) -> None:
        self.subject_id, self.card = subject_id, card
        self.browser = SiteBrowser()
        self.browser.handler.enforce_csrf_checks = False
        self.browser.raise_request_exception = True
        sign_in_directly(self.browser, subject_id)

    # -- The pages ----------------------------------------------------------------------------------------------------

    def put(self, key: str, quantity: int = 1) -> None:
        """Put something into the basket."""
        assert self.browser.post(f"/shop/{key}/add/", {"quantity": quantity}).status_code == 303

    def open_form(self, **changes: str) -> OrderForm:
        """Open the order form."""
        page = self.browser.get("/orders/new/")
        assert page.status_code == 200, page.headers
        text = page.content.decode()
        address = re.search(r'action="(/orders/new/\?[^"]+)"', text)
        assert address is not None
        shipped = PARCEL if "shipping_address__city" in text else {}
        return OrderForm(html.unescape(address[1]), CONTACT | shipped | changes)

    def send(self, form: OrderForm) -> Any:
        """Send an order form; return the answer."""
        return self.browser.post(form.address, form.answers)

    def order(self, *keys: str, **changes: str) -> Order:
        """Order these things, and stop before the card processor's page."""
        for key in keys:
            self.put(key)
        answer = self.send(self.open_form(**changes))
        assert answer.status_code == 303, re.findall(r'class="error[^>]*>([^<]+)', answer.content.decode())
        return self.newest()

    def newest(self) -> Order:
        """Return the client's newest order."""
        return Order.objects.filter(subject_id=self.subject_id).latest("placed_at")

    def orders(self) -> list[Order]:
        """Return the client's orders, the oldest first."""
        return list(Order.objects.filter(subject_id=self.subject_id).order_by("placed_at"))

    def card_page(self, order: Order) -> str:
        """Return the address of the card processor's page to which the site leads."""
        page = self.browser.get(f"/orders/{order.number}/to-card/")
        assert page.status_code == 200, page.headers
        return str(page.headers["Refresh"].partition("url=")[2])

    def come_back(self, order: Order) -> None:
        """Come back from the card processor's page."""
        assert self.browser.get(f"/orders/{order.number}/back/").status_code == 303
        order.refresh_from_db()

    def press(self, order: Order, what: str) -> Any:
        """Press ``pay`` or ``cancel`` on the order's page."""
        answer = self.browser.post(f"/orders/{order.number}/{what}/")
        order.refresh_from_db()
        return answer

    def read(self, order: Order) -> str:
        """Return the text of the order's page."""
        page = self.browser.get(f"/orders/{order.number}/")
        assert page.status_code == 200
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())

    # -- The whole of it ----------------------------------------------------------------------------------------------

    def buy(self, *keys: str, **changes: str) -> Order:
        """Order these things, pay them by a good card, and come back."""
        order = self.order(*keys, **changes)
        self.card.pay(self.card_page(order), GOOD)
        self.come_back(order)
        return order

    def taken(self) -> dict[str, int]:
        """Return payment → what the card processor took and did not give back, by its own books."""
        books = self.card.books()["things"]
        back: dict[str, int] = {}
        for refund in books["re"]:
            if refund["status"] == "succeeded":
                back[refund["payment_intent"]] = back.get(refund["payment_intent"], 0) + refund["amount"]
        paid = [each for each in books["pi"] if each["amount_received"]]
        return {each["id"]: each["amount_received"] - back.get(each["id"], 0) for each in paid}


def attempts(order: Order) -> list[tuple[str, int]]:
    """Return state and amount of each attempt to pay an order, the oldest first."""
    rows = PaymentAttempt.objects.filter(order=order).order_by("made_at")
    return list(rows.values_list("state", "amount_minor"))


def host_of(url: str) -> str:
    """Return host and port of an address."""
    return urlsplit(url).netloc
