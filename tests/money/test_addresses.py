"""Names and addresses of ten countries, written as people write them: taken, and shown again as given (C1)."""

from dataclasses import dataclass

import pytest

from tests.money.shopping import Shopper
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
from troth.orders.models import OrderContact, Product

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Written:
    """A name and an address as their owner writes them, and what must stand on the label."""

    name: str
    country_code: str
    street_address: str
    city: str
    postal_code: str = ""
    country_area: str = ""
    city_area: str = ""
    shown: tuple[str, ...] = ()


WORLD = {
    "japan": Written("佐藤 さくら", "JP", "銀座4-5-6\nハイツ桜 203号", "中央区", "104-0061", "東京都",
                     shown=("〒104-0061",)),
    "brazil": Written("João da Conceição Júnior", "BR", "Rua das Laranjeiras, 100 ap. 42", "Rio de Janeiro",
                      "22240-003", "RJ", "Laranjeiras", ("Laranjeiras", "22240-003")),
    "ireland without a post code": Written("Siobhán Ní Dhomhnaill", "IE", "Teach na Trá\nBaile an Fheirtéaraigh",
                                           "Tralee", country_area="Co. Kerry", shown=("Teach na Trá",)),
    "iceland, one name and a patronym": Written("Björk Guðmundsdóttir", "IS", "Laugavegur 1", "Reykjavík", "101"),
    "arabic": Written("عبد الرحمن بن خالد آل سعود", "EG", "١٢ شارع التحرير", "القاهرة", "11511", "القاهرة"),
    "hong kong without a post code": Written("陳大文", "HK", "彌敦道 100 號 12 樓 A 室", "尖沙咀", country_area="九龍"),
    "germany": Written("Dr. Jörg von Weiß-Müller", "DE", "Straße des 17. Juni 135", "Berlin", "10623"),
    "united kingdom": Written("O'Brien-D'Souza", "GB", "Flat 3\n10 Downing Street", "London", "sw1a 2aa",
                              shown=("SW1A 2AA",)),
    "india": Written("Venkatanarasimharajuvaripeta Subrahmanyam", "IN", "4-56, Gandhi Nagar", "Hyderabad", "500080",
                     "Telangana"),
    "united states": Written("Mary-Ann Smith", "US", "12 Example St\nApt #4", "New York", "10001", "NY"),
    "a very long name": Written("Maria " + "Bernhardina " * 8 + "zu Löwenstein", "AT", "Ring 1", "Wien", "1010"),
    "a single letter": Written("Q", "NZ", "1 Quay Street", "Auckland", "1010"),
}  # fmt: skip


@pytest.mark.parametrize("written", WORLD.values(), ids=WORLD)
def test_what_people_write_is_taken_and_stands_on_the_label(
    shopper: Shopper, shop: dict[str, Product], written: Written
):
    parts = ("country_code", "street_address", "city", "postal_code", "country_area", "city_area")
    given = {f"shipping_address__{part}": getattr(written, part) for part in parts}
    order = shopper.order("vase", name=written.name, **given)
    with acting(actor=client(shopper.subject_id), purpose=Purpose.ORDERS):
        opened = OrderContact.objects.get(order=order).open("name", "shipping_address")
        label = opened.show("shipping_address")
    assert opened.name == written.name
    for part in (written.street_address.splitlines()[0], *written.shown):
        assert part.casefold() in label.casefold(), label
    assert written.name in shopper.read(order)


@pytest.mark.parametrize(
    ("written", "part"),
    [
        (Written("A", "DE", "Weg 1", "Berlin", "1234"), "postal_code"),
        (Written("A", "DE", "Weg 1", "Berlin"), "postal_code"),
        (Written("A", "US", "1 St", "New York", "10001"), "country_area"),
        (Written("A", "JP", "銀座4-5-6", "", "104-0061"), "country_area"),
        (Written("A", "", "1 St", "Somewhere"), "country_code"),
        (Written("A", "FR", "", "Paris", "75001"), "street_address"),
    ],
)
def test_what_a_country_needs_is_asked_for_at_its_input(shopper: Shopper, written: Written, part: str):
    shopper.put("vase")
    parts = ("country_code", "street_address", "city", "postal_code", "country_area", "city_area")
    form = shopper.open_form(**{f"shipping_address__{each}": getattr(written, each) for each in parts})
    answer = shopper.send(form)
    assert answer.status_code == 422
    assert f'id="id_shipping_address__{part}-error"' in answer.content.decode()
    assert shopper.orders() == []
