"""What the pages read of the catalogue: products with the price of the moment, in few queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from troth.kernel import clock
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.orders.lines import line_handlers
from troth.orders.models import Plan, Price, Product, ProductKind


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it is offered: its price now, in the currency that was asked for, or None where it has none."""

    product: Product
    price: Money | None
    plan: Plan | None

    @property
    def can_be_ordered(self) -> bool:
        """Whether one can be put into the basket now."""
        free = self.product.free_stock
        return self.product.on_sale and self.price is not None and (free is None or free > 0)


def list_offers(currency: str, *, kind: ProductKind | None = None) -> list[Offer]:
    """Return what is on sale, in the operator's order."""
    products = Product.objects.filter(on_sale=True)
    return _offer(products.filter(kind=kind) if kind else products, currency)


def find_offer(key: str, currency: str) -> Offer | None:
    """Return the product with this key, also one that is withdrawn, or None."""
    return next(iter(_offer(Product.objects.filter(key=key), currency)), None)


def find_offers(keys: Iterable[str], currency: str) -> dict[str, Offer]:
    """Return key → offer of these products."""
    return {offer.product.key: offer for offer in _offer(Product.objects.filter(key__in=list(keys)), currency)}


def list_currencies() -> list[str]:
    """Return the currencies in which something is sold, that of the operator first."""
    own = read_operator().currency
    sold = set(Price.objects.filter(product__on_sale=True).values_list("currency", flat=True))
    return sorted(sold, key=lambda currency: (currency != own, currency))


def is_sold_name(name: str) -> bool:
    """Return whether this is, or was, the name of something in the catalogue, in any language."""
    rows = Product.objects.values_list("names", "former_names")
    return any(name in names.values() or name in former for names, former in rows)


def _offer(products: QuerySet[Product], currency: str) -> list[Offer]:
    began = Price.objects.filter(product=OuterRef("pk"), currency=currency, valid_from__lte=clock.now())
    newest = began.order_by("-valid_from").values("minor")[:1]
    # What nobody would fill is not offered, however it stands in the catalogue.
    # Shipping is no thing to choose: it goes with what is shipped.
    filled = [kind for kind in ProductKind if kind in line_handlers and kind != ProductKind.SHIPPING]
    rows = (
        products.filter(kind__in=filled)
        .annotate(now_minor=Subquery(newest))
        .select_related("plan")
        .order_by("order", "key")
    )
    return [
        Offer(
            product=row,
            price=None if row.now_minor is None else Money(row.now_minor, currency),
            plan=row.plan if row.kind == ProductKind.MEMBERSHIP else None,
        )
        for row in rows
    ]
