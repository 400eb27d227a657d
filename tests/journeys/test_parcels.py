"""A membership and goods in one order: paid, packed, shipped, followed, returned, mended, sent again (A9, C1 to C3)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from tests.browsing import PHONE, Visitor
from tests.journeys.test_buying import go_to_card, type_card
from tests.people import sign_in_with_code
from tests.running import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]

PARCELS = """
from troth.accounts.models import Doubt
from troth.fulfilment.models import Parcel
rows = list(Parcel.objects.filter(order__number=sys.argv[1]).order_by("count"))
for row in rows:
    pieces = sum(row.lines.values_list("quantity", flat=True))
    print(row.count, row.state, row.carrier or row.adapter, row.shipped_at is not None, pieces)
print("doubts", Doubt.objects.filter(subject_id=rows[0].subject_id).count())
"""
ADDRESS = {
    "shipping_address__street_address": "12 Lantern Street",
    "shipping_address__city": "New York",
    "shipping_address__country_area": "NY",
    "shipping_address__postal_code": "10001",
}


def test_goods_are_bought_packed_followed_returned_and_sent_again(come: Come) -> None:
    with come() as client, come() as packer:
        for person in (client, packer):
            person.page.context.set_default_timeout(30_000)
        address = client.join("parcels")
        number = buy(client)
        client.reads("Collector", "Archival box", "Shipping, parcel up to 2 kg", "It is about to be packed.")

        sign_in_with_code(packer, "aoife")
        packer.open("/console/parcels/")
        packer.reads_not("Lantern", "Journey parcels")
        packer.follow(f"{number}-1")
        packer.press("Take this parcel")
        packer.reads("Archival box", "2 ×")
        packer.reads_not("Lantern", "Journey parcels")
        check_slip(packer, number)
        packer.press("It is packed")

        find_too_late(client, number)
        packer.press("Ask the carrier")
        packer.reads("Parcelsandbox Parcel", "Parcelsandbox Express")
        packer.press("Make this label")
        packer.reads("IC")
        packer.press("Show name and address, and write it down")
        packer.reads("Journey parcels", "12 Lantern Street")
        packer.press("It is handed to the carrier")
        packer.reads("on its way")
        assert "was handed to" in client.read_mail(to=address, subject="is on its way")

        shipment = find_shipment(client, f"{number}-1")
        assert shipment["to_address"]["street1"] == "12 Lantern Street"
        client.open(f"/orders/{number}/")
        client.reads("It is on its way to you.", shipment["tracking_code"])
        move(client, shipment, "return_to_sender")
        mend_address(client, address, number)

        packer.open(f"/console/parcels/{number}/1/")
        packer.press("It is here again, whole")
        packer.reads("came back", f"{number}-2")
        send_by_hand(packer, f"{number}-2")
        client.open(f"/orders/{number}/")
        client.reads("RR 123 456 785 US")
        client.open("/admin/received/")
        client.reads("Fieldpost Parcels", "Shipping address", "Telephone for the delivery")
        client.open("/admin/looks/")
        client.reads("order fulfilment", "your parcel")
        assert packer.site.run(PARCELS, number).splitlines() == [
            "1 returned Parcelsandbox True 2",
            "2 shipped Fieldpost Parcels (invented) True 2",
            "doubts 0",
        ]


def test_the_pages_of_a_parcel_fit_a_telephone_and_the_dark(come: Come) -> None:
    with come(viewport=PHONE, color_scheme="dark") as client, come(viewport=PHONE, color_scheme="dark") as packer:
        for person in (client, packer):
            person.page.context.set_default_timeout(30_000)
        client.join("parcelphone")
        number = buy(client)
        client.follow("Change the address")
        client.reads("What is not packed and labelled yet goes to the address that stands here.")
        sign_in_with_code(packer, "aoife")
        for pile in ("to_pack", "to_ship", "waiting", "under_way", "ended"):
            packer.open(f"/console/parcels/?list={pile}")
        packer.open(f"/console/parcels/{number}/1/")
        packer.press("Take this parcel")
        packer.press("It is packed")
        packer.press("Ask the carrier")


def buy(client: Visitor) -> str:
    """Buy a membership and two boxes in one order; return its number."""
    client.open("/shop/collector/")
    client.press("Put into the basket")
    client.open("/shop/archival-box/")
    client.fill(quantity="2")
    client.press("Put into the basket")
    client.reads("for shipping")
    client.follow("Go on to the order")
    client.page.locator("[name=shipping_address__country_code]").select_option("US")
    client.fill(**ADDRESS, telephone="+1 212 555 0100")
    client.page.locator("[name=renewal][value=ask]").check()
    go_to_card(client)
    with client.page.expect_navigation(url="**/orders/**"):
        type_card(client, "4242424242424242")
    client.page.wait_for_load_state("load")
    client.complaints.clear()
    client.look()
    return client.heading.removeprefix("Order ").strip()


def find_too_late(client: Visitor, number: str) -> None:
    """Try to take back what is packed already."""
    client.open(f"/orders/{number}/")
    client.reads("It is packed, and goes to the carrier next.")
    client.go(client.page.get_by_role("link", name="Take it back").last)
    with client.page.expect_navigation():
        client.page.get_by_role("button", name="Take them back").click()
    client.complaints.clear()  # the browser mentions that the page is a refusal
    client.reads("packed already")


def mend_address(client: Visitor, address: str, number: str) -> None:
    """Learn that the parcel comes back, by page and by mail; say where it goes, and that it is one's address now."""
    wait_until(lambda: reads_after_reload(client, "Where can it reach you?"))
    client.open("/admin/")
    client.reads("A parcel to you came back", "Since")
    assert client.site.run(PARCELS, number).splitlines()[-1] == "doubts 1"
    client.follow_mail(to=address, subject="comes back to us", part="/address/")
    client.fill(shipping_address__street_address="99 Harbour Street")
    client.page.get_by_label("It is my address now").check()
    client.press("Send it to this address")
    client.reads("It is on its way back to us.")
    client.open("/admin/")
    client.reads("99 Harbour Street")
    client.reads_not("A parcel to you came back")


