"""An invented client who orders on the live pages, and leaves nothing: for the checks of the order form (A12)."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.urls import reverse

from troth.kernel import clock
from troth.kernel.crawl import guises
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT
from troth.orders.catalogue.queries import list_offers
from troth.orders.models import Order, Price, Product, ProductKind


@dataclass
class FormSeen:
    """What an order form asks, as a browser gets it.

    Arguments:
        path: where it was found.
        status: how the page answered.
        headers: of the page, names in lower case.
        text: the page.
        inputs: name → attributes of each input, list and text area of the order form.
        scripts: the sources of the page's scripts; empty for one that stands in the page.
        reasons: the ids of the reasons beside the inputs.
    """

    path: str
    status: int
    headers: dict[str, str]
    text: str
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)
    scripts: list[dict[str, str]] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)
    frames: int = 0


class _Reader(HTMLParser):
    def __init__(self, seen: FormSeen) -> None:
        super().__init__()
        self._seen, self._inside = seen, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action", "").startswith(self._seen.path)
        elif tag in {"input", "select", "textarea"} and self._inside:
            self._seen.inputs[given.get("name", "")] = given
        elif tag == "script":
            self._seen.scripts.append(given)
        elif tag in {"iframe", "frame", "object", "embed"}:
            self._seen.frames += 1
        if given.get("id", "").endswith("-why"):
            self._seen.reasons.add(given["id"].removesuffix("-why"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Buyer:
    """The invented client with its browser."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        # The session is the invented client's own, so the subject is that of the row behind its cookie.
        self.subject_id: UUID = browser.session.subject_id  # type: ignore[attr-defined]

    def post(self, path: str, page: str, **answers: Any) -> Any:
        """Send a form as the page at ``page`` has it."""
        self.browser.get(page)
        token = self.browser.cookies[settings.CSRF_COOKIE_NAME].value
        origin = {"origin": settings.ENVIRONMENT.site}
        return self.browser.post(path, {**answers, "csrfmiddlewaretoken": token}, headers=origin)

    def choose(self, product: Product) -> None:
        """Have this one thing in the basket, and nothing else."""
        for line in list((self.browser.session.get("basket") or {}).get("lines", {})):
            self.post(reverse("orders:remove", kwargs={"key": line}), reverse("orders:basket"))
        page = reverse("orders:product", kwargs={"key": product.key})
        self.post(reverse("orders:add", kwargs={"key": product.key}), page, quantity="1")

    def open_form(self) -> FormSeen:
        """Open the order form, and read it."""
        path = reverse("orders:checkout")
        answer: Any = self.browser.get(path)
        headers = {name.lower(): value for name, value in answer.items()}
        seen = FormSeen(path, answer.status_code, headers, answer.content.decode(errors="replace"))
        _Reader(seen).feed(seen.text)
        return seen

    def order(self, seen: FormSeen) -> Order | None:
        """Send the order form with an invented name; return the order that came of it, or None."""
        found = re.search(rf'action="({re.escape(seen.path)}\?[^"]+)"', seen.text)
        action = found[1].replace("&amp;", "&") if found else seen.path
        answers = {"name": "Canary Example", "email": "canary@example.org", "renewal": "ask"}
        self.post(action, seen.path, **answers)
        return Order.objects.filter(subject_id=self.subject_id).order_by("-placed_at").first()


@contextmanager
def vanishing_buyer() -> Iterator[Buyer]:
    """Give an invented client; whatever it did is undone in every database after the block."""
    guise = guises.get(CLIENT)
    if guise is None:
        raise LookupError("Nobody can be signed in for a check.")
    with guise.enter() as browser:
        yield Buyer(browser)


def make_service() -> Product:
    """Put an invented service on sale; call it where everything is undone."""
    product = Product.objects.create(
        key=f"canary-{secrets.token_hex(6)}", kind=ProductKind.SERVICE, names={"en": "Canary"}, descriptions={"en": ""}
    )
    Price.objects.create(product=product, currency=read_operator().currency, minor=1_000, valid_from=clock.now())
    return product


def one_of_each_kind() -> list[Product]:
    """Return one product of each kind that can be ordered now."""
    chosen: dict[str, Product] = {}
    for offer in list_offers(read_operator().currency):
        if offer.can_be_ordered:
            chosen.setdefault(offer.product.kind, offer.product)
    return list(chosen.values())
