"""The operator's catalogue for a new site: ``operator/plans.toml``, read and checked line by line."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from babel.numbers import list_currencies
from django.conf import settings

from troth.kernel.errors import NotConfigured, Refused
from troth.kernel.money import Money
from troth.kernel.operator import Finding, find_line, read_operator
from troth.kernel.tomlfile import check_country
from troth.orders.models import ProductKind
from troth.orders.tax import TaxClass

_COMMON = {"key", "name", "text", "price", "tax"}
_KNOWN: Mapping[ProductKind, set[str]] = {
    ProductKind.MEMBERSHIP: {*_COMMON, "benefits", "months", "ends_on", "renews", "seats", "gift", "rank"},
    ProductKind.SERVICE: _COMMON,
    ProductKind.GOODS: {*_COMMON, "weight_grams", "stock", "origin"},
    ProductKind.SHIPPING: {*_COMMON, "up_to_grams", "free_from"},
}


@dataclass(frozen=True, slots=True)
class PlanWanted:
    """The rule of a membership. ``months`` or ``fixed`` (month, day), never both."""

    months: int
    fixed: tuple[int, int] | None
    renews: bool
    seats: int
    is_gift: bool
    rank: int
    benefits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProductWanted:
    """One entry of the file."""

    kind: ProductKind
    key: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    prices: Sequence[Money]
    tax_class: str
    weight_grams: int
    stock: int | None
    plan: PlanWanted | None
    origin: str = ""
    free_from: Sequence[Money] = ()


def read_catalogue_file() -> list[ProductWanted]:
    """Return the entries of the operator's file in their order; none where there is no file.

    Raises NotConfigured with one line for each problem.
    """
    path: Path = settings.ENVIRONMENT.operator / "plans.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfigured(f"The catalogue {path} cannot be read: {type(error).__name__}.") from None
    return parse_catalogue(text, path.name)


def parse_catalogue(text: str, source: str) -> list[ProductWanted]:
    """Return the entries that ``text`` describes; raise NotConfigured with one line for each problem."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise NotConfigured(str(Finding(source, line, f"this is not TOML: {error}"))) from None
    reader = _Reader(text=text, source=source, found=found)
    entries = list(reader.read())
    if reader.problems:
        raise NotConfigured("\n".join(str(problem) for problem in sorted(reader.problems, key=lambda p: p.line)))
    return entries


type _Path = tuple[str | int, ...]


