"""Changing what is sold. A price is never overwritten: a new one begins, and what was ordered keeps the old one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.ledger.api import record
from troth.orders.catalogue.file import PlanWanted, ProductWanted, read_catalogue_file
from troth.orders.events import Event
from troth.orders.models import OrderLine, Plan, Price, Product, ProductKind, TermRule


def seed_catalogue() -> int:
    """Put the entries of the operator's file into the catalogue that are not there yet; return how many.

    An entry that is there is left as the console made it.
    """
    known = set(Product.objects.values_list("key", flat=True))
    wanted = [entry for entry in read_catalogue_file() if entry.key not in known]
    with transaction.atomic():
        for place, entry in enumerate(wanted):
            _add(entry, order=(len(known) + place + 1) * 10)
    return len(wanted)


def add_product(entry: ProductWanted) -> Product:
    """Put a new thing on sale; return it. Raises Refused where its key is taken."""
    require_acting()
    with transaction.atomic():
        if Product.objects.filter(key=entry.key).exists():
            raise Refused(_("There is something with this key already."), kept=_("Nothing was added."))
        product = _add(entry, order=(Product.objects.count() + 1) * 10)
        _record(product, "key")
    return product


def change_texts(product: Product, *, names: Mapping[str, str], descriptions: Mapping[str, str]) -> None:
    """Change what a product is called and how it is described; orders keep the name that they were placed under."""
    require_acting()
    with transaction.atomic():
        fresh = Product.objects.select_for_update().get(pk=product.pk)
        gone = [name for name in fresh.names.values() if name not in names.values()]
        fresh.former_names = list(dict.fromkeys([*fresh.former_names, *gone]))
        fresh.names, fresh.descriptions = dict(names), dict(descriptions)
        fresh.save(update_fields=["names", "descriptions", "former_names"])
        _record(product, "names", "descriptions")
    product.refresh_from_db()


def change_plan(plan: Plan, wanted: PlanWanted) -> None:
    """Change the rule of a membership.

    How long a term runs and for how many people it is stays as it is once somebody ordered it: what was bought is what
    is given. Raises Refused then; a new plan is added in its place, and this one withdrawn.
    """
    require_acting()
    month, day = wanted.fixed or (None, None)
    rule = TermRule.FIXED_DATE if wanted.fixed else TermRule.MONTHS
    with transaction.atomic():
        fresh = Plan.objects.select_for_update().get(pk=plan.pk)
        before = (fresh.term_rule, fresh.months, fresh.fixed_month, fresh.fixed_day, fresh.seats, fresh.is_gift)
        after = (rule, wanted.months, month, day, wanted.seats, wanted.is_gift)
        if before != after and OrderLine.objects.filter(product_id=fresh.pk).exists():
            raise Refused(
                _("Somebody ordered this already, so its length and its places stay as they were."),
                kept=_("The plan is as it was."),
                next_step=_("Add a new plan, and withdraw this one from sale."),
            )
        fresh.term_rule, fresh.months, fresh.fixed_month, fresh.fixed_day, fresh.seats, fresh.is_gift = after
        fresh.renews, fresh.rank, fresh.benefits = wanted.renews, wanted.rank, dict(wanted.benefits)
        fresh.save()
        _record(fresh.product, "plan")
    plan.refresh_from_db()


def set_price(product: Product, price: Money, *, valid_from: datetime | None = None) -> Price:
    """Have a new price begin, now or later; open orders keep the price that they were placed at."""
    require_acting()
    begins = valid_from or clock.now()
    if begins < clock.now() and valid_from is not None:
        raise Refused(_("A price cannot begin in the past."), kept=_("The price is as it was."))
    if price.minor < 0:
        raise Refused(_("A price is nothing or more."), kept=_("The price is as it was."))
    with transaction.atomic():
        row = Price.objects.create(product=product, currency=price.currency, minor=price.minor, valid_from=begins)
        _record(product, "price")
    return row


def change_stock(product: Product, *, by: int) -> None:
    """Add pieces that came in, or take out pieces that are gone; never fewer than orders are holding."""
    require_acting()
    with transaction.atomic():
        enough = Q(stock__isnull=False) & Q(stock__gte=F("reserved") - by)
        if not Product.objects.filter(enough, pk=product.pk).update(stock=F("stock") + by):
            raise Refused(
                _("So many pieces are not free: orders hold the others."),
                kept=_("The stock is as it was."),
                next_step=_("Cancel an order, or take out fewer."),
            )
        _record(product, "stock")
    product.refresh_from_db()


def change_sending(product: Product, *, origin: str, free_from: Sequence[Money]) -> None:
    """Change where goods come from, for customs; of shipping, from which sum of goods on it costs nothing."""
    require_acting()
    with transaction.atomic():
        product.origin = origin if product.kind == ProductKind.GOODS else ""
        is_shipping = product.kind == ProductKind.SHIPPING
        product.free_from = {each.currency: each.minor for each in free_from} if is_shipping else {}
        product.save(update_fields=["origin", "free_from"])
        _record(product, "sending")


def put_on_sale(product: Product, *, on_sale: bool) -> None:
    """Withdraw a product from sale, or sell it again; what is ordered is filled either way."""
    require_acting()
    with transaction.atomic():
        Product.objects.filter(pk=product.pk).update(on_sale=on_sale)
        _record(product, "on_sale")
    product.on_sale = on_sale


def _add(entry: ProductWanted, *, order: int) -> Product:
    product = Product.objects.create(
        key=entry.key,
        kind=entry.kind,
        names=dict(entry.names),
        descriptions=dict(entry.texts),
        order=order,
        tax_class=entry.tax_class,
        weight_grams=entry.weight_grams,
        stock=entry.stock,
        origin=entry.origin,
        free_from={sum_.currency: sum_.minor for sum_ in entry.free_from},
    )
    begins = clock.now()
    Price.objects.bulk_create(
        Price(product=product, currency=price.currency, minor=price.minor, valid_from=begins) for price in entry.prices
    )
    if entry.plan is not None:
        _add_plan(product, entry.plan)
    return product


def _add_plan(product: Product, wanted: PlanWanted) -> None:
    month, day = wanted.fixed or (None, None)
    Plan.objects.create(
        product=product,
        term_rule=TermRule.FIXED_DATE if wanted.fixed else TermRule.MONTHS,
        months=wanted.months,
        fixed_month=month,
        fixed_day=day,
        renews=wanted.renews,
        seats=wanted.seats,
        is_gift=wanted.is_gift,
        rank=wanted.rank,
        benefits=dict(wanted.benefits),
    )


def _record(product: Product, *fields: str) -> None:
    record(event=Event.CATALOGUE_CHANGED, fields=fields, object_type="orders.Product", object_id=str(product.pk))
