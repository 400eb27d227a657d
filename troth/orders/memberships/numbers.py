"""The number of a member: the person's for good. It is drawn, so that it tells neither when nor how many joined."""

import re
import secrets

_DIGITS = 8


def draw_number() -> str:
    """Return a new number: eight digits and two check digits (ISO 7064, mod 97-10), such as ``M-4820-1173-26``."""
    digits = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    check = 98 - int(digits) * 100 % 97
    return f"M-{digits[:4]}-{digits[4:]}-{check:02d}"


def read_number(typed: str) -> str | None:
    """Return the number as it is stored, however it was typed; None where its check digits do not fit."""
    digits = re.sub(r"\D", "", typed)
    if len(digits) != _DIGITS + 2 or int(digits) % 97 != 1:
        return None
    return f"M-{digits[:4]}-{digits[4:8]}-{digits[8:]}"