@dataclass
class _Reader:
    """Checks one parsed file and gathers all problems before it gives up."""

    text: str
    source: str
    found: dict[str, Any]
    problems: list[Finding] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def read(self) -> Iterator[ProductWanted]:
        """Yield each entry that is right."""
        for name in self.found.keys() - set(ProductKind.values):
            self._report((name,), f"unknown table {name}; expected one of {', '.join(ProductKind.values)}")
        for kind in ProductKind:
            entries = self.found.get(kind.value, [])
            if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                self._report((kind.value,), f"{kind.value}: expected tables that begin with [[{kind.value}]]")
                continue
            for place, entry in enumerate(entries):
                before = len(self.problems)
                wanted = self._read_entry((kind.value, place), kind, entry)
                if len(self.problems) == before:
                    yield wanted

    def _read_entry(self, path: _Path, kind: ProductKind, entry: dict[str, Any]) -> ProductWanted:
        for name in entry.keys() - _KNOWN[kind]:
            self._report((*path, name), f"unknown key {name}; expected one of {', '.join(sorted(_KNOWN[kind]))}")
        key = entry.get("key", "")
        right = isinstance(key, str) and bool(re.fullmatch(r"[a-z][a-z0-9-]{0,39}", key))
        self._expect((*path, "key"), key, "small letters, digits and hyphens, at most 40", right=right)
        self._expect((*path, "key"), key, "a key that no other entry has", right=key not in self.keys)
        self.keys.add(str(key))
        tax = entry.get("tax", TaxClass.STANDARD.value)
        self._expect((*path, "tax"), tax, f"one of {', '.join(TaxClass)}", right=tax in list(TaxClass))
        stock = entry.get("stock")
        return ProductWanted(
            kind=kind,
            key=str(key),
            names=self._read_texts((*path, "name"), entry.get("name")),
            texts=self._read_texts((*path, "text"), entry.get("text")),
            prices=self._read_prices((*path, "price"), entry.get("price")),
            tax_class=str(tax),
            weight_grams=self._read_weight(path, entry, kind),
            stock=None if stock is None else self._read_number(path, entry, "stock", 0, least=0, most=1_000_000),
            plan=self._read_plan(path, entry) if kind is ProductKind.MEMBERSHIP else None,
            origin=self._read_origin((*path, "origin"), entry.get("origin", "")),
            free_from=self._read_prices((*path, "free_from"), entry["free_from"]) if "free_from" in entry else (),
        )

    def _read_weight(self, path: _Path, entry: dict[str, Any], kind: ProductKind) -> int:
        """Return what one weighs; of shipping, what a parcel at this price may weigh."""
        if kind is ProductKind.SHIPPING:
            return self._read_number(path, entry, "up_to_grams", 100_000, least=1, most=100_000)
        return self._read_number(path, entry, "weight_grams", 0, least=0, most=100_000)

    def _read_origin(self, path: _Path, value: Any) -> str:
        right = value == "" or (isinstance(value, str) and not check_country(value))
        self._expect(path, value, 'a country such as "IE"', right=right)
        return str(value)

    def _read_plan(self, path: _Path, entry: dict[str, Any]) -> PlanWanted:
        fixed, day = None, entry.get("ends_on")
        if day is not None:
            parts = re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day) if isinstance(day, str) else None
            self._expect((*path, "ends_on"), day, 'month and day such as "12-31"', right=parts is not None)
            fixed = (int(parts[1]), int(parts[2])) if parts else None
        self._expect(path, "months and ends_on", "one of them", right=("months" in entry) != ("ends_on" in entry))
        for name in ("renews", "gift"):
            flag = entry.get(name, False)
            self._expect((*path, name), flag, "true or false", right=isinstance(flag, bool))
        return PlanWanted(
            months=self._read_number(path, entry, "months", 12, least=1, most=120),
            fixed=fixed,
            renews=bool(entry.get("renews", True)),
            seats=self._read_number(path, entry, "seats", 1, least=1, most=20),
            is_gift=bool(entry.get("gift", False)),
            rank=self._read_number(path, entry, "rank", 1, least=1, most=100),
            benefits=self._read_texts((*path, "benefits"), entry.get("benefits")),
        )

    def _read_texts(self, path: _Path, value: Any) -> Mapping[str, str]:
        languages = read_operator().languages
        texts = {languages[0]: value} if isinstance(value, str) else value
        right = (
            isinstance(texts, dict)
            and languages[0] in texts
            and all(isinstance(text, str) and text.strip() for text in texts.values())
        )
        self._expect(path, value, f"a text, or one for each language, {languages[0]} among them", right=right)
        return texts if right else {}

    def _read_prices(self, path: _Path, value: Any) -> list[Money]:
        if not isinstance(value, dict) or not value:
            self._report(path, f"{path[-1]}: expected a price for each currency, such as {{ USD = 60 }}")
            return []
        known, prices = list_currencies(), []
        for currency, amount in value.items():
            if currency not in known:
                self._report((*path, currency), f"{currency} is no currency of ISO 4217")
                continue
            try:
                price = Money.of(Decimal(str(amount)), currency)
            except (InvalidOperation, Refused):
                price = Money(-1, currency)
            whole = isinstance(amount, int | str) and not isinstance(amount, bool) and price.minor >= 0
            self._expect((*path, currency), amount, 'an amount such as 60 or "19.50"', right=whole)
            prices.append(price)
        return prices

    def _read_number(  # noqa: PLR0913
        self, path: _Path, entry: dict[str, Any], name: str, default: int, *, least: int, most: int
    ) -> int:
        value = entry.get(name, default)
        right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        self._expect((*path, name), value, f"a whole number from {least} to {most}", right=right)
        return value if right else default

    def _expect(self, path: _Path, value: Any, expected: str, *, right: bool) -> None:
        if not right:
            self._report(path, f"{path[-1]}: found {value!r}, expected {expected}")

    def _report(self, path: _Path, words: str) -> None:
        self.problems.append(Finding(self.source, find_line(self.text, path), words))
