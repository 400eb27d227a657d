"""An invented client with a paid order of goods, for this room's checks; all of it is undone by whoever calls."""

import secrets
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.http import HttpRequest
from django.urls import reverse

from troth.accounts.api import mark_fresh, open_account, verify
from troth.fulfilment.filling import GoodsLines
from troth.fulfilment.models import Parcel, ParcelState
from troth.fulfilment.states import move_parcel
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.crawl import SiteBrowser
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.orders.api import Order, OrderContact, OrderLine, OrderState, Product, ProductKind

STOCK, ORDERED = 5, 3


@dataclass(frozen=True)
class Tokens:
    """What the invented client gave, to be looked for."""

    name: str
    email: str
    street: str

    @property
    def address(self) -> dict[str, str]:
        """The whole address."""
        return {
            "country_code": "US",
            "street_address": self.street,
            "city": "New York",
            "country_area": "NY",
            "postal_code": "10001",
        }


class Canary:
    """The client, its order and its parcel."""

    def __init__(self) -> None:
        tag = secrets.token_hex(6)
        self.given = Tokens(f"Canary {tag}", f"canary-{tag}@example.org", f"{secrets.randbelow(9000) + 1} Nest {tag}")
        values = {"name": self.given.name, "email": self.given.email, "user_name": f"canary-{tag}"}
        account = open_account(values=values, encoded=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20), welcome=False)
        self.subject_id: UUID = account.id
        with acting(actor=client(self.subject_id), purpose=Purpose.ORDERS):
            verify(account)
            self.product, self.order, self.line = self._order(tag)
            GoodsLines().fill(self.order, [self.line])
        self.parcel = Parcel.objects.select_related("order").get(order=self.order)
        self.browser = self._sign_in()

    def ship(self) -> None:
        """Bring the parcel on its way, as far as the books know; no carrier is asked."""
        self.parcel.labelled_at, self.parcel.holds_stock = clock.now(), False
        self.parcel.carrier, self.parcel.parcel_ref = "canary", "shp_canary"
        with acting(actor=client(self.subject_id), purpose=Purpose.ORDERS):
            move_parcel(self.parcel, ParcelState.PACKED)
            move_parcel(self.parcel, ParcelState.SHIPPED)

    def read(self, page: str, **parts: str) -> str:
        """Open a page of the client's; return its text, empty where it does not answer."""
        answer = self.browser.get(reverse(page, kwargs=parts or None))
        return answer.content.decode() if answer.status_code == 200 else ""

    def send(self, page: str, data: dict[str, str], **parts: str) -> int:
        """Send a form of the client's; return the status."""
        token = self.browser.cookies[settings.CSRF_COOKIE_NAME].value
        answer = self.browser.post(reverse(page, kwargs=parts or None), {**data, "csrfmiddlewaretoken": token})
        return int(answer.status_code)

    def _order(self, tag: str) -> tuple[Product, Order, OrderLine]:
        currency = read_operator().currency
        product = Product.objects.create(
            key=f"canary-{tag}", kind=ProductKind.GOODS, names={"en": f"Cage {tag}"}, descriptions={"en": "A cage."},
            weight_grams=500, stock=STOCK, reserved=ORDERED,
        )  # fmt: skip
        order = Order.objects.create(
            subject_id=self.subject_id, number=f"C{tag[:7].upper()}", state=OrderState.PAID, paid_at=clock.now(),
            currency=currency, net_minor=900, total_minor=900, tax_region="US", reserves_stock=True,
        )  # fmt: skip
        contact = OrderContact(order=order, subject_id=self.subject_id)
        contact.name, contact.email = self.given.name, self.given.email
        contact.shipping_address = self.given.address
        contact.save()
        line = OrderLine.objects.create(
            order=order, subject_id=self.subject_id, product=product, kind=ProductKind.GOODS, name=f"Cage {tag}",
            quantity=ORDERED, unit_minor=300, net_minor=900, tax_minor=0, tax_rate=0,
        )  # fmt: skip
        return product, order, line

    def _sign_in(self) -> SiteBrowser:
        browser = SiteBrowser(headers={"origin": settings.ENVIRONMENT.site})
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        request.session.begin(subject_id=self.subject_id)  # type: ignore[attr-defined]
        mark_fresh(request)
        request.session.save()
        browser.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
        # Any page with a form gives the cookie that every form is held to.
        browser.get(reverse("fulfilment:address", kwargs={"number": self.order.number}))
        return browser
