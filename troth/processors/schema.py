"""What an operation may carry: each path of its payload, and what may stand there.

A path is written with dots, and ``[]`` for each item of a list: ``shipping.address.city``, ``line_items[].name``,
``metadata.attempt``. What is not in the schema is refused, however deep it stands. Plain values have a closed form, so
that no sentence, name or address fits where an id is meant to stand.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose

catalogue_names: Registry[str, Callable[[str], bool]] = Registry("catalogue of names")
"""Name → whether a text is the name of something that is sold. Nobody registered: no text is."""


# -- What may stand at a path --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Personal:
    """A personal value of this category, or one below it.

    Arguments:
        category: the fideslang category of the attribute, such as ``user.contact.email``.
        part: the one part of a postal address that may stand here; empty for a value that has no parts.
        required: whether the operation is pointless without it.
    """

    category: str
    part: str = ""
    required: bool = False

    def fits(self, category: str, part: str) -> bool:
        """Return whether a value of this category and part may stand here."""
        return part == self.part and (category == self.category or category.startswith(f"{self.category}."))


@dataclass(frozen=True, slots=True)
class Written:
    """A text in which opened values are written, such as a mail. Only what is handed over as ``Carrying`` fits."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that is nobody's, of a closed form. Use the functions below to make one.

    Arguments:
        words: what may stand here, for messages.
        fits: whether a value has the form.
        is_wide: whether a value of somebody could have this form too, so that what stands there is compared with what
            was opened.
    """

    words: str
    fits: Callable[[Any], bool]
    is_wide: bool = False


type Place = Personal | Written | Plain


def one_of(*words: str) -> Plain:
    """Allow these words alone."""
    return Plain(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words)


def matching(pattern: str) -> Plain:
    """Allow texts that match the whole pattern: ids and references, not sentences."""
    compiled = re.compile(pattern, re.ASCII)
    return Plain(
        f"text like {pattern}",
        lambda value: isinstance(value, str) and bool(compiled.fullmatch(value)),
        is_wide=True,
    )


def reference() -> Plain:
    """Allow an id of ours or of the processor: letters, digits, ``_`` and ``-``, one digit at least, no space."""
    return matching(r"(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{1,255}")


def whole(least: int = 0, most: int = 10**12) -> Plain:
    """Allow a whole number from ``least`` to ``most``: amounts in minor units, counts, grams."""
    return Plain(
        f"a whole number from {least} to {most}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
    )


def decimal() -> Plain:
    """Allow a decimal number written as text or as a number, of at most 12 digits before and 4 after the point."""
    compiled = re.compile(r"\d{1,12}(\.\d{1,4})?", re.ASCII)
    return Plain(
        "a decimal number",
        lambda value: (
            not isinstance(value, bool)
            and isinstance(value, str | int | float)
            and bool(compiled.fullmatch(str(value)))
        ),
    )


def currency() -> Plain:
    """Allow the code of a currency, in capitals or small."""
    return matching(r"[A-Z]{3}|[a-z]{3}")


def flag() -> Plain:
    """Allow yes and no."""
    return Plain("yes or no", lambda value: isinstance(value, bool))


def catalogue_name() -> Plain:
    """Allow the name of something that is sold, as the catalogue has it."""
    return Plain(
        "a name from the catalogue",
        lambda value: isinstance(value, str) and any(knows(value) for knows in catalogue_names),
    )


def own_url() -> Plain:
    """Allow an address of a page of ours, without a query but for one placeholder in braces."""
    return Plain("an address of ours", _is_own_url)


def fixed(text: str) -> Plain:
    """Allow exactly this text, such as the operator's own name."""
    return Plain(f"“{text}”", lambda value: value == text)


def _is_own_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    parts, site = urlsplit(value), urlsplit(settings.ENVIRONMENT.site)
    is_ours = (parts.scheme, parts.netloc) == (site.scheme, site.netloc)
    harmless = re.fullmatch(r"[A-Za-z0-9/._-]*", parts.path) and re.fullmatch(r"([a-z_]+=\{[A-Z_]+\})?", parts.query)
    return is_ours and bool(harmless) and not parts.fragment


# -- An operation --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that an adapter asks of a processor.

    Arguments:
        name: ``<kind>.<verb>``, such as ``card.start_checkout``.
        purpose: why; None where each call says so itself, as a mail does.
        schema: path → what may stand there.
        event: the name under which the record keeps it; that of any disclosure where it is empty.
        begins: whether it begins something new there, such as a payment: that wants an agreement in force also where
            nothing personal is in it, as the client goes on to the company by it. A refund or a look ends something.
    """

    name: str
    purpose: Purpose | None
    schema: Mapping[str, Place]
    event: str = ""
    begins: bool = False
