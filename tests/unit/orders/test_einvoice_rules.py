"""The paper as data keeps the arithmetic of EN 16931, whatever is sold, discounted, prorated, taxed and given back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.unit.orders.en16931 import CENT, find_broken
from troth.orders import tax
from troth.orders.models import PaperKind
from troth.orders.papers import content as papers
from troth.orders.papers.content import Item, group_taxes
from troth.orders.papers.einvoice import make_xml
from troth.orders.tax import Taxable, compute_tax, share
from troth.orders.tax_table import TaxClass, TaxRegion, TaxTable

DAY = date(2026, 11, 25)
MANY = settings(
    max_examples=60, deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY")
SCHEMA = etree.XMLSchema(file=str(files("drafthorse") / "schema" / "Factur-X_1.0.07_EN16931.xsd"))
NEVER_TAXED = TaxTable(vat_number="DE123456789", tax_number="12/345/67890")

percents = st.decimals(min_value=0, max_value=30, places=3)


@st.composite
def tables(draw):
    """Draw an operator's table: one place with its rates, or none, prices with the tax in them or without."""
    if draw(st.integers(0, 5)) == 0:
        return NEVER_TAXED
    region = TaxRegion(
        place="DE", name="VAT", standard=draw(percents), reduced=draw(percents),
        exempt_because=draw(st.sampled_from(["", "Exempt under § 4"])), begins=date.min, active=True,
    )  # fmt: skip
    return replace(NEVER_TAXED, include_tax=draw(st.booleans()), regions=(region,))


@st.composite
def wanted(draw):
    """Draw what is ordered: quantity, price of a piece, class; one line may be a credit for unused days."""
    lines = draw(
        st.lists(
            st.tuples(st.integers(1, 40), st.integers(0, 500_000), st.sampled_from(TaxClass)), min_size=1, max_size=7
        )
    )
    if draw(st.booleans()):
        quantity, price, tax_class = lines[0]
        lines.append((1, -draw(st.integers(0, quantity * price)), tax_class))
    return lines


def make_items(lines, table, monkeypatch):
    """Return the lines of an order as a paper has them, taxed as the checkout taxes them."""
    monkeypatch.setattr(tax, "read_tax_table", lambda: table)
    taxed = compute_tax([Taxable(quantity * price, kind) for quantity, price, kind in lines], region="DE", on=DAY)
    return [
        Item(
            name=f"Thing {place}", quantity=quantity, net=each.net, tax=each.tax, percent=each.rate.percent,
            tax_name=each.rate.name, category=each.rate.category, because=each.rate.because,
        )
        for place, ((quantity, _price, _kind), each) in enumerate(zip(lines, taxed.lines, strict=True), 1)
    ]  # fmt: skip


def write(items, currency, table, kind=PaperKind.INVOICE):
    """Return the paper of these lines as data."""
    net, taxed = sum(item.net for item in items), sum(item.tax for item in items)
    return make_xml(
        {
            "number": "INV-2026-000001", "kind": str(kind), "issued_on": DAY.isoformat(),
            "supplied_on": DAY.isoformat(), "order": "AB-1", "currency": currency,
            "corrects": "INV-2026-000000" if kind == PaperKind.CREDIT_NOTE else "",
            "seller": {
                "name": "A House", "lines": ["1 Way"], "country": "DE",
                "vat_number": table.vat_number, "tax_number": table.tax_number,
            },
            "buyer": {"name": "Ada Example", "address": {"country_code": "DE"}},
            "lines": [item.as_facts() for item in items], "taxes": group_taxes(items),
            "net": net, "tax": taxed, "total": net + taxed,
        }
    )  # fmt: skip


def check(xml, *, slack=Decimal(0)):
    SCHEMA.assertValid(etree.fromstring(xml))
    assert find_broken(xml, slack=slack) == []


def unit_of(currency):
    return Decimal(1) if currency == "JPY" else CENT


def test_every_invoice_keeps_the_rules(monkeypatch):
    @MANY
    @given(lines=wanted(), table=tables(), currency=st.sampled_from(CURRENCIES))
    @example(lines=[(3, 333, TaxClass.STANDARD), (1, -500, TaxClass.STANDARD)], table=NEVER_TAXED, currency="EUR")
    def try_one(lines, table, currency):
        items = make_items(lines, table, monkeypatch)
        # Of prices with the tax in them the tax is rounded once, from the whole; what is left is the basis. JPY has
        # no cents, so its tax is rounded to the yen and the artefacts' rule, which reckons in cents, is told so.
        slack = unit_of(currency) if table.include_tax or currency == "JPY" else Decimal(0)
        check(write(items, currency, table), slack=slack)

    try_one()


