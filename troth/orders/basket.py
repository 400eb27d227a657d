"""The basket: keys and numbers in the browser's session, sealed like all of it; nothing about anybody.

It goes along when its owner signs in (``accounts.api.carried``). The ``checkout_key`` is made anew with each change,
and becomes that of the order: sent twice, from two tabs or by a double click, one basket makes one order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from troth.accounts.api import preferences
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.orders.actions.ordering import MOST_PIECES
from troth.orders.catalogue.queries import Offer, find_offers, list_currencies
from troth.orders.models import ProductKind
from troth.orders.pricing import LineWanted, find_price, with_shipping

KEPT_AS = "basket"
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One thing in the basket, as it is offered now."""

    offer: Offer
    quantity: int

    @property
    def minor(self) -> int:
        """What it costs, tax as the catalogue has it; nothing where it has no price."""
        return self.offer.price.minor * self.quantity if self.offer.price else 0

    @property
    def problem(self) -> str:
        """Why it cannot be ordered so, in words, or empty."""
        free = self.offer.product.free_stock
        if not self.offer.product.on_sale:
            return _("It is not sold any more.")
        if self.offer.price is None:
            return _("It has no price in this currency.")
        if free is not None and free < self.quantity:
            return _("%(count)d are left.") % {"count": free} if free else _("None is left.")
        return ""


@dataclass(frozen=True, slots=True)
class Basket:
    """The basket as it stands now."""

    lines: tuple[BasketLine, ...]
    currency: str
    checkout_key: UUID | None

    @property
    def is_shipped(self) -> bool:
        """Whether something of it is shipped."""
        return any(line.offer.product.is_shipped for line in self.lines)

    @property
    def renews(self) -> bool:
        """Whether something of it renews by itself, so that a saved card is of use."""
        return any(line.offer.plan and line.offer.plan.renews for line in self.lines)

    @property
    def is_ready(self) -> bool:
        """Whether it can be ordered as it is."""
        return bool(self.lines) and not any(line.problem for line in self.lines)

    def wanted(self) -> list[LineWanted]:
        """Return its lines for an order, with the price of shipping where there is one."""
        lines = [LineWanted(product=line.offer.product, quantity=line.quantity) for line in self.lines]
        return with_shipping(lines, currency=self.currency)

    @property
    def shipping(self) -> Money | None:
        """What sending it costs, or None where that costs nothing of its own."""
        ways = [each.product for each in self.wanted() if each.product.kind == ProductKind.SHIPPING]
        return find_price(ways[0], self.currency) if ways else None


def read_basket(request: HttpRequest) -> Basket:
    """Return the basket of this browser; things that the catalogue never had are left out."""
    kept = _read_kept(request)
    currency = choose_currency(request)
    offers = find_offers(kept["lines"], currency) if kept["lines"] else {}
    lines = tuple(BasketLine(offers[key], count) for key, count in kept["lines"].items() if key in offers)
    key = kept.get("key")
    return Basket(lines=lines, currency=currency, checkout_key=UUID(key) if key else None)


def count_basket(request: HttpRequest) -> int:
    """Return how many pieces are in the basket, without asking the catalogue."""
    return sum(_read_kept(request)["lines"].values())


def put_into_basket(request: HttpRequest, offer: Offer, *, more: int) -> None:
    """Put so many pieces more into the basket; a membership that is not a gift is there once."""
    kept = _read_kept(request)
    before = kept["lines"].get(offer.product.key, 0)
    set_in_basket(request, offer, quantity=before + more)


def set_in_basket(request: HttpRequest, offer: Offer, *, quantity: int) -> None:
    """Have so many pieces in the basket; none takes the thing out."""
    kept, key = _read_kept(request), offer.product.key
    single = offer.product.kind == ProductKind.MEMBERSHIP and not (offer.plan and offer.plan.is_gift)
    lines: dict[str, int] = dict(kept["lines"])
    if quantity <= 0:
        lines.pop(key, None)
    else:
        lines[key] = 1 if single else min(quantity, MOST_PIECES)
    if len(lines) > _MOST_LINES:
        raise Refused(_("The basket is full."), kept=_("What is in it stays."), next_step=_("Order it first."))
    request.session[KEPT_AS] = {**kept, "lines": lines, "key": str(new_id())}


def empty_basket(request: HttpRequest) -> None:
    """Take everything out; the currency stays chosen."""
    request.session[KEPT_AS] = {"lines": {}, "currency": _read_kept(request).get("currency", "")}


def choose_currency(request: HttpRequest) -> str:
    """Return the currency of this browser: chosen here, else by the client for everything, else the operator's."""
    sold = list_currencies()
    for currency in (_read_kept(request).get("currency"), preferences(request).currency):
        if currency and currency in sold:
            return str(currency)
    return read_operator().currency


def set_currency(request: HttpRequest, currency: str) -> None:
    """Choose a currency in which something is sold."""
    if currency not in list_currencies():
        raise Refused(_("Nothing is sold in this currency."), kept=_("The currency is as it was."))
    request.session[KEPT_AS] = {**_read_kept(request), "currency": currency, "key": str(new_id())}


def _read_kept(request: HttpRequest) -> dict[str, Any]:
    kept: Mapping[str, Any] = request.session.get(KEPT_AS) or {}
    return {"lines": {}, **kept}
