"""The operator's table of taxes: ``operator/tax.toml``, read and checked line by line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from django.conf import settings

from troth.kernel.errors import NotConfigured
from troth.kernel.operator import Finding, find_line


class TaxClass(StrEnum):
    """What a product is to the tax."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"


class DecidedBy(StrEnum):
    """Which place decides the tax."""

    DESTINATION = "destination"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One rate as it stands on an invoice.

    Arguments:
        name: what the tax is called.
        percent: the rate in per cent, such as ``Decimal("8.875")``.
        category: the code of UNTDID 5305: S, Z, E, or O where no tax applies.
        because: why no tax is due, in words, where the law wants them.
    """

    name: str
    percent: Decimal
    category: str
    because: str = ""

    @property
    def factor(self) -> Decimal:
        """The rate as a factor."""
        return self.percent / 100


NO_TAX = TaxRate(name="", percent=Decimal(0), category="O")


@dataclass(frozen=True, slots=True)
class TaxRegion:
    """The rates of one place from one day on."""

    place: str
    name: str
    standard: Decimal
    reduced: Decimal
    exempt_because: str
    begins: date
    active: bool

    def rates(self) -> dict[TaxClass, TaxRate]:
        """Return the rate of each class."""
        return {
            TaxClass.STANDARD: self._rate(self.standard),
            TaxClass.REDUCED: self._rate(self.reduced),
            TaxClass.ZERO: self._rate(Decimal(0)),
            TaxClass.EXEMPT: TaxRate(self.name, Decimal(0), "E", self.exempt_because),
        }

    def _rate(self, percent: Decimal) -> TaxRate:
        return TaxRate(name=self.name, percent=percent, category="S" if percent else "Z")


@dataclass(frozen=True, slots=True)
class TaxTable:
    """The whole table.

    Arguments:
        include_tax: whether the catalogue's prices have the tax in them.
        decided_by: which place decides.
        vat_number, tax_number: the operator's own numbers, for the invoice.
        regions: in the file's order.
    """

    include_tax: bool = False
    decided_by: DecidedBy = DecidedBy.DESTINATION
    vat_number: str = ""
    tax_number: str = ""
    regions: tuple[TaxRegion, ...] = ()

    def find_region(self, address: Mapping[str, str]) -> str:
        """Return country and state where an active region names that, else the country."""
        country, area = address.get("country_code") or "", address.get("country_area") or ""
        place = f"{country}-{area}"
        known = any(region.place == place and region.active for region in self.regions)
        return place if area and known else country

    def find_rates(self, place: str, *, on: date) -> dict[TaxClass, TaxRate]:
        """Return the rate of each class on a day; no tax at all where the table says nothing.

        A state whose own entry has not begun yet is taxed as its country.
        """
        for wanted in (place, place.partition("-")[0]):
            begun = [r for r in self.regions if r.place == wanted and r.active and r.begins <= on]
            if begun:
                return max(begun, key=lambda region: region.begins).rates()
        return dict.fromkeys(TaxClass, NO_TAX)


@cache
def read_tax_table() -> TaxTable:
    """Return the operator's table, read once a process; an empty one, all at 0 %, where there is no file.

    Raises NotConfigured with one line for each problem.
    """
    path: Path = settings.ENVIRONMENT.operator / "tax.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return TaxTable()
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfigured(f"The table of taxes {path} cannot be read: {type(error).__name__}.") from None
    return parse_tax_table(text, path.name)


def parse_tax_table(text: str, source: str) -> TaxTable:
    """Return the table that ``text`` describes; raise NotConfigured with one line for each problem."""
    try:
        found = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise NotConfigured(str(Finding(source, line, f"this is not TOML: {error}"))) from None
    reader = _Reader(text=text, source=source, found=found)
    table = reader.read()
    if reader.problems:
        raise NotConfigured("\n".join(str(problem) for problem in sorted(reader.problems, key=lambda p: p.line)))
    return table


_KNOWN = {
    "prices": ("include_tax", "decided_by"),
    "seller": ("vat_number", "tax_number"),
    "region": ("place", "name", "standard", "reduced", "exempt_because", "from", "active"),
}
_MOST_NAME = 40


@dataclass
class _Reader:
    """Checks one parsed file and gathers all problems before it gives up."""

    text: str
    source: str
    found: dict[str, Any]
    problems: list[Finding] = field(default_factory=list)

    def read(self) -> TaxTable:
        """Return the table; an empty one where there are problems."""
        for name in self.found.keys() - _KNOWN.keys():
            self._report((name,), f"unknown table or key {name}; expected one of {', '.join(_KNOWN)}")
        prices, seller = self._table("prices"), self._table("seller")
        include_tax = prices.get("include_tax", False)
        decided_by = prices.get("decided_by", DecidedBy.DESTINATION)
        self._expect(("prices", "include_tax"), include_tax, "true or false", right=isinstance(include_tax, bool))
        self._expect(
            ("prices", "decided_by"), decided_by, '"destination" or "origin"', right=decided_by in list(DecidedBy)
        )
        for key, value in seller.items():
            self._expect(("seller", key), value, "text", right=isinstance(value, str))
        regions = tuple(self._regions())
        self._check_twice(regions)
        if self.problems:
            return TaxTable()
        return TaxTable(include_tax=include_tax, decided_by=DecidedBy(decided_by), regions=regions, **seller)

    def _table(self, name: str) -> dict[str, Any]:
        table = self.found.get(name, {})
        if not isinstance(table, dict):
            self._report((name,), f"[{name}]: expected a table")
            return {}
        self._check_keys((name,), table, _KNOWN[name])
        return table

    def _regions(self) -> Iterator[TaxRegion]:
        entries = self.found.get("region", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._report(("region",), "region: expected tables that begin with [[region]]")
            return
        for place, entry in enumerate(entries):
            before = len(self.problems)
            region = self._region(("region", place), entry)
            if len(self.problems) == before:
                yield region

    def _region(self, path: tuple[str | int, ...], entry: dict[str, Any]) -> TaxRegion:
        self._check_keys(path, entry, _KNOWN["region"])
        for key in ("place", "name", "standard"):
            if key not in entry:
                self._report(path, f"[[region]] {key}: missing")
        place, name = entry.get("place"), entry.get("name", "")
        begins, active = entry.get("from", date.min), entry.get("active", True)
        standard = entry.get("standard", 0)
        reduced, because = entry.get("reduced", standard), entry.get("exempt_because", "")
        self._expect(
            (*path, "place"), place, 'a country such as "DE", or with its state, "US-NY"', right=_is_place(place)
        )
        self._expect((*path, "name"), name, f"at most {_MOST_NAME} characters", right=_is_text(name, _MOST_NAME))
        for key in ("standard", "reduced"):
            rate = entry.get(key, 0)
            self._expect((*path, key), rate, "per cent from 0 to 100, at most 4 decimals", right=_is_rate(rate))
        self._expect((*path, "exempt_because"), because, "text", right=isinstance(because, str))
        self._expect((*path, "from"), begins, "a day such as 2026-01-01", right=type(begins) is date)
        self._expect((*path, "active"), active, "true or false", right=isinstance(active, bool))
        return TaxRegion(
            place=str(place),
            name=str(name),
            standard=Decimal(standard) if _is_rate(standard) else Decimal(0),
            reduced=Decimal(reduced) if _is_rate(reduced) else Decimal(0),
            exempt_because=str(because),
            begins=begins,
            active=bool(active),
        )

    def _check_twice(self, regions: tuple[TaxRegion, ...]) -> None:
        seen: set[tuple[str, date]] = set()
        for number, region in enumerate(regions):
            key = (region.place, region.begins)
            if region.active and key in seen:
                self._report(("region", number), f"[[region]] {region.place} stands twice from the same day")
            if region.active:
                seen.add(key)

    def _check_keys(self, path: tuple[str | int, ...], table: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in table.keys() - set(known):
            self._report((*path, key), f"[{path[0]}] {key}: unknown key; expected one of {', '.join(known)}")

    def _expect(self, path: tuple[str | int, ...], value: Any, expected: str, *, right: bool) -> None:
        if not right:
            self._report(path, f"[{path[0]}] {path[-1]}: found {str(value)[:60]!r}, expected {expected}")

    def _report(self, path: tuple[str | int, ...], words: str) -> None:
        self.problems.append(Finding(self.source, find_line(self.text, path), words))


def _is_place(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", value):
        return False
    return value[:2] in Locale("en").territories


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= most


def _is_rate(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    rate = Decimal(value)
    return rate.is_finite() and 0 <= rate <= 100 and rate == round(rate, 4)
