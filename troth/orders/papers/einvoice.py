"""The paper as data: a Cross Industry Invoice after EN 16931, which is attached to the PDF as Factur-X wants it.

Checked against the schema of Factur-X 1.0.07, profile EN 16931, before it is attached. Its sums and its taxes keep the
rules of EN 16931 that no schema says (BR-CO-10 to BR-CO-17 and those of each tax category): tests hold generated papers
against them. Its whole Schematron is not run; docs/operator/orders.md says which cases it would refuse.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _
from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.party import TaxRegistration
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.tradelines import LineItem
from lxml import etree

from troth.orders.models import PaperKind

FILE_NAME = "factur-x.xml"
PROFILE = "urn:cen.eu:en16931:2017"
_TYPE_CODES = {PaperKind.INVOICE: "380", PaperKind.CREDIT_NOTE: "381"}
_PIECE = "C62"
_CARD = "54"
_NO_TAX = "O"
_REASONS = {_NO_TAX: "Not subject to VAT", "E": "Exempt from VAT"}
"""What is said where the operator's table gives no reason; both categories want one (BR-O-10, BR-E-10)."""


def make_xml(content: Mapping[str, Any]) -> bytes:
    """Return the paper as CII; raise what the schema finds wrong."""
    document = Document()
    document.context.guideline_parameter.id = PROFILE
    document.header.id = content["number"]
    document.header.type_code = _TYPE_CODES[PaperKind(content["kind"])]
    document.header.issue_date_time = date.fromisoformat(content["issued_on"])
    _write_parties(document, content)
    document.trade.delivery.event.occurrence = date.fromisoformat(content["supplied_on"])
    for number, line in enumerate(content["lines"], 1):
        document.trade.items.add(_make_line(number, line, content["currency"]))
    _write_sums(document, content)
    xml = document.serialize(schema=None)
    return _check(xml)


def _write_parties(document: Any, content: Mapping[str, Any]) -> None:
    seller, buyer = content["seller"], content["buyer"]
    party = document.trade.agreement.seller
    party.name = seller["name"]
    party.address.country_id = seller["country"]
    for name, line in zip(("line_one", "line_two", "line_three"), seller["lines"], strict=False):
        setattr(party.address, name, line)
    is_taxed = all(group["category"] != _NO_TAX for group in content["taxes"])
    for scheme, key in (("VA", "vat_number"), ("FC", "tax_number")):
        # A paper on which nothing is subject to VAT names no number for it (BR-O-02).
        if seller[key] and (is_taxed or scheme != "VA"):
            registration = TaxRegistration()
            registration.id = (scheme, seller[key])
            party.tax_registrations.add(registration)
    party = document.trade.agreement.buyer
    address = buyer["address"]
    party.name = buyer["name"]
    party.address.country_id = address.get("country_code") or seller["country"]
    street = (address.get("street_address") or "").splitlines()
    for name, line in zip(("line_one", "line_two", "line_three"), street, strict=False):
        setattr(party.address, name, line)
    if address.get("postal_code"):
        party.address.postcode = address["postal_code"]
    if address.get("city"):
        party.address.city_name = address["city"]
    if address.get("country_area"):
        party.address.country_subdivision = address["country_area"]
    document.trade.agreement.buyer_order.issuer_assigned_id = content["order"]


def _make_line(number: int, line: Mapping[str, Any], currency: str) -> LineItem:
    item = LineItem()
    item.document.line_id = str(number)
    item.product.name = line["name"]
    # A price of one piece may need more decimals than the currency has; the sum of the line is what counts.
    # Of a line below nothing, such as the unused days of an older plan, it is the quantity that is taken off: no price
    # is below nothing (BR-27).
    sign = -1 if line["net"] < 0 else 1
    exact = sign * _amount(line["net"], currency) / line["quantity"]
    item.agreement.net.amount = round(exact, 6)
    item.delivery.billed_quantity = (Decimal(sign * line["quantity"]), _PIECE)
    tax = item.settlement.trade_tax
    tax.type_code, tax.category_code = "VAT", line["category"]
    if line["category"] != _NO_TAX:
        tax.rate_applicable_percent = Decimal(line["percent"])
    item.settlement.monetary_summation.total_amount = _amount(line["net"], currency)
    return item


def _write_sums(document: Any, content: Mapping[str, Any]) -> None:
    currency = content["currency"]
    settlement = document.trade.settlement
    settlement.currency_code = currency
    means = PaymentMeans()
    means.type_code = _CARD
    settlement.payment_means.add(means)
    for group in content["taxes"]:
        tax = ApplicableTradeTax()
        tax.type_code, tax.category_code = "VAT", group["category"]
        tax.basis_amount = _amount(group["net"], currency)
        tax.calculated_amount = _amount(group["tax"], currency)
        if group["category"] in _REASONS:
            tax.exemption_reason = group["because"] or _REASONS[group["category"]]
        if group["category"] != _NO_TAX:
            tax.rate_applicable_percent = Decimal(group["percent"])
        settlement.trade_tax.add(tax)
    if content["kind"] == PaperKind.CREDIT_NOTE:
        # What is still to be paid names when or how (BR-CO-25).
        terms = PaymentTerms()
        terms.description = _("It goes back by the way it was paid.")
        settlement.terms.add(terms)
    total = _amount(content["total"], currency)
    is_invoice = content["kind"] == PaperKind.INVOICE
    sums = settlement.monetary_summation
    sums.line_total = _amount(content["net"], currency)
    sums.charge_total = sums.allowance_total = _amount(0, currency)
    sums.tax_basis_total = _amount(content["net"], currency)
    sums.tax_total = (_amount(content["tax"], currency), currency)
    sums.grand_total = total
    sums.prepaid_total = total if is_invoice else _amount(0, currency)
    sums.due_amount = _amount(0, currency) if is_invoice else total
    if content["corrects"]:
        settlement.invoice_referenced_document.issuer_assigned_id = content["corrects"]


def _amount(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@cache
def _schema() -> Any:
    path = files("drafthorse") / "schema" / "Factur-X_1.0.07_EN16931.xsd"
    return etree.XMLSchema(file=str(path))


def _check(xml: bytes) -> bytes:
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    _schema().assertValid(root)
    return bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))
