"""A client buys a service with a card: declined, mended, paid, and sees who received what (C1, C2, E3)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import unquote_plus

import httpx
import pytest
from playwright.sync_api import Request

from tests.browsing import Visitor
from troth.kernel.card_numbers import find_card_numbers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]


def test_a_service_is_bought_with_a_card_that_is_declined_and_then_mended(come: Come) -> None:
    with come() as client:
        client.page.context.set_default_timeout(20_000)
        sent = listen(client)
        address = client.join("buyer")
        client.open("/")
        client.follow("What we offer")
        client.follow("Valuation of one object")
        client.press("Put into the basket")
        client.follow("Go on to the order")
        assert not client.page.locator("[name*=card_number], [name*=cvc], [name=number]").count()
        go_to_card(client)
        type_card(client, "4000000000009995")
        assert "insufficient" in client.page.locator("body").inner_text().lower()
        with client.page.expect_navigation(url="**/orders/**"):
            type_card(client, "4242424242424242")
        client.page.wait_for_load_state("load")
        client.complaints.clear()
        assert [number for url, said in sent if not is_of_card(client, url) for number in find_card_numbers(said)] == []
        assert {number for url, said in sent if is_of_card(client, url) for number in find_card_numbers(said)} == {
            "4000000000009995",
            "4242424242424242",
        }
        client.look()
        client.reads("Valuation of one object", "paid")
        client.open("/admin/received/")
        client.reads("Lantern Card Services", "you were told of it beforehand", "E-mail address")
        client.open("/admin/")
        client.reads("INV-", "A payment for order")
        books = httpx.get(f"http://127.0.0.1:{client.site.port + 5}/control/books.json", trust_env=False).json()
        (payer,) = [each for each in books["things"]["cus"] if each["email"] == address]
        assert payer["name"] == "Journey buyer"
        assert [each["amount_received"] for each in books["things"]["pi"] if each["customer"] == payer["id"]] == [18000]


def listen(client: Visitor) -> list[tuple[str, str]]:
    """Return a list that takes each request from now on: where it goes, and all that it says there."""
    sent: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        headers = " ; ".join(request.headers.values())
        sent.append((request.url, f"{unquote_plus(request.url)} {headers} {unquote_plus(request.post_data or '')}"))

    client.page.context.on("request", note)
    return sent


def is_of_card(client: Visitor, url: str) -> bool:
    """Return whether an address is the card processor's own."""
    return url.startswith(f"http://127.0.0.1:{client.site.port + 5}/")


def go_to_card(client: Visitor) -> None:
    """Order, and follow on to the card processor's own origin."""
    with client.page.expect_navigation(url="**/pay/**"):
        client.page.get_by_role("button", name="Order, and go on to pay").click()
    assert client.page.url.startswith(f"http://127.0.0.1:{client.site.port + 5}/pay/")
    assert {words.split(":")[0] for words in client.complaints} <= {"left the origin"}


def type_card(client: Visitor, number: str) -> None:
    """Type a card on the processor's page, and send it there."""
    for name, value in (("number", number), ("expiry", "12/34"), ("code", "123")):
        client.page.locator(f"[name={name}]").fill(value)
    client.page.locator("form button").first.click()
    client.page.wait_for_load_state("load")
