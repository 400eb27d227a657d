"""Taxes: what the operator's table says is applied, wrong lines are named, and every order adds up."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.kernel.errors import NotConfigured, Refused
from troth.orders import tax, tax_table
from troth.orders.tax import Taxable, compute_tax, find_region, share
from troth.orders.tax_table import DecidedBy, TaxClass, TaxTable, parse_tax_table

SHIPPED = (Path(__file__).parents[3] / "operator" / "tax.toml").read_text(encoding="utf-8")
ACTIVE = SHIPPED.replace("active = false", "active = true")
DAY = date(2026, 11, 25)


@pytest.fixture
def use_table(monkeypatch):
    def use(text):
        table = parse_tax_table(text, "tax.toml")
        monkeypatch.setattr(tax, "read_tax_table", lambda: table)
        return table

    return use


def compute(*items, region="DE"):
    return compute_tax([Taxable(minor, tax_class) for minor, tax_class in items], region=region, on=DAY)


def test_the_shipped_table_taxes_nobody_until_the_operator_says_so(use_table):
    use_table(SHIPPED)
    for region in ("US", "US-NY", "DE", "JP"):
        assert compute((1_999, "standard"), (500, "reduced"), region=region).tax == 0


def test_rates_apply_by_place_and_class(use_table):
    use_table(ACTIVE)
    taxed = compute((10_000, "standard"), (10_000, "reduced"), (10_000, "zero"), (10_000, "exempt"))
    assert [line.tax for line in taxed.lines] == [1_900, 700, 0, 0]
    assert [line.rate.category for line in taxed.lines] == ["S", "S", "Z", "E"]
    assert taxed.lines[3].rate.because == "Exempt under § 4 UStG"
    assert compute((10_000, "standard"), region="US-NY").tax == 888
    assert compute((10_000, "standard"), region="FR").lines[0].rate.category == "O"


def test_prices_with_the_tax_in_them_stay_what_they_are(use_table):
    use_table(ACTIVE.replace("include_tax = false", "include_tax = true"))
    taxed = compute((10_000, "standard"))
    assert (taxed.net, taxed.tax, taxed.total) == (8_403, 1_597, 10_000)


def test_a_class_that_is_none_is_refused(use_table):
    use_table(ACTIVE)
    with pytest.raises(Refused):
        compute((100, "luxury"))


def test_of_several_entries_the_newest_that_has_begun_counts(use_table):
    later = '\n[[region]]\nplace = "DE"\nname = "VAT"\nstandard = 21\nfrom = 2027-01-01\n'
    use_table(ACTIVE + later)
    item = [Taxable(10_000)]
    assert compute_tax(item, region="DE", on=date(2026, 12, 31)).tax == 1_900
    assert compute_tax(item, region="DE", on=date(2027, 1, 1)).tax == 2_100
    assert compute_tax(item, region="DE", on=date(2020, 12, 31)).tax == 0


def test_the_place_is_where_the_parcel_goes_or_the_billing_address_or_home(use_table):
    use_table(ACTIVE)
    new_york, berlin = {"country_code": "US", "country_area": "NY"}, {"country_code": "DE", "country_area": ""}
    assert find_region(shipping=new_york, billing=berlin) == "US-NY"
    assert find_region(shipping=None, billing=berlin) == "DE"
    assert find_region(shipping={"country_code": "US", "country_area": "TX"}, billing=None) == "US"
    assert find_region(shipping=None, billing=None) == "US"
    use_table(ACTIVE.replace('decided_by = "destination"', 'decided_by = "origin"'))
    assert find_region(shipping=berlin, billing=berlin) == "US"


def test_a_tax_service_goes_before_the_table(use_table):
    use_table(SHIPPED)
    table = parse_tax_table(ACTIVE, "tax.toml")
    tax.tax_sources.register("service", table)
    try:
        assert compute((10_000, "standard")).tax == 1_900
    finally:
        tax.tax_sources.withdraw("service")
    assert compute((10_000, "standard")).tax == 0


def test_without_a_file_nothing_is_taxed():
    assert TaxTable().find_rates("DE", on=DAY)[TaxClass.STANDARD].percent == 0
    assert TaxTable().decided_by is DecidedBy.DESTINATION


@pytest.mark.parametrize(
    ("right", "wrong", "line", "expected"),
    [
        ("include_tax = false", 'include_tax = "no"', "include_tax", "true or false"),
        ('decided_by = "destination"', 'decided_by = "moon"', "decided_by", "destination"),
        ('vat_number = ""', "vat_number = 7", "vat_number", "text"),
        ("standard = 8.875", "standard = 108.875", "standard = 108.875", "from 0 to 100"),
        ("standard = 8.875", "standard = 8.87512", "standard = 8.87512", "4 decimals"),
        ("standard = 8.875", "standart = 8.875", "standart", "unknown key"),
        ("reduced = 7", "reduced = true", "reduced = true", "per cent"),
        ('place = "DE"', 'place = "XQ"', 'place = "XQ"', "a country"),
        ('name = "VAT"', 'name = ""', 'name = ""', "characters"),
        ("from = 2021-01-01", 'from = "soon"', 'from = "soon"', "a day"),
        ('place = "DE"', 'place = "US"\nfrom = 0001-01-01\nactive = true #', "[[region]]", "twice"),
        ("[seller]", "[sellers]", "[sellers]", "unknown table"),
        ("standard = 19", "standard = = 19", "standard = = 19", "not TOML"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(right, wrong, line, expected):
    assert right in SHIPPED
    text = SHIPPED.replace(right, wrong)
    if "twice" in expected:
        text = SHIPPED + '[[region]]\nplace = "US"\nname = "Sales tax"\nstandard = 1\n'
    with pytest.raises(NotConfigured) as refusal:
        parse_tax_table(text, "tax.toml")
    [problem] = [found for found in refusal.value.message.splitlines() if expected in found]
    numbers = [number for number, content in enumerate(text.splitlines(), 1) if content.startswith(line)]
    assert int(problem.split(":")[1]) in numbers


CLASSES = st.sampled_from([str(tax_class) for tax_class in TaxClass])
AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
"""Whole smallest units: what they are worth (yen, cents, thousandths of a dinar) makes no difference to the sums."""
RATES = st.decimals(min_value=0, max_value=100, places=4)


@given(
    items=st.lists(st.tuples(AMOUNTS, CLASSES), max_size=30),
    standard=RATES,
    reduced=RATES,
    include_tax=st.booleans(),
)
def test_every_order_adds_up_and_no_line_is_off_by_a_whole_unit(items, standard, reduced, include_tax):
    text = (
        f"[prices]\ninclude_tax = {str(include_tax).lower()}\n"
        f'[[region]]\nplace = "DE"\nname = "VAT"\nstandard = {standard}\nreduced = {reduced}\n'
    )
    table = parse_tax_table(text, "tax.toml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tax, "read_tax_table", lambda: table)
        taxed = compute(*items)
        assert taxed == compute(*items)
        mirrored = compute(*[(-minor, tax_class) for minor, tax_class in items])
    assert taxed.total == taxed.net + taxed.tax
    assert len(taxed.lines) == len(items)
    sums: dict = {}
    for (minor, _tax_class), line in zip(items, taxed.lines, strict=True):
        assert (line.gross if include_tax else line.net) == minor
        factor = Fraction(line.rate.factor)
        exact = Fraction(minor) * (factor / (1 + factor) if include_tax else factor)
        assert abs(line.tax - exact) < 1
        of_rate = sums.setdefault(line.rate, [0, Fraction(0)])
        of_rate[0], of_rate[1] = of_rate[0] + line.tax, of_rate[1] + exact
    for tax_found, exact in sums.values():
        assert abs(tax_found - exact) <= Fraction(1, 2)
    assert mirrored.total == -taxed.total


@given(amount=AMOUNTS, parts=st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=10))
def test_pieces_taken_back_one_after_the_other_come_to_the_whole(amount, parts):
    whole, taken, credited = sum(parts), 0, 0
    for more in parts:
        credited += share(amount, taken=taken, more=more, of=whole)
        taken += more
    assert credited == amount


def test_the_table_is_read_from_the_operators_folder(settings, tmp_path):
    tax_table.read_tax_table.cache_clear()
    assert tax_table.read_tax_table().regions[0].place == "US"
    tax_table.read_tax_table.cache_clear()


def test_decimals_of_a_rate_are_not_lost(use_table):
    use_table(ACTIVE)
    assert compute((1, "standard"), region="US-NY").lines[0].rate.percent == Decimal("8.875")
