"""Knows a card number when it sees one, in whatever text it stands, and strikes it out: we hold none (C1).

A run of digits counts where it is as long as a card's, begins as one of an issuer, and passes the Luhn test. Blanks,
dots and hyphens between the digits do not hide it. What is part of a longer word or number is none.
"""

import re
from collections.abc import Iterator

_DIGITS = r"\d(?:[ .\-\u00a0]?\d){12,18}"
_EXPIRY = r"(?=\s+\d{1,2} ?/ ?\d{2})"
"""Behind a number often stands when the card ends: its first digits are no part of the number."""
_RUN = re.compile(rf"(?<![\w.,-])(?:{_DIGITS}{_EXPIRY}|{_DIGITS}(?![\w-])(?![.,]\d))")
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
_MARK = "**** **** **** "
"""What is left of a number, before its last four digits. Plain signs, so that it fits into a mail of any coding."""
_STRUCK = re.compile(r"\*{4} \*{4} \*{4} \d{4}(?!\d)")
_CHECK_VALUE = re.compile(
    r"\b(cvv2?|cvc2?|cid|security code|card code|prüfnummer|prüfziffer)(\W{1,6}(?:is |ist )?)\d{3,4}\b",
    re.IGNORECASE,
)


def find_card_numbers(text: str) -> Iterator[str]:
    """Yield the digits of each run in the text that is a card's number."""
    for match in _RUN.finditer(text):
        digits = _read_number(match)
        if digits:
            yield digits


def strike_card_numbers(text: str) -> str:
    """Return the text with no more of each card number than its last four digits, and without its check value.

    The last four say to the client which card it was, and are what may be kept of one (PCI DSS 3.4). What was struck
    out once is left as it is.
    """

    def strike(match: re.Match[str]) -> str:
        digits = _read_number(match)
        return f"{_MARK}{digits[-4:]}" if digits else match.group()

    struck = _RUN.sub(strike, text)
    return _CHECK_VALUE.sub(r"\1\2***", struck) if struck != text else text


def was_struck(text: str) -> bool:
    """Return whether a card number was struck out of this text."""
    return _STRUCK.search(text) is not None


def _read_number(match: re.Match[str]) -> str:
    """Return the digits of a run where they are a card's number, else an empty text."""
    digits = re.sub(r"\D", "", match.group())
    return digits if any(issuer.fullmatch(digits) for issuer in _ISSUERS) and passes_luhn(digits) else ""


def passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the one that the others ask for (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
