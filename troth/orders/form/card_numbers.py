"""Knows a card number when it sees one, in whatever text it stands: for the check that we hold none (C1).

A run of digits counts where it is as long as a card's, begins as one of an issuer, and passes the Luhn test. Blanks,
dots and hyphens between the digits do not hide it. What is part of a longer word or number is none.
"""

import re
from collections.abc import Iterator

_RUN = re.compile(r"(?<![\w.,-])\d(?:[ .\-\u00a0]?\d){12,18}(?![\w-])(?![.,]\d)")
_ISSUERS = (
    re.compile(r"4(\d{12}|\d{15}|\d{18})"),
    re.compile(r"(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"),
    re.compile(r"3[47]\d{13}"),
    re.compile(r"(6011|64[4-9]\d|65\d{2})\d{12}"),
    re.compile(r"35(2[89]|[3-8]\d)\d{12}"),
    re.compile(r"3(0[0-5]|[689]\d)\d{11}"),
    re.compile(r"62\d{14,17}"),
)
"""Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay."""


def find_card_numbers(text: str) -> Iterator[str]:
    """Yield the digits of each run in the text that is a card's number."""
    for match in _RUN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if any(issuer.fullmatch(digits) for issuer in _ISSUERS) and passes_luhn(digits):
            yield digits


def passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the one that the others ask for (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
