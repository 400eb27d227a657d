"""What tax an order owes: the operator's table of places and classes, and the arithmetic, which always adds up.

Computed as EN 16931 wants it: per rate on the sum of the lines, rounded once, half away from zero. What a line shows is
its share of that, and the smallest units that are left over go to the largest remainders, the earlier line first. So
the lines add up to the rate, the rates to the order, in every currency, and the same order always gives the same lines.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Registry, Words
from troth.orders.tax_table import DecidedBy, TaxClass, TaxRate, TaxTable, read_tax_table

__all__ = [
    "DecidedBy",
    "TaxCategory",
    "TaxClass",
    "TaxRate",
    "TaxSource",
    "TaxTable",
    "Taxable",
    "Taxed",
    "TaxedLine",
    "compute_tax",
    "find_region",
    "prices_include_tax",
    "read_tax_table",
    "share",
    "tax_class_words",
    "tax_sources",
]

TaxCategory = StrEnum("TaxCategory", {"STANDARD": "S", "ZERO": "Z", "EXEMPT": "E", "NONE": "O"})
"""The codes of UNTDID 5305 that an invoice as data names."""

_WORDS: Mapping[TaxClass, Words] = {
    TaxClass.STANDARD: _("standard rate"),
    TaxClass.REDUCED: _("reduced rate"),
    TaxClass.ZERO: _("zero rate"),
    TaxClass.EXEMPT: _("exempt"),
}


def tax_class_words(tax_class: TaxClass) -> Words:
    """Return what a class is called in the catalogue."""
    return _WORDS[tax_class]


@dataclass(frozen=True, slots=True)
class Taxable:
    """One line to compute for.

    Arguments:
        minor: the whole line at the catalogue's price, quantity included; less than nothing for a credit.
        tax_class: the product's class.
    """

    minor: int
    tax_class: str = TaxClass.STANDARD


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """What one line comes to, in smallest units."""

    net: int
    tax: int
    rate: TaxRate

    @property
    def gross(self) -> int:
        """The line with its tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Taxed:
    """What an order comes to: its lines in the order in which they were given, and their sums."""

    region: str
    lines: tuple[TaxedLine, ...]

    @property
    def net(self) -> int:
        """The sum without tax."""
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        """The tax on it."""
        return sum(line.tax for line in self.lines)

    @property
    def total(self) -> int:
        """What is due."""
        return self.net + self.tax


class TaxSource(Protocol):
    """Where rates come from: the operator's table, or a tax service behind an adapter of ``processors``."""

    def find_region(self, address: Mapping[str, str]) -> str:
        """Return the region of an address, at most eight characters, such as ``US-NY``."""

    def find_rates(self, region: str, *, on: date) -> Mapping[TaxClass, TaxRate]:
        """Return the rate of each class in a region on a day."""


class TableSource:
    """The operator's own table, ``operator/tax.toml``."""

    def find_region(self, address: Mapping[str, str]) -> str:
        """Return country and state where the table names that, else the country."""
        return read_tax_table().find_region(address)

    def find_rates(self, region: str, *, on: date) -> Mapping[TaxClass, TaxRate]:
        """Return the table's rates."""
        return read_tax_table().find_rates(region, on=on)


tax_sources: Registry[str, TaxSource] = Registry("tax source")
"""One may be registered under ``service``; it then goes before the operator's table."""
_TABLE = TableSource()


def _source() -> TaxSource:
    return tax_sources.get("service") or _TABLE


def prices_include_tax() -> bool:
    """Return whether the catalogue's prices have the tax in them."""
    return read_tax_table().include_tax


def find_region(*, shipping: Mapping[str, str] | None, billing: Mapping[str, str] | None) -> str:
    """Return the region that decides an order's tax.

    Arguments:
        shipping: where the parcel goes, or None where nothing is shipped.
        billing: the billing address, or None where none was asked; the operator's own country then decides.
    """
    home = {"country_code": read_operator().country}
    if read_tax_table().decided_by is DecidedBy.ORIGIN:
        return _source().find_region(home)
    return _source().find_region(shipping or billing or home)


def compute_tax(items: Sequence[Taxable], *, region: str, on: date) -> Taxed:
    """Return what these lines come to in a region on a day.

    Raises Refused for a class that is none, with nothing computed.
    """
    rates = _source().find_rates(region, on=on)
    has_tax = prices_include_tax()
    groups: dict[TaxRate, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.tax_class not in rates:
            raise Refused("This product has a tax class that is not in the table.", kept="Nothing was ordered.")
        groups[rates[TaxClass(item.tax_class)]].append(place)
    lines: dict[int, TaxedLine] = {}
    for rate, places in groups.items():
        amounts = [items[place].minor for place in places]
        for place, amount, tax in zip(places, amounts, _tax_lines(amounts, rate, has_tax=has_tax), strict=True):
            lines[place] = TaxedLine(net=amount - tax if has_tax else amount, tax=tax, rate=rate)
    return Taxed(region=region, lines=tuple(lines[place] for place in range(len(items))))


def _tax_lines(amounts: Sequence[int], rate: TaxRate, *, has_tax: bool) -> list[int]:
    """Return each line's tax; together they are the tax of the sum, rounded once."""
    factor = Fraction(rate.factor)
    if has_tax:
        factor = factor / (1 + factor)
    exact = [amount * factor for amount in amounts]
    taxes = [floor(tax) for tax in exact]
    left = _round(sum(exact, Fraction(0))) - sum(taxes)
    by_rest = sorted(range(len(exact)), key=lambda place: (taxes[place] - exact[place], place))
    for place in by_rest[:left]:
        taxes[place] += 1
    return taxes


def share(amount: int, *, taken: int, more: int, of: int) -> int:
    """Return what ``more`` pieces are of an amount for ``of`` pieces, after ``taken`` were taken already.

    Taken one by one or together, all pieces come to the whole amount.
    """
    return _round(Fraction(amount * (taken + more), of)) - _round(Fraction(amount * taken, of))


def _round(value: Fraction) -> int:
    """Round half away from zero, so that a credit note mirrors its invoice."""
    nearest = floor(abs(value) + Fraction(1, 2))
    return nearest if value >= 0 else -nearest