def check_slip(packer: Visitor, number: str) -> None:
    """Look that the packing slip is a PDF, and opens without a look at the client."""
    start = "async path => (await (await fetch(path)).text()).slice(0, 4)"
    assert packer.page.evaluate(start, f"/console/parcels/{number}/1/slip.pdf") == "%PDF"


def send_by_hand(packer: Visitor, number: str) -> None:
    """Pack a parcel and take it to the counter."""
    packer.open("/console/parcels/")
    packer.follow(number)
    packer.press("Take this parcel")
    packer.press("It is packed")
    packer.press("By hand, at the counter")
    packer.press("Make this label")
    packer.fill(number="RR 123 456 785 US")
    packer.press("Note the number")
    packer.press("It is handed to the carrier")


def find_shipment(visitor: Visitor, number: str) -> dict[str, Any]:
    """Return what the carrier holds of a parcel, from its own books."""
    books = httpx.get(f"http://127.0.0.1:{visitor.site.port + 6}/control/books.json", trust_env=False).json()
    return dict(next(each for each in books["things"]["shp"] if each["options"].get("print_custom_1") == number))


def move(visitor: Visitor, shipment: dict[str, Any], state: str) -> None:
    """Let something happen to a parcel at the carrier's."""
    url = f"http://127.0.0.1:{visitor.site.port + 6}/control/parcels/{shipment['id']}"
    assert httpx.post(url, data={"state": state}, trust_env=False).status_code < 400


def reads_after_reload(client: Visitor, text: str) -> bool:
    """Reload, and say whether the text stands there by now."""
    client.page.reload()
    return text in str(client.page.locator("body").text_content())
