"""What stands on a paper: gathered of the order's own rows, in whole smallest units, so that it adds up as they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from troth.kernel.operator import read_operator
from troth.orders.models import Order, OrderLine, RefundDecision, RefundLine
from troth.orders.tax import TaxClass, share, tax_sources
from troth.orders.tax_table import read_tax_table


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a paper; of a credit note, what is taken off, as amounts above nothing."""

    name: str
    quantity: int
    net: int
    tax: int
    percent: Decimal
    tax_name: str
    category: str
    because: str = ""

    def as_facts(self) -> dict[str, Any]:
        """Return the line as it is stored."""
        return {
            "name": self.name,
            "quantity": self.quantity,
            "net": self.net,
            "tax": self.tax,
            "percent": str(self.percent.normalize() + 0),
            "tax_name": self.tax_name,
            "category": self.category,
            "because": self.because,
        }


def items_of_order(order: Order) -> list[Item]:
    """Return all lines of an order as they were ordered."""
    return [_item(line, line.quantity, line.net_minor, line.tax_minor) for line in _lines_of(order)]


def items_of_refund(decision: RefundDecision) -> list[Item]:
    """Return what a refund takes off: the pieces that it names, or else its share of every rate of the order."""
    pieces = RefundLine.objects.filter(decision=decision).select_related("line").order_by("pk")
    items = [_item(each.line, each.quantity, each.net_minor, each.tax_minor) for each in pieces]
    rest = decision.amount_minor - sum(item.net + item.tax for item in items)
    return [*items, *_share_out(decision.order, rest)] if rest else items


def group_taxes(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the sums of each rate, in the order in which the rates come first."""
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for item in items:
        facts = item.as_facts()
        key = (facts["tax_name"], facts["percent"], facts["category"])
        words = {name: facts[name] for name in ("tax_name", "percent", "category", "because")}
        group = groups.setdefault(key, {**words, "net": 0, "tax": 0})
        group["net"] += item.net
        group["tax"] += item.tax
    return list(groups.values())


def describe_seller() -> dict[str, Any]:
    """Return the operator as it is named on a paper."""
    operator, table = read_operator(), read_tax_table()
    lines = [line.strip() for line in operator.contacts.postal_address.splitlines()]
    return {
        "name": operator.name,
        "lines": [line for line in lines if line and line != operator.name],
        "country": operator.country,
        "email": operator.contacts.support_email,
        "vat_number": table.vat_number,
        "tax_number": table.tax_number,
    }


def describe_buyer(name: str, address: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the client as it is named on a paper."""
    from troth.orders.models import OrderContact

    shown = OrderContact.sealed_attributes["billing_address"].show(address) if address else ""
    return {"name": name, "lines": shown.splitlines(), "address": dict(address or {})}


def exempt_words(order: Order, *, on: date) -> str:
    """Return the words that the law wants beside what is exempt in the order's region."""
    source = tax_sources.get("service") or read_tax_table()
    return source.find_rates(order.tax_region, on=on)[TaxClass.EXEMPT].because


def _lines_of(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order).order_by("pk"))


def _item(line: OrderLine, quantity: int, net: int, tax: int) -> Item:
    because = exempt_words(line.order, on=line.order.placed_at.date()) if line.tax_category == "E" else ""
    return Item(
        name=line.name,
        quantity=quantity,
        net=net,
        tax=tax,
        percent=line.tax_rate,
        tax_name=line.tax_name,
        category=line.tax_category or "O",
        because=because,
    )


def _share_out(order: Order, amount: int) -> list[Item]:
    """Return an amount that is for no line in particular, in shares of the order's rates that add up to it."""
    lines = _lines_of(order)
    whole = sum(line.net_minor + line.tax_minor for line in lines)
    items: list[Item] = []
    taken = 0
    for line in lines:
        gross = line.net_minor + line.tax_minor
        if gross <= 0 or whole <= 0:
            continue
        part = share(amount, taken=taken, more=gross, of=whole)
        taken += gross
        tax = share(part, taken=0, more=line.tax_minor, of=gross)
        items.append(_item(line, 1, part - tax, tax))
    return _settle(items, amount)


def _settle(items: list[Item], amount: int) -> list[Item]:
    """Put on the first item what lines below nothing leave over, so that the whole is the amount."""
    from dataclasses import replace

    left = amount - sum(item.net + item.tax for item in items)
    if left and items:
        items[0] = replace(items[0], net=items[0].net + left)
    return [item for item in items if item.net or item.tax]
