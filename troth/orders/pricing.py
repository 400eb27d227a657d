"""What things cost: the price of the moment, and the sums of an order, tax included, to the smallest unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.orders.models import Membership, Price, Product, ProductKind
from troth.orders.tax import Taxable, TaxedLine, compute_tax, prices_include_tax


@dataclass(frozen=True, slots=True)
class LineWanted:
    """One thing that somebody wants to order.

    Arguments:
        product: what.
        quantity: how many.
        unit: what one costs, as the catalogue would say it; the price of the moment where it is None.
        membership: the membership that a line of one renews or changes, or None for a new one.
    """

    product: Product
    quantity: int = 1
    unit: Money | None = None
    membership: Membership | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its sums: what one costs as the catalogue says it, and what the tax table makes of the line."""

    wanted: LineWanted
    unit_minor: int
    taxed: TaxedLine


@dataclass(frozen=True, slots=True)
class Sums:
    """An order's lines and sums."""

    currency: str
    region: str
    has_tax_in_prices: bool
    lines: tuple[PricedLine, ...]

    @property
    def net(self) -> Money:
        """The sum without tax."""
        return Money(sum(line.taxed.net for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        """The tax."""
        return Money(sum(line.taxed.tax for line in self.lines), self.currency)

    @property
    def total(self) -> Money:
        """What is due."""
        return self.net + self.tax


def with_shipping(wanted: Sequence[LineWanted], *, currency: str) -> list[LineWanted]:
    """Return what is wanted, with the price of sending it where the catalogue has one for so heavy a parcel.

    Of several the one for the lightest parcels that fits; for what is heavier than all, the one for the heaviest.
    """
    shipped = [each for each in wanted if each.product.kind == ProductKind.GOODS]
    others = [each for each in wanted if each.product.kind != ProductKind.SHIPPING]
    if not shipped:
        return others
    weight = sum(each.product.weight_grams * each.quantity for each in shipped)
    ways = Product.objects.filter(kind=ProductKind.SHIPPING, on_sale=True).order_by("weight_grams", "key")
    priced = [way for way in ways if find_price(way, currency) is not None]
    fitting = [way for way in priced if way.weight_grams >= weight] or priced[-1:]
    return [*others, *(LineWanted(product=way, unit=_free(way, shipped, currency)) for way in fitting[:1])]


def _free(way: Product, shipped: Sequence[LineWanted], currency: str) -> Money | None:
    """Return nothing as the price of a way whose threshold the goods reach; None where it costs what it costs."""
    threshold = way.free_from.get(currency)
    if threshold is None:
        return None
    units = [(each.unit or find_price(each.product, currency), each.quantity) for each in shipped]
    worth = sum(unit.minor * quantity for unit, quantity in units if unit is not None)
    return Money(0, currency) if worth >= threshold else None


def find_price(product: Product, currency: str) -> Money | None:
    """Return what a product costs now in a currency, or None where it has no price in it."""
    began = Price.objects.filter(product=product, currency=currency, valid_from__lte=clock.now())
    price = began.order_by("-valid_from").first()
    return None if price is None else price.money


def add_up(wanted: Sequence[LineWanted], *, currency: str, region: str, on: date | None = None) -> Sums:
    """Return the sums of what is wanted; raise Refused where something has no price in this currency."""
    units = [_find_unit(each, currency) for each in wanted]
    items = [
        Taxable(minor=unit * each.quantity, tax_class=each.product.tax_class)
        for each, unit in zip(wanted, units, strict=True)
    ]
    taxed = compute_tax(items, region=region, on=on or clock.today())
    lines = (PricedLine(*of_line) for of_line in zip(wanted, units, taxed.lines, strict=True))
    return Sums(currency=currency, region=region, has_tax_in_prices=prices_include_tax(), lines=tuple(lines))


def _find_unit(wanted: LineWanted, currency: str) -> int:
    unit = wanted.unit or find_price(wanted.product, currency)
    if unit is None or unit.currency != currency:
        raise Refused(
            _("%(name)s has no price in %(currency)s.") % {"name": wanted.product.name, "currency": currency},
            kept=_("Your basket is as it was."),
            next_step=_("Choose another currency, or take it out of the basket."),
        )
    return unit.minor
