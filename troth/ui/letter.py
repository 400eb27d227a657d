"""A letter as PDF, made for an envelope with a window: its address shows there and nothing else does.

Two forms: of DIN 5008 (form B, A4, envelope DL with the window to the left) and of the United States (Letter, a number
10 envelope with one window), by the country from which the letter is posted. Nothing of a web page is on it.

Import this module where a letter is made and not before (``ui.paper``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from troth.ui.api import format_date
from troth.ui.paper import HAIRLINE, INK, QUIET, SANS, SERIF, Sheet, write_out

LETTER_PAPER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "PA", "DO", "PR"})
"""Countries whose offices use Letter and the number 10 envelope."""
_STYLES = ((SANS, ""), (SANS, "B"), (SERIF, "B"))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand, in millimetres from the left and the upper edge.

    Arguments:
        size: the paper.
        left, right: the margins.
        return_line: the upper edge of the sender's line in the window; none where the sender stands above it.
        window: left, top, width and height of what the window shows, less what a letter may slip in its envelope.
        body: where date and text begin.
        folds: the marks for folding.
        next_page: the upper margin of further pages.
    """

    size: str
    left: float
    right: float
    return_line: float | None
    window: tuple[float, float, float, float]
    body: float
    folds: tuple[float, ...]
    next_page: float = 25.0


DIN_5008_B = Layout("A4", 25.0, 20.0, 58.0, (25.0, 62.7, 80.0, 27.3), 98.5, (105.0, 210.0))
NUMBER_10 = Layout("Letter", 25.4, 25.4, None, (25.4, 53.0, 98.0, 24.0), 96.0, (93.1, 186.3))


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """What a letter says.

    Arguments:
        house: the operator's name.
        sender: the lines of its postal address, with or without its name.
        recipient: name and address, a line each; the country last.
        on: the day; None for a form that somebody else will date.
        reference: our number, such as that of a case; empty where there is none.
        subject: one line.
        paragraphs: the text; a paragraph may have several lines.
        foot: small, below the text: why the reader gets it.
        language: of its reader, in which day and number are written; empty for the language that is active.
    """

    house: str
    sender: Sequence[str]
    recipient: Sequence[str]
    on: date | None
    reference: str
    subject: str
    paragraphs: Sequence[str]
    foot: str = ""
    language: str = ""


def choose_layout(country: str) -> Layout:
    """Return the form for letters that are posted in this country (ISO 3166-1)."""
    return NUMBER_10 if country.upper() in LETTER_PAPER else DIN_5008_B


def make_letter(letter: PaperLetter, *, country: str) -> bytes:
    """Return the letter as PDF."""
    return make_letters([letter], country=country)


def make_letters(letters: Sequence[PaperLetter], *, country: str) -> bytes:
    """Return several letters as one PDF to be printed at once; each begins on a page of its own, and is numbered so.

    Raises ValueError for none.
    """
    if not letters:
        raise ValueError("There is no letter to make.")
    return _Pages(letters, choose_layout(country)).draw()


class _Pages(Sheet):
    """Letters, one after the other."""

    def __init__(self, letters: Sequence[PaperLetter], layout: Layout) -> None:
        texts = [text for each in letters for text in _texts_of(each)]
        super().__init__(texts=texts, styles=_STYLES, size=layout.size)
        self.letters, self.layout = letters, layout
        self.letter, self.first_page = letters[0], 1
        self.set_lang(letters[0].language or get_language() or "en")
        self.set_title(letters[0].subject if len(letters) == 1 else _("Letters to print"))
        self.set_margins(layout.left, layout.next_page, layout.right)
        self.set_auto_page_break(auto=True, margin=25)

    def header(self) -> None:
        """Mark the folds of the first page; number the others."""
        count = self.page_no() - self.first_page + 1
        if count == 1:
            self.set_draw_color(*HAIRLINE)
            for fold in self.layout.folds:
                self.line(4, fold, 8, fold)
            return
        self._write(self.layout.next_page - 10, f"{self.letter.reference} · {count}", size=9, ink=QUIET)
        self.set_y(self.layout.next_page)

    def draw(self) -> bytes:
        """Draw all of them; return the file."""
        for letter in self.letters:
            self.letter, self.first_page = letter, self.page_no() + 1
            with override(letter.language or get_language()):
                self.add_page()
                self._draw_sender()
                self._draw_window()
                self._draw_text()
        return self.finish()

    def _draw_sender(self) -> None:
        lines = [line for line in self.letter.sender if line != self.letter.house]
        if self.layout.return_line is not None:
            self._write(20, self.letter.house, family=SERIF, style="B", size=15)
            one = " · ".join([self.letter.house, *lines])
            _left, _top, width, _height = self.layout.window
            size = 7.0
            self.set_font(SANS, "", size)
            while self.get_string_width(one) > width and size > 4.5:
                size -= 0.5
                self.set_font(SANS, "", size)
            self._write(self.layout.return_line, one, size=size, ink=QUIET)
            return
        self._write(14, self.letter.house, family=SERIF, style="B", size=13)
        for place, line in enumerate(lines):
            self._write(20 + place * 4.4, line, size=9, ink=QUIET)

    def _draw_window(self) -> None:
        left, top, width, height = self.layout.window
        lines = [line for line in self.letter.recipient if line.strip()]
        step = min(5.0, height / max(1, len(lines)))
        for place, line in enumerate(lines):
            size = 10.5 if step > 4 else 8.5
            self.set_font(SANS, "", size)
            while self.get_string_width(write_out(line)) > width and size > 6:
                size -= 0.5
                self.set_font(SANS, "", size)
            self.set_text_color(*INK)
            self.set_xy(left, top + place * step)
            self.cell(width, step, write_out(line))

    def _draw_text(self) -> None:
        letter = self.letter
        if letter.on is not None:
            self._write(self.layout.body, format_date(letter.on), size=10.5)
        if letter.reference:
            number = _("Our number: {number}").format(number=letter.reference)
            self._write(self.layout.body + 6, number, size=9, ink=QUIET)
        self.set_y(self.layout.body + 16)
        self.set_font(SANS, "B", 10.5)
        self.set_text_color(*INK)
        self.multi_cell(0, 5.2, write_out(letter.subject), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(5)
        self.set_font(SANS, "", 10.5)
        for paragraph in letter.paragraphs:
            for line in paragraph.splitlines() or [""]:
                self.multi_cell(0, 5.2, write_out(line) or " ", align="L", new_x="LMARGIN", new_y="NEXT")
            self.ln(3)
        self.ln(4)
        self.multi_cell(0, 5.2, write_out(letter.house), align="L", new_x="LMARGIN", new_y="NEXT")
        if letter.foot:
            self.ln(6)
            self.set_font(SANS, "", 8.5)
            self.set_text_color(*QUIET)
            self.multi_cell(0, 4.2, write_out(letter.foot), align="L", new_x="LMARGIN", new_y="NEXT")

    def _write(  # noqa: PLR0913  one keyword for each thing that a line is
        self,
        top: float,
        text: str,
        *,
        family: str = SANS,
        style: str = "",
        size: float = 10.5,
        ink: tuple[int, int, int] = INK,
    ) -> None:
        self.set_font(family, style, size)
        self.set_text_color(*ink)
        self.set_xy(self.layout.left, top)
        self.cell(0, 5, write_out(text))


def _texts_of(letter: PaperLetter) -> list[str]:
    return [letter.house, *letter.sender, *letter.recipient, letter.subject, *letter.paragraphs, letter.foot]