def test_a_credit_note_for_pieces_keeps_them_and_all_of_them_come_to_the_invoice(monkeypatch):
    @MANY
    @given(lines=wanted(), table=tables(), currency=st.sampled_from(CURRENCIES), data=st.data())
    def try_one(lines, table, currency, data):
        items = make_items(lines, table, monkeypatch)
        taken = [data.draw(st.integers(0, item.quantity)) for item in items]
        parts = []
        for done, more in (
            ([0] * len(items), taken),
            (taken, [i.quantity - t for i, t in zip(items, taken, strict=True)]),
        ):
            part = [
                replace(
                    item,
                    quantity=count,
                    net=share(item.net, taken=before, more=count, of=item.quantity),
                    tax=share(item.tax, taken=before, more=count, of=item.quantity),
                )
                for item, before, count in zip(items, done, more, strict=True)
                if count
            ]
            parts.append(part)
            if part:
                # Each line's share is rounded by itself, so that a rate may differ by a unit for each of its lines.
                slack = (len(part) + 1) * unit_of(currency)
                check(write(part, currency, table, PaperKind.CREDIT_NOTE), slack=slack)
        assert sum(item.net for part in parts for item in part) == sum(item.net for item in items)
        assert sum(item.tax for part in parts for item in part) == sum(item.tax for item in items)

    try_one()


def test_a_credit_note_for_an_amount_keeps_them_and_comes_to_the_amount(monkeypatch):
    @MANY
    @given(lines=wanted(), table=tables(), currency=st.sampled_from(CURRENCIES), data=st.data())
    def try_one(lines, table, currency, data):
        items = make_items(lines, table, monkeypatch)
        total = sum(item.net + item.tax for item in items)
        if total <= 0:
            return
        amount = data.draw(st.integers(1, total))
        order = SimpleNamespace(order=SimpleNamespace(tax_region="DE", placed_at=None))
        rows = [_as_row(item, order) for item in items]
        monkeypatch.setattr(papers, "_lines_of", lambda _order: rows)
        monkeypatch.setattr(papers, "_item", _as_item)
        shared = papers._share_out(order, amount)
        assert sum(item.net + item.tax for item in shared) == amount
        slack = (len(shared) + 1) * unit_of(currency)
        check(write(shared, currency, table, PaperKind.CREDIT_NOTE), slack=slack)

    try_one()


def _as_row(item, order):
    return SimpleNamespace(item=item, net_minor=item.net, tax_minor=item.tax, order=order)


def _as_item(row, quantity, net, tax_minor):
    return replace(row.item, quantity=quantity, net=net, tax=tax_minor)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"<ram:LineTotalAmount>10.00</ram:LineTotalAmount>\n        <ram:Charge", b"x", "BR-CO-10"),
        (b"<ram:AllowanceTotalAmount>0", b"<ram:AllowanceTotalAmount>1", "BR-CO-13"),
        (b"<ram:CalculatedAmount>1.90", b"<ram:CalculatedAmount>1.91", "BR-CO-14"),
        (b"<ram:CalculatedAmount>1.90", b"<ram:CalculatedAmount>1.91", "BR-CO-17"),
        (b"<ram:GrandTotalAmount>11.90", b"<ram:GrandTotalAmount>11.91", "BR-CO-15"),
        (b"<ram:TotalPrepaidAmount>11.90", b"<ram:TotalPrepaidAmount>11.00", "BR-CO-16"),
        (b"<ram:DuePayableAmount>0.00", b"<ram:DuePayableAmount>0.90", "BR-CO-25"),
        (b"<ram:BasisAmount>10.00", b"<ram:BasisAmount>10.01", "BR-S-08"),
        (b"<ram:ChargeAmount>10", b"<ram:ChargeAmount>-10", "BR-27"),
        (b'schemeID="VA"', b'schemeID="XX"', "BR-S-02"),
    ],
)
def test_each_rule_finds_what_breaks_it(monkeypatch, old, new, rule):
    region = TaxRegion("DE", "VAT", Decimal(19), Decimal(7), "", date.min, active=True)
    table = TaxTable(vat_number="DE123456789", regions=(region,))
    xml = write(make_items([(1, 1_000, TaxClass.STANDARD)], table, monkeypatch), "EUR", table)
    check(xml)
    assert old in xml, xml.decode()
    broken = xml.replace(old, old.replace(b"10.00", b"10.02") if new == b"x" else new)
    assert rule in find_broken(broken)
