"""Money as whole minor units with a currency (ISO 4217); never a float, never an amount without its currency."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from babel.numbers import format_currency, get_currency_precision

from troth.kernel.errors import Refused


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency.

    Arguments:
        minor: the amount in the currency's smallest unit (cents for USD, yen for JPY).
        currency: the ISO 4217 code, three capitals.
    """

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | Decimal | int, currency: str) -> Self:
        """Make money from a decimal amount in major units; refuse more decimals than the currency has."""
        scaled = Decimal(amount).scaleb(get_currency_precision(currency))
        if scaled != scaled.to_integral_value():
            raise Refused(f"{amount} has more decimals than {currency} allows.")
        return cls(minor=int(scaled), currency=currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def show(self, language: str) -> str:
        """Return the amount as a reader of this language (a BCP 47 tag such as ``de-CH``) writes it."""
        return format_currency(self.amount, self.currency, locale=language.replace("-", "_"))

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Refused(f"{self.currency} and {other.currency} cannot be added or compared.")
        return other
