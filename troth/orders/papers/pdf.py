"""The paper as PDF: like a museum's label. The thing in the main column, what it is and where from in the margin.

PDF/A-3 (level U) with the invoice as data attached; typefaces embedded, language and title set, and nothing personal in
the file's metadata. Tagged: headings, paragraphs, lists and the table stand in its structure in the order of reading.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf.enums import Align, MethodReturnValue, XPos, YPos

from troth.kernel.money import Money
from troth.orders.models import PaperKind
from troth.orders.papers.einvoice import FILE_NAME, make_xml
from troth.ui.api import format_date
from troth.ui.paper import ACCENT, HAIRLINE, INK, QUIET, SANS, SERIF, Sheet, write_out

_LEFT, _TOP, _RIGHT = 22.0, 22.0, 18.0
_LABEL = 42.0
"""The margin column, in millimetres, and the gap to it."""
_GAP = 8.0
_STYLES = ((SANS, ""), (SANS, "B"), (SERIF, ""), (SERIF, "B"))


def make_pdf(content: Mapping[str, Any]) -> bytes:
    """Return the paper as PDF, in the language that is active."""
    page = _Page(content)
    page.draw()
    page.embed_file(
        bytes=make_xml(content),
        basename=FILE_NAME,
        desc=_("The invoice as data (EN 16931)"),
        mime_type="text/xml",
        associated_file_relationship="Data",
        modification_date=page.made,
    )
    return page.finish()


class _Page(Sheet):
    """One paper."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        buyer, seller = content["buyer"], content["seller"]
        lines = [line["name"] for line in content["lines"]]
        super().__init__(
            texts=[buyer["name"], *buyer["lines"], seller["name"], *seller["lines"], *lines],
            compliance="PDF/A-3U",
            styles=_STYLES,
        )
        self.content = content
        self.made = datetime.combine(date.fromisoformat(content["issued_on"]), datetime.min.time(), tzinfo=UTC)
        self.title_words = _("Invoice") if content["kind"] == PaperKind.INVOICE else _("Credit note")
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.c_margin = 0
        self.set_auto_page_break(auto=True, margin=26)
        self.alias_nb_pages()
        self._describe()

    def _describe(self) -> None:
        """Set title, author and language; the client's name stands in none of them."""
        title = f"{self.title_words} {self.content['number']}"
        self.set_title(title)
        self.set_author(self.content["seller"]["name"])
        self.set_lang(self.content["language"])
        self.set_creation_date(self.made)
        self.set_xmp_metadata(_make_xmp(title, self.content["seller"]["name"], self.content["language"], self.made))

    @property
    def column(self) -> float:
        """The width of the main column."""
        return float(self.epw) - _LABEL - _GAP

    def footer(self) -> None:
        """Write whose paper it is, and the page."""
        seller = self.content["seller"]
        self.set_y(-18)
        self._rule(_LEFT, self.w - _RIGHT)
        self.ln(2)
        self._font(SANS, 8, QUIET)
        foot = " · ".join([seller["name"], seller["email"]])
        with self.decoration():
            self.cell(self.epw - 24, 5, write_out(foot))
            self.cell(24, 5, f"{self.page_no()} / {{nb}}", align=Align.R)

    # -- The parts -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw all of it."""
        self.add_page()
        self._font(SANS, 10, INK, bold=True)
        with self.tagged("P"):
            self.cell(self.column, 5, write_out(self.content["seller"]["name"]), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(10)
        self.start_section(f"{self.title_words} {self.content['number']}")
        self._font(SERIF, 28, INK, bold=True)
        with self.tagged("H1"):
            self.cell(self.column, 13, self.title_words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        top = self.get_y() + 8
        self._draw_label(top)
        self.set_xy(_LEFT, top)
        self._draw_buyer()
        self.set_y(max(self.get_y() + 10, top + 42))
        self._draw_lines()
        self._draw_sums()
        self._draw_end()

    def _draw_label(self, top: float) -> None:
        """Write the card beside the thing: what it is, when, for which order."""
        content = self.content
        facts = [
            (_("Number"), content["number"]),
            (_("Date"), _show_day(content["issued_on"])),
            (_("Order"), content["order"]),
        ]
        if content["kind"] == PaperKind.INVOICE:
            facts.append((_("Delivered or begun on"), _show_day(content["supplied_on"])))
        if content["corrects"]:
            facts.append((_("Refers to invoice"), content["corrects"]))
        seller = content["seller"]
        facts += [(_("VAT number"), seller["vat_number"])] if seller["vat_number"] else []
        facts += [(_("Tax number"), seller["tax_number"])] if seller["tax_number"] else []
        left = self.w - _RIGHT - _LABEL
        self.set_y(top)
        for name, value in facts:
            self._rule(left, left + _LABEL)
            self.set_xy(left, self.get_y() + 1.6)
            with self.tagged("P"):
                self._font(SANS, 7.5, QUIET)
                self.cell(_LABEL, 3.8, str(name), new_x=XPos.LEFT, new_y=YPos.NEXT)
                self._font(SANS, 9, INK)
                self.multi_cell(_LABEL, 4.6, str(value), align=Align.L, new_x=XPos.LEFT, new_y=YPos.NEXT)
            self.set_y(self.get_y() + 1.8)
        self._font(SANS, 7.5, QUIET)
        with self.tagged("P"):
            for line in (seller["name"], *seller["lines"]):
                self.set_x(left)
                self.multi_cell(_LABEL, 3.8, write_out(line), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._label_end = self.get_y()

    def _draw_buyer(self) -> None:
        buyer = self.content["buyer"]
        with self.tagged("P"):
            self._font(SANS, 8, QUIET)
            self.cell(self.column, 5, _("To"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            for number, line in enumerate([buyer["name"], *buyer["lines"]]):
                self._font(SERIF if number == 0 else SANS, 12 if number == 0 else 10, INK)
                height = 6 if number == 0 else 5
                self.multi_cell(
                    self.column, height, write_out(line), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
                )

    def _draw_lines(self) -> None:
        self.set_y(max(self.get_y(), self._label_end + 6))
        widths = (self.epw - 22 - 30 - 32, 22, 30, 32)
        heads = (_("What"), _("Quantity"), _("Tax"), _("Amount, net"))
        self._begin_table()
        self._font(SANS, 8, QUIET)
        self._row(heads, widths, height=5, kind="TH")
        self._rule(_LEFT, self.w - _RIGHT, colour=INK)
        for line in self.content["lines"]:
            rate = _show_rate(line)
            self._font(SANS, 10, INK)
            self._row((line["name"], str(line["quantity"]), rate, self._money(line["net"])), widths, height=7.5)
            self._rule(_LEFT, self.w - _RIGHT)

    def _draw_sums(self) -> None:
        content = self.content
        rows = [(_("Sum, net"), content["net"])]
        for group in content["taxes"]:
            if group["category"] != "O":
                words = f"{_show_rate(group)}, {_('on')} {self._money(group['net'])}"
                rows.append((words, group["tax"]))
        widths = (self.epw - 40, 40)
        self.ln(3)
        self._begin_table()
        for words, amount in rows:
            self._font(SANS, 9.5, QUIET)
            self._row((str(words), self._money(amount)), widths, height=6, first=Align.R)
        self.ln(1)
        self._rule(self.w - _RIGHT - 100, self.w - _RIGHT, colour=INK)
        self.ln(2)
        self._font(SERIF, 16, INK, bold=True)
        total = _("Total") if content["kind"] == PaperKind.INVOICE else _("Taken off")
        self._row((total, self._money(content["total"])), (self.epw - 56, 56), height=9, first=Align.R)

    def _draw_end(self) -> None:
        content = self.content
        self.ln(8)
        if content["kind"] == PaperKind.INVOICE and content["paid_on"]:
            self._font(SANS, 10, ACCENT, bold=True)
            words = _("Paid on %(date)s. This invoice is your receipt; nothing is due.")
            self._say(words % {"date": _show_day(content["paid_on"])})
        for because in dict.fromkeys(group["because"] for group in content["taxes"] if group["because"]):
            self._font(SANS, 9, QUIET)
            self._say(because)
        if all(group["category"] == "O" for group in content["taxes"]):
            self._font(SANS, 9, QUIET)
            self._say(_("No tax is charged on this order."))
        self._font(SANS, 8, QUIET)
        self._say(
            _("The same invoice as data, for your bookkeeping, is attached to this file (%(file)s).")
            % {"file": FILE_NAME}
        )

    # -- Drawing -------------------------------------------------------------------------------------------------------

    def _begin_table(self) -> None:
        self._table, self._table_page = self.group("Table"), self.page

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        *,
        height: float,
        first: Align = Align.L,
        kind: str = "TD",
    ) -> None:
        """Write a row; its first cell may take several lines, and the amounts stand at the right.

        Arguments:
            cells: what stands in it.
            widths: how wide each cell is.
            height: of a row of one line.
            first: where the text of the first cell stands.
            kind: ``TH`` for a row of heads, else ``TD``.
        """
        lines: Any = self.multi_cell(
            widths[0] - 4, 5, write_out(cells[0]), dry_run=True, output=MethodReturnValue.LINES
        )
        tall = height + 5 * (len(lines) - 1)
        if self.will_page_break(tall + 2):
            self.add_page()
        if self.page != self._table_page:
            self._begin_table()
        top, row = self.get_y(), self.group("TR", within=self._table)
        self.set_xy(_LEFT, top + (height - 5) / 2)
        with self.tagged(kind, within=row):
            self.multi_cell(widths[0] - 4, 5, write_out(cells[0]), align=first, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        left = _LEFT + widths[0]
        for text, width in zip(cells[1:], widths[1:], strict=True):
            self.set_xy(left, top)
            with self.tagged(kind, within=row):
                self.cell(width, height, text, align=Align.R)
            left += width
        self.set_xy(_LEFT, top + tall)

    def _rule(self, start: float, end: float, *, colour: tuple[int, int, int] = HAIRLINE) -> None:
        self.set_draw_color(*colour)
        self.set_line_width(0.2)
        with self.decoration():
            self.line(start, self.get_y(), end, self.get_y())

    def _font(self, family: str, size: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
        self.set_font(family, "B" if bold else "", size)
        self.set_text_color(*colour)

    def _say(self, words: str) -> None:
        if self.will_page_break(12):
            self.add_page()
        with self.tagged("P"):
            self.multi_cell(self.column, 5, words, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def _money(self, minor: int) -> str:
        return Money(minor, self.content["currency"]).show(self.content["language"])


def _show_day(day: str) -> str:
    return format_date(date.fromisoformat(day))


def _show_rate(facts: Mapping[str, Any]) -> str:
    if facts["category"] == "O":
        return "–"
    percent = format_decimal(Decimal(facts["percent"]), locale=(get_language() or "en").replace("-", "_"))
    return f"{facts['tax_name']} {percent} %"


def _make_xmp(title: str, author: str, language: str, made: datetime) -> str:
    """Return the metadata that PDF/A and Factur-X ask for, with the scheme of the latter's own four properties."""
    properties = (
        ("DocumentFileName", FILE_NAME, "The name of the embedded XML document"),
        ("DocumentType", "INVOICE", "The type of the hybrid document in capital letters"),
        ("Version", "1.0", "The version of the standard of the embedded XML data"),
        ("ConformanceLevel", "EN 16931", "The conformance level of the embedded XML data"),
    )
    return _XMP.format(
        title=escape(title),
        author=escape(author),
        language=escape(language),
        moment=made.isoformat(timespec="seconds"),
        values="".join(f"<fx:{name}>{value}</fx:{name}>" for name, value, _words in properties),
        properties="".join(_describe_property(name, words) for name, _value, words in properties),
    )


def _describe_property(name: str, words: str) -> str:
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
    )


_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>U</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreateDate>{moment}</xmp:CreateDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">{values}</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF></x:xmpmeta>"""
