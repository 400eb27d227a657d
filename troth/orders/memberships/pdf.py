"""The membership card as PDF. It carries no name: the number is the member's own.

Import this module where a card is made: what it stands on is large, and most processes never make one.
"""

import io
import tempfile
from functools import cache
from pathlib import Path

import segno
from django.apps import apps
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF

from troth.kernel.operator import read_operator
from troth.orders.memberships.queries import Belonging
from troth.ui.api import format_date

_FACES = {"Serif": ("source-serif-4-latin.woff2", 600.0), "Sans": ("public-sans-latin.woff2", 400.0)}
_SIZE = (85.6, 54.0)
"""Of a card of ISO/IEC 7810, in millimetres."""
_INK, _QUIET = (28, 27, 25), (92, 88, 80)


def draw_card(belonging: Belonging) -> bytes:
    """Return the card as a PDF of the size of a bank card, with its typefaces in it and its picture described."""
    operator = read_operator()
    pdf = FPDF(unit="mm", format=_SIZE)
    pdf.set_lang(get_language() or "en")
    pdf.set_title(_("Membership card {number}").format(number=belonging.number))
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(6)
    for family in _FACES:
        pdf.add_font(family, "", _make_face(family))
    pdf.add_page()
    pdf.set_text_color(*_INK)
    pdf.set_font("Serif", "", 13)
    pdf.set_xy(6, 6)
    pdf.cell(74, 6, operator.short_name)
    pdf.set_font("Sans", "", 8)
    pdf.set_text_color(*_QUIET)
    pdf.set_xy(6, 13)
    pdf.cell(48, 4, belonging.plan.product.name)
    _write_facts(pdf, belonging)
    picture = io.BytesIO()
    segno.make(belonging.number, error="m", micro=False).save(picture, kind="png", scale=12, border=1)
    words = _("Code of the number {number}").format(number=belonging.number)
    pdf.image(picture, x=57, y=24, w=23, h=23, alt_text=words, title=words)
    return bytes(pdf.output())


def _write_facts(pdf: FPDF, belonging: Belonging) -> None:
    until = belonging.standing.member_until
    for place, (words, value) in enumerate(
        ((_("Number"), belonging.number), (_("Member until"), format_date(until) if until else "–"))
    ):
        pdf.set_xy(6, 26 + place * 11)
        pdf.set_font("Sans", "", 7)
        pdf.set_text_color(*_QUIET)
        pdf.cell(48, 4, words)
        pdf.set_xy(6, 30 + place * 11)
        pdf.set_font("Serif", "", 11)
        pdf.set_text_color(*_INK)
        pdf.cell(48, 5, value)


@cache
def _make_face(family: str) -> Path:
    """Make a typeface of one weight of the variable one that the site ships, once a process; return its file."""
    name, weight = _FACES[family]
    source = Path(apps.get_app_config("ui").path) / "static/ui/fonts" / name
    font = TTFont(source)
    for table in ("GPOS", "GSUB", "GDEF"):
        if table in font:
            del font[table]
    axes = {axis.axisTag: weight if axis.axisTag == "wght" else axis.defaultValue for axis in font["fvar"].axes}
    instance = instantiateVariableFont(font, axes)
    instance.flavor = None
    path = Path(tempfile.mkdtemp(prefix="troth-card-")) / f"{family}.ttf"
    instance.save(path)
    return path
