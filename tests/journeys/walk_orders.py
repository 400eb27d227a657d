"""The walk through an order: what is typed on the order form and at the card processor, and what is made of it."""

import re
import secrets
from typing import Any

import httpx

from tests.canary import Canary
from tests.journeys.walking import Walker, hidden_in
from tests.running import wait_until

CARD_NUMBER = "4000002500003155"
"""A card whose bank asks its owner once; the number is one of those that the processor documents for tests."""


class OrderWalk(Walker):
    """What a client buys."""

    def buy(self) -> None:
        """Buy a membership and goods by a card that is saved for renewals."""
        for key in ("collector", "handbook"):
            page = self.get(f"/shop/{key}/").text
            added = self.browser.post(f"/shop/{key}/add/", data=hidden_in(page) | {"quantity": "1"})
            assert added.url.path == "/basket/"
        page = self.get("/orders/new/").text
        address = re.search(r'action="(/orders/new/\?[^"]+)"', page)
        assert address is not None
        answers = hidden_in(page) | self.write_order() | {"renewal": "card"}
        gone_on = self.browser.post(address[1].replace("&amp;", "&"), data=answers)
        assert gone_on.url.path.endswith("/to-card/"), re.findall(r'class="error"[^>]*>(.*?)</div>', gone_on.text)
        self.pay(gone_on.headers["Refresh"].partition("url=")[2])
        number = gone_on.url.path.split("/")[2]
        self.get(f"/orders/{number}/back/")
        assert "INV-" in wait_until(self._find_invoice, longest=90)
        self.note_what_was_made()

    def write_order(self) -> dict[str, str]:
        """Return what is typed on the order form, each with a canary of its own."""
        answers = {
            "name": self.put("OrderContact.name", "Zoë {mark}"),
            "email": self.put("OrderContact.email", "{mark}@example.net"),
            "telephone": f"+49151{secrets.randbelow(90_000_000) + 10_000_000}",
        }
        self.canaries["OrderContact.telephone"] = Canary("OrderContact.telephone", answers["telephone"])
        for attribute in ("shipping_address", "billing_address"):
            street = self.put(f"OrderContact.{attribute}", "9 {mark} Road")
            parts = ("US", street, "New York", "NY", "10001")
            names = ("country_code", "street_address", "city", "country_area", "postal_code")
            answers |= {f"{attribute}__{name}": part for name, part in zip(names, parts, strict=True)}
        return answers

    def pay(self, url: str) -> None:
        """Type the card at the processor's own origin, and agree when the bank asks."""
        self.canaries["card number"] = Canary("card number", CARD_NUMBER)
        with httpx.Client(trust_env=False, timeout=60) as elsewhere:
            asked = elsewhere.post(url, data={"number": CARD_NUMBER, "expiry": "11/37", "code": "973"})
            assert asked.headers["Location"].endswith("/challenge"), asked.text
            assert elsewhere.post(f"{url}/challenge", data={"answer": "yes"}).status_code in {302, 303}

    def note_what_was_made(self) -> None:
        """Note the canaries that are made of others: the invoice of the order, the parcel, the card's reference."""
        for made, origin in (
            ("Paper.content", "OrderContact.name"),
            ("Paper.document", "OrderContact.billing_address"),
            ("Parcel.name", "OrderContact.name"),
            ("Parcel.address", "OrderContact.shipping_address"),
            ("Parcel.telephone", "OrderContact.telephone"),
        ):
            self.canaries[made] = Canary(made, self.canaries[origin].value)
        # The newest stands first.
        method = next(each for each in self.read_card_books()["pm"] if each["card"]["last4"] == CARD_NUMBER[-4:])
        self.canaries["SavedCard.card_ref"] = Canary("SavedCard.card_ref", method["id"])

    def read_card_books(self) -> dict[str, Any]:
        """Return what the card processor has in its own books."""
        answer = httpx.get(f"http://127.0.0.1:{self.site.port + 5}/control/books.json", trust_env=False, timeout=60)
        return dict(answer.json()["things"])

    def _find_invoice(self) -> str:
        page = self.get("/admin/").text
        return page if "INV-" in page else ""
