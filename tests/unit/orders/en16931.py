"""The rules of EN 16931 that no schema says, as far as they are of sums, taxes and what goes with them.

Named as in EN 16931-1 and its validation artefacts. An answer names each rule that a paper breaks.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
CENT = Decimal("0.01")


def find_broken(xml: bytes, *, slack: Decimal = Decimal(0)) -> list[str]:
    """Return the rules that a paper breaks.

    Arguments:
        xml: the paper, as CII.
        slack: by how much the tax of a rate may differ from rate times basis (BR-CO-17): the artefacts of CEN let it
            differ by less than one whole unit, as the tax may stand in the prices or be a share of another paper's.
    """
    root = etree.fromstring(xml)
    return [*_judge_sums(root), *_judge_taxes(root, slack), *_judge_lines(root), *_judge_rest(root)]


def _judge_sums(root: Any) -> Iterator[str]:
    sums = root.find(".//ram:SpecifiedTradeSettlementHeaderMonetarySummation", NAMES)
    lines = [_number(each, "ram:LineTotalAmount") for each in root.iterfind(_LINE_SUMS, NAMES)]
    net, tax, total = (_number(sums, f"ram:{name}") for name in ("TaxBasisTotalAmount", "TaxTotalAmount", _TOTAL))
    line_total, charges, allowances = (
        _number(sums, f"ram:{name}") for name in ("LineTotalAmount", "ChargeTotalAmount", "AllowanceTotalAmount")
    )
    due, paid = _number(sums, "ram:DuePayableAmount"), _number(sums, "ram:TotalPrepaidAmount")
    given = root.findall(".//ram:SpecifiedTradeAllowanceCharge", NAMES)
    taxes = [_number(each, "ram:CalculatedAmount") for each in _groups_of(root)]
    rules = {
        "BR-CO-10": line_total == sum(lines),
        "BR-CO-11": bool(given) or allowances == 0,
        "BR-CO-12": bool(given) or charges == 0,
        "BR-CO-13": net == line_total - allowances + charges,
        "BR-CO-14": tax == sum(taxes),
        "BR-CO-15": total == net + tax,
        "BR-CO-16": due == total - paid,
        "BR-CO-25": due <= 0 or bool(root.findtext(".//ram:SpecifiedTradePaymentTerms/ram:Description", "", NAMES)),
    }
    yield from (name for name, kept in rules.items() if not kept)


def _judge_taxes(root: Any, slack: Decimal) -> Iterator[str]:
    of_lines: dict[tuple[str, Decimal | None], Decimal] = defaultdict(Decimal)
    for line in root.iterfind(".//ram:IncludedSupplyChainTradeLineItem", NAMES):
        key = _key_of(line.find(".//ram:ApplicableTradeTax", NAMES))
        of_lines[key] += _number(line.find(_LINE_SUMS, NAMES), "ram:LineTotalAmount")
    groups = {_key_of(group): group for group in _groups_of(root)}
    if not groups:
        yield "BR-CO-18"
    if len(groups) != len(_groups_of(root)) or groups.keys() != of_lines.keys():
        yield "BR-S-01"
        return
    if len(groups) > 1 and any(category == "O" for category, _rate in groups):
        yield "BR-O-11"
    for (category, rate), group in groups.items():
        basis, tax = _number(group, "ram:BasisAmount"), _number(group, "ram:CalculatedAmount")
        reason = group.findtext("ram:ExemptionReason", "", NAMES)
        exact = (basis * (rate or 0) / 100).quantize(CENT, ROUND_HALF_UP)
        rules = {
            f"BR-{category}-08": basis == of_lines[category, rate],
            "BR-CO-17": abs(tax - exact) <= slack,
            f"BR-{category}-09": category == "S" or tax == 0,
            f"BR-{category}-10": bool(reason) == (category in {"E", "O"}),
            f"BR-{category}-05": {"S": bool(rate), "Z": rate == 0, "E": rate == 0, "O": rate is None}[category],
        }
        yield from (name for name, kept in rules.items() if not kept)


def _judge_lines(root: Any) -> Iterator[str]:
    lines = root.findall(".//ram:IncludedSupplyChainTradeLineItem", NAMES)
    if not lines:
        yield "BR-16"
    for line in lines:
        price = _number(line, ".//ram:NetPriceProductTradePrice/ram:ChargeAmount")
        quantity = _number(line, ".//ram:BilledQuantity")
        net = _number(line.find(_LINE_SUMS, NAMES), "ram:LineTotalAmount")
        if price < 0:
            yield "BR-27"
        # Not a rule of EN 16931 itself, but what a reader of the line reckons: price times quantity, to the cent.
        if abs(price * quantity - net) > CENT / 2:
            yield "price times quantity"


def _judge_rest(root: Any) -> Iterator[str]:
    amounts = [each for each in root.iter() if str(each.tag).endswith("Amount") and "Charge" not in str(each.tag)]
    if any(-Decimal(each.text).as_tuple().exponent > 2 for each in amounts):  # type: ignore[operator]
        yield "BR-DEC"
    registered = {each.get("schemeID") for each in root.iterfind(".//ram:SpecifiedTaxRegistration/ram:ID", NAMES)}
    categories = {category for category, _rate in map(_key_of, _groups_of(root))}
    if "O" in categories and "VA" in registered:
        yield "BR-O-02"
    if categories & {"S", "Z", "E"} and not registered & {"VA", "FC"}:
        yield "BR-S-02"


_TOTAL = "GrandTotalAmount"
_LINE_SUMS = ".//ram:SpecifiedTradeSettlementLineMonetarySummation"


def _groups_of(root: Any) -> list[Any]:
    return list(root.findall(".//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax", NAMES))


def _key_of(tax: Any) -> tuple[str, Decimal | None]:
    rate = tax.findtext("ram:RateApplicablePercent", "", NAMES)
    return tax.findtext("ram:CategoryCode", "", NAMES), Decimal(rate).normalize() if rate else None


def _number(element: Any, path: str) -> Decimal:
    return Decimal(element.findtext(path, "0", NAMES))
