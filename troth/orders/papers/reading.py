"""Reads a PDF of ours back, as far as a check of it needs: whether it is whole, its pages, and the data attached to it.

No reader of PDFs stands among what the program runs on; this one knows the few forms that our own writer uses.
"""

import re
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from troth.kernel.errors import Refused

_RAM = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
_RSM = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """What a paper says, as a program that gets it reads it.

    Arguments:
        pages: how many there are.
        number: of the paper.
        currency, total, tax: its sums.
        buyer: whom it is to.
    """

    pages: int
    number: str
    currency: str
    total: Decimal
    tax: Decimal
    buyer: str


def read_paper(document: bytes) -> ReadPaper:
    """Return what a paper says; raise Refused where it is no whole PDF, or holds no invoice as data."""
    _require_whole(document)
    root = _find_data(document)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", document))
    if root is None or not pages:
        raise Refused("This is no paper of ours.")
    sums = root.find(".//ram:SpecifiedTradeSettlementHeaderMonetarySummation", _RAM)
    return ReadPaper(
        pages=pages,
        number=_text(root, "ram:ID", below="{*}ExchangedDocument"),
        currency=_text(root, ".//ram:InvoiceCurrencyCode"),
        total=Decimal(_text(sums, "ram:GrandTotalAmount")),
        tax=Decimal(_text(sums, "ram:TaxTotalAmount") or 0),
        buyer=_text(root, ".//ram:BuyerTradeParty/ram:Name"),
    )


def _require_whole(document: bytes) -> None:
    found = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", document[-64:])
    start = int(found[1]) if found else -1
    if not document.startswith(b"%PDF-1.") or not document[start : start + 4] == b"xref":
        raise Refused("This is no whole PDF.")


def _find_data(document: bytes) -> Any:
    # The reader of XML is large, and this module is loaded wherever the site is.
    from lxml import etree

    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            content = packed
        if b"CrossIndustryInvoice" in content and content.lstrip().startswith(b"<?xml"):
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
            if root.tag == _RSM:
                return root
    return None


def _text(root: Any, path: str, *, below: str = "") -> str:
    start = root.find(f".//{below}") if below and root is not None else root
    found = start.find(path, _RAM) if start is not None else None
    return (found.text or "") if found is not None else ""
