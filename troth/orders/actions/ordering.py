"""Placing an order: it stands in the books before any money moves."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troth.kernel.acting import require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.money import Money
from troth.ledger.api import record
from troth.orders.events import Event
from troth.orders.lines import line_handlers
from troth.orders.models import Order, OrderContact, OrderLine, OrderState, OrderStep, Origin
from troth.orders.pricing import LineWanted, PricedLine, Sums, add_up, with_shipping
from troth.orders.stock import OutOfStock
from troth.orders.tax import find_region
from troth.orders.telling import News, tell_client
from troth.statement.api import current_version

MOST_PIECES = 99
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for another: 0 and O, 1, I and L, U and V."""


@dataclass(frozen=True, slots=True)
class OrderContactValues:
    """Whom an order is for, as given on the form; shown as a whole it shows nothing."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    telephone: str | None = field(default=None, repr=False)
    billing_address: Mapping[str, str] | None = field(default=None, repr=False)
    shipping_address: Mapping[str, str] | None = field(default=None, repr=False)


def place_order(  # noqa: PLR0913  an order has as many sides as it has
    *,
    subject_id: UUID,
    wanted: Sequence[LineWanted],
    contact: OrderContactValues,
    currency: str,
    agreed: Money | None = None,
    origin: Origin = Origin.CHECKOUT,
    checkout_key: UUID | None = None,
    language: str = "",
    renews_by_card: bool = False,
) -> Order:
    """Place an order, and return it; no money moves and no piece of stock is held back yet.

    Act as the client, or as a system job that may write its contact (purpose *orders*).

    Arguments:
        subject_id: who orders.
        wanted: what; at least one line, of the catalogue.
        contact: whom it is for; sealed with the order, and kept in no profile by this.
        currency: what all of it is priced in. The price of shipping is put in by itself, where the catalogue has one.
        agreed: the sum that the client was shown; where it comes to another one by now, nothing is ordered.
        origin: how it came about. What is renewed or changed may have been withdrawn from sale meanwhile.
        checkout_key: the form that sends it; sent twice, it makes one order, and the second call returns the first's.
        language: of the names on the order; that of the page where it is empty.
        renews_by_card: whether the client chose that the membership in it renews by the card that pays the order.

    Raises Refused, with words for the client, where something is not sold, not there, or cannot go together.
    """
    require_acting()
    if checkout_key is not None and (known := Order.objects.filter(checkout_key=checkout_key).first()):
        return _require_own(known, subject_id)
    if origin in {Origin.CHECKOUT, Origin.STAFF}:
        wanted = with_shipping(wanted, currency=currency)
    _judge(wanted, contact, origin)
    region = find_region(shipping=contact.shipping_address, billing=contact.billing_address)
    sums = add_up(wanted, currency=currency, region=region)
    if sums.total.minor < 0:
        raise Refused(_("This order would owe you money, so it cannot be placed."), kept=_("Nothing was ordered."))
    if agreed is not None and agreed != sums.total:
        raise Refused(
            _("The sum changed at this very moment."),
            kept=_("Nothing was ordered, and your basket is as it was."),
            next_step=_("Open the order form again, and look at the sum."),
        )
    try:
        with transaction.atomic():
            order = Order(subject_id=subject_id, origin=origin, checkout_key=checkout_key)
            order.renews_by_card = renews_by_card
            order.language = (language or get_language() or "en")[:12]
            return _write(order, sums, contact)
    except IntegrityError:
        # The same form, sent twice at the same moment: the other one was first.
        known = Order.objects.filter(checkout_key=checkout_key).first() if checkout_key else None
        if known is None:
            raise
        return _require_own(known, subject_id)


def _require_own(order: Order, subject_id: UUID) -> Order:
    if order.subject_id != subject_id:
        raise AccessDenied(_("This form belongs to somebody else."), next_step=_("Open the basket again."))
    return order


def _judge(wanted: Sequence[LineWanted], contact: OrderContactValues, origin: Origin) -> None:
    if not wanted:
        raise Refused(_("The basket is empty."), kept=_("Nothing was ordered."), next_step=_("Choose something first."))
    for each in wanted:
        if not 1 <= each.quantity <= MOST_PIECES:
            raise Refused(
                _("%(name)s: from 1 to %(most)d pieces can be ordered.")
                % {"name": each.product.name, "most": MOST_PIECES},
                kept=_("Nothing was ordered."),
            )
        if not each.product.on_sale and origin in {Origin.CHECKOUT, Origin.STAFF}:
            raise Refused(
                _("%(name)s is not sold any more.") % {"name": each.product.name},
                kept=_("The rest of your basket is as it was."),
                next_step=_("Take it out of the basket, and go on."),
            )
    if any(each.product.is_shipped for each in wanted) and not contact.shipping_address:
        raise Refused(_("Something is shipped, so an address is needed."), kept=_("Nothing was ordered."))
    _judge_stock(wanted)


def _judge_stock(wanted: Sequence[LineWanted]) -> None:
    """Say at once that something is not there; what is there is held back only while it is paid."""
    for each in wanted:
        free = each.product.free_stock
        if free is not None and free < each.quantity:
            raise OutOfStock(
                _("%(name)s: you want %(wanted)d, and %(free)d are left.")
                % {"name": each.product.name, "wanted": each.quantity, "free": free},
                products=(each.product.pk,),
                kept=_("Nothing was ordered, and your basket is as it was."),
                next_step=_("Change the number in the basket, or take it out."),
            )


def _write(order: Order, sums: Sums, contact: OrderContactValues) -> Order:
    version = current_version()
    order.number = _new_number()
    order.currency, order.tax_region = sums.currency, sums.region
    order.net_minor, order.tax_minor, order.total_minor = sums.net.minor, sums.tax.minor, sums.total.minor
    order.has_tax_in_prices = sums.has_tax_in_prices
    order.informed_version = str(version.pk) if version else ""
    order.save()
    _write_contact(order, contact)
    lines = [_write_line(order, priced) for priced in sums.lines]
    for kind, of_kind in _group_by_kind(lines).items():
        handler = line_handlers.get(kind)
        if handler is not None:
            handler.check(of_kind)
    OrderStep.objects.create(order=order, subject_id=order.subject_id, before="", after=OrderState.PLACED)
    record(event=Event.ORDER_PLACED, subject_id=order.subject_id, object_type="orders.Order", object_id=str(order.pk))
    if order.total_minor:
        tell_client(order, News.PLACED)
    return order


def _write_contact(order: Order, contact: OrderContactValues) -> None:
    row = OrderContact(order=order, subject_id=order.subject_id)
    row.name = contact.name
    row.email = contact.email
    for name in ("telephone", "billing_address", "shipping_address"):
        if value := getattr(contact, name):
            setattr(row, name, value)
    row.save()


def _write_line(order: Order, priced: PricedLine) -> OrderLine:
    product = priced.wanted.product
    return OrderLine.objects.create(
        order=order,
        subject_id=order.subject_id,
        product=product,
        kind=product.kind,
        name=product.name_in(order.language),
        quantity=priced.wanted.quantity,
        unit_minor=priced.unit_minor,
        net_minor=priced.taxed.net,
        tax_minor=priced.taxed.tax,
        tax_rate=priced.taxed.rate.percent,
        tax_name=priced.taxed.rate.name,
        tax_category=priced.taxed.rate.category,
        membership=priced.wanted.membership,
    )


def _group_by_kind(lines: Sequence[OrderLine]) -> dict[str, list[OrderLine]]:
    kinds: dict[str, list[OrderLine]] = {}
    for line in lines:
        kinds.setdefault(line.kind, []).append(line)
    return kinds


def _new_number() -> str:
    """Return a number that says nothing of how many orders there are, and cannot be guessed from another."""
    while True:
        drawn = "".join(secrets.choice(_ALPHABET) for _each in range(8))
        number = f"{drawn[:4]}-{drawn[4:]}"
        if not Order.objects.filter(number=number).exists():
            return number
