"""What stands on an invoice or credit note, part by part, and how a client meets each on the Admin page."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from troth.kernel.money import Money
from troth.ui.api import format_money, name_country, name_language
from troth.vault.api import JsonPart, PostalAddress, show_day


def _show_amount(minor: int, paper: Mapping[str, Any]) -> str:
    return format_money(Money(minor, paper["currency"]))


def _show_percent(percent: str, _paper: Any) -> str:
    return f"{percent}\N{NO-BREAK SPACE}%"


def _show_kind(kind: str, _paper: Any) -> str:
    from troth.orders.models.papers import PaperKind

    return str(PaperKind(kind).label)


def _show_country(code: str, _paper: Any) -> str:
    return name_country(code)


def _show_language(code: str, _paper: Any) -> str:
    return name_language(code)


_TAX = {
    "tax": JsonPart(label=_("Tax"), show=_show_amount),
    "net": JsonPart(label=_("Sum, net"), show=_show_amount),
    "percent": JsonPart(label=_("Rate of the tax"), show=_show_percent),
    "tax_name": JsonPart(label=_("Name of the tax")),
    "category": JsonPart(label=_("Letter of the tax on an electronic invoice")),
    "because": JsonPart(label=_("Why it is exempt")),
}
_ADDRESS = {name: JsonPart(label=label) for name, (label, _autocomplete) in PostalAddress.parts.items()}

PAPER_PARTS = {
    "version": JsonPart(label=_("Version of the form")),
    "number": JsonPart(label=_("Number")),
    "kind": JsonPart(label=_("What it is"), show=_show_kind),
    "issued_on": JsonPart(label=_("Date"), show=show_day),
    "supplied_on": JsonPart(label=_("Delivered or begun on"), show=show_day),
    "paid_on": JsonPart(label=_("Paid on"), show=show_day),
    "order": JsonPart(label=_("Order")),
    "language": JsonPart(label=_("Language"), show=_show_language),
    "currency": JsonPart(label=_("Currency")),
    "corrects": JsonPart(label=_("Refers to invoice")),
    "seller": JsonPart(label=_("Who sold")),
    "seller.name": JsonPart(label=_("Name")),
    "seller.lines": JsonPart(label=_("Address")),
    "seller.lines.[]": JsonPart(),
    "seller.country": JsonPart(label=_("Country"), show=_show_country),
    "seller.email": JsonPart(label=_("E-mail")),
    "seller.vat_number": JsonPart(label=_("VAT number")),
    "seller.tax_number": JsonPart(label=_("Tax number")),
    "buyer": JsonPart(label=_("Who bought")),
    "buyer.name": JsonPart(label=_("Name")),
    "buyer.lines": JsonPart(label=_("Address")),
    "buyer.lines.[]": JsonPart(),
    "buyer.address": JsonPart(label=_("Address, part by part")),
    **{f"buyer.address.{name}": part for name, part in _ADDRESS.items()},
    "lines": JsonPart(label=_("Lines")),
    "lines.[]": JsonPart(),
    "lines.[].name": JsonPart(label=_("Name")),
    "lines.[].quantity": JsonPart(label=_("Pieces")),
    **{f"lines.[].{name}": part for name, part in _TAX.items()},
    "taxes": JsonPart(label=_("Taxes")),
    "taxes.[]": JsonPart(),
    **{f"taxes.[].{name}": part for name, part in _TAX.items()},
    "net": JsonPart(label=_("Sum, net"), show=_show_amount),
    "tax": JsonPart(label=_("Tax"), show=_show_amount),
    "total": JsonPart(label=_("Total"), show=_show_amount),
}
