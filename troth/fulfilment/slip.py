"""The packing slip, as PDF of A6: which parcel it is and what is in it. No name, no address, no price (A3).

Whoever packs reads on it what to put in; whoever opens the parcel, what should be there. Import this module where one
is drawn: what it stands on is large, and most processes never draw one.
"""

from django.utils import translation
from django.utils.translation import gettext as _
from fpdf.enums import Align, XPos, YPos

from troth.fulfilment.models import Parcel
from troth.fulfilment.shipments import list_contents
from troth.kernel.operator import read_operator
from troth.ui.api import format_date
from troth.ui.paper import HAIRLINE, INK, QUIET, SANS, SERIF, Sheet, write_out

_A6 = (105.0, 148.0)
_MARGIN = 9.0
_NUMBER = 12.0


def draw_slip(parcel: Parcel) -> bytes:
    """Return the slip, in the language of the order: its client reads it."""
    with translation.override(parcel.order.language):
        return _draw(parcel)


def _draw(parcel: Parcel) -> bytes:
    operator = read_operator()
    contents = list_contents(parcel)
    names = [row.line.name for row in contents]
    page = Sheet(texts=[*names, operator.name], styles=((SANS, ""), (SANS, "B"), (SERIF, "B")), size=_A6)
    page.set_title(_("Packing slip %(number)s") % {"number": parcel.number})
    page.set_lang(parcel.order.language)
    page.set_margins(_MARGIN, _MARGIN, _MARGIN)
    page.set_auto_page_break(auto=True, margin=_MARGIN + 8)
    page.add_page()
    _line(page, operator.name, size=9)
    page.ln(6)
    _line(page, _("What is in this parcel"), size=16, face=(SERIF, "B"))
    page.ln(1)
    _line(
        page,
        _("Parcel %(number)s of %(day)s") % {"number": parcel.number, "day": format_date(parcel.made_at)},
        size=9,
        quiet=True,
    )
    page.ln(5)
    for row in contents:
        page.set_draw_color(*HAIRLINE)
        page.line(_MARGIN, page.get_y(), page.w - _MARGIN, page.get_y())
        page.ln(2)
        page.set_text_color(*INK)
        page.set_font(SANS, "B", 11)
        top = page.get_y()
        page.cell(_NUMBER, 5.4, f"{row.quantity} ×")
        page.set_xy(_MARGIN + _NUMBER, top)
        page.set_font(SANS, "", 11)
        page.multi_cell(
            page.epw - _NUMBER, 5.4, write_out(row.line.name), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        page.ln(2)
    page.line(_MARGIN, page.get_y(), page.w - _MARGIN, page.get_y())
    page.ln(4)
    words = _(
        "Is something missing or broken? Write to %(email)s, and name the parcel. The invoice is on your Admin page."
    )
    _line(page, words % {"email": operator.contacts.support_email}, size=8, quiet=True)
    return page.finish()


def _line(page: Sheet, text: str, *, size: float, face: tuple[str, str] = (SANS, ""), quiet: bool = False) -> None:
    page.set_font(*face, size)
    page.set_text_color(*(QUIET if quiet else INK))
    page.multi_cell(page.epw, size * 0.46, write_out(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
