"""The statement as a PDF to keep: our own typefaces embedded, an outline, clause ids in the margin, page numbers.

Import this module where a PDF is made and not before: what it stands on is large, and most processes never make one.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from troth.kernel.operator import read_operator
from troth.statement.models import StatementVersion
from troth.statement.queries import read_text
from troth.statement.text import Paragraph, Text
from troth.ui.api import format_date
from troth.ui.paper import INK, QUIET, SANS, SERIF, find_typeface

_TYPEFACES = ((SERIF, ""), (SERIF, "B"), (SANS, ""))
_MARGIN = 25.0
"""Millimetres at the left; the ids stand in a column of ``_LABEL`` at the right of the text."""
_LABEL = 22.0


class _Document(FPDF):
    """A page of A4 with a foot: what it is, which version, which page of how many."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        for family, style in _TYPEFACES:
            self.add_font(family, style, find_typeface(family, style))
        self.set_margins(_MARGIN, 22, _MARGIN)
        self.set_auto_page_break(auto=True, margin=24)
        self.alias_nb_pages()

    @property
    def column(self) -> float:
        """The width of the running text, in millimetres."""
        return float(self.epw) - _LABEL

    def footer(self) -> None:
        """Write the foot of a page."""
        self.set_y(-16)
        self.set_font(SANS, "", 8)
        self.set_text_color(*QUIET)
        self.cell(self.epw / 2, 5, self._foot)
        self.cell(self.epw / 2, 5, f"{self.page_no()} / {{nb}}", align=Align.R)


@lru_cache(maxsize=8)
def make_pdf(version: StatementVersion, language: str) -> bytes:
    """Return a version in one language as a PDF; made once a process.

    Arguments:
        version: which one.
        language: a language of the operator; the words around the text are in the language that is active.
    """
    text = read_text(version, language)
    named = _("Version %(number)s, published on %(date)s") % {
        "number": version.number,
        "date": format_date(version.published_on),
    }
    title = _("The statement of %(name)s") % {"name": read_operator().name}
    document = _Document(foot=named)
    document.set_title(title)
    document.set_author(read_operator().name)
    document.set_lang(text.language)
    document.set_creation_date(version.published_at)
    document.add_page()
    _write(document, title, size=22, bold=True)
    _write(document, named, size=9, quiet=True)
    _write(document, f"SHA-256 {version.content_hash}", size=7, quiet=True)
    _write_sections(document, text)
    return bytes(document.output())


def make_plain_pdf(*, title: str, facts: Sequence[tuple[str, str]]) -> bytes:
    """Return a PDF of terms and what is to be said of each, in the house's typefaces.

    Arguments:
        title: the heading.
        facts: term and text, in their order.
    """
    document = _Document(foot=title)
    document.set_title(title)
    document.set_author(read_operator().name)
    document.add_page()
    _write(document, title, size=22, bold=True)
    for term, words in facts:
        document.ln(3)
        _write(document, term, size=9, quiet=True)
        _write(document, words, size=10.5)
    return bytes(document.output())


def _write_sections(document: _Document, text: Text) -> None:
    for section in text.sections:
        document.ln(5)
        if document.will_page_break(24):
            document.add_page()
        document.start_section(section.title)
        _write(document, section.title, size=14, bold=True)
        for paragraph in section.paragraphs:
            _write_paragraph(document, paragraph)


def _write_paragraph(document: _Document, paragraph: Paragraph) -> None:
    document.ln(1.5)
    if document.will_page_break(12):
        document.add_page()
    if paragraph.clauses:
        top = document.get_y()
        document.set_font(SANS, "", 8)
        document.set_text_color(*QUIET)
        document.set_x(document.l_margin + document.column + 4)
        document.cell(_LABEL - 4, 5, " · ".join(paragraph.clauses))
        document.set_xy(document.l_margin, top)
    _write(document, paragraph.words, size=10.5)


def _write(document: _Document, words: str, *, size: float, bold: bool = False, quiet: bool = False) -> None:
    document.set_font(SANS if quiet else SERIF, "B" if bold else "", size)
    document.set_text_color(*(QUIET if quiet else INK))
    document.multi_cell(document.column, size * 0.5, words, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
