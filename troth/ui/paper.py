"""Sheets of paper: the house's typefaces for PDFs, and a page that has letters for the names of the whole world.

Import this module where a PDF is made and not before: what it stands on is large, and most processes never make one.
"""

import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from fpdf.fonts import TTFFont

from troth.ui.tagging import Structure

SERIF, SANS = "serif", "sans"
INK, QUIET, HAIRLINE, ACCENT = (28, 27, 25), (92, 88, 80), (221, 216, 204), (31, 93, 87)
_WEB = {
    (SERIF, ""): ("source-serif-4-latin", 400.0),
    (SERIF, "B"): ("source-serif-4-latin", 600.0),
    (SANS, ""): ("public-sans-latin", 400.0),
    (SANS, "B"): ("public-sans-latin", 600.0),
}
_FALLBACKS = {"near": "DejaVuSans.ttf", "east": "DroidSansFallback.ttf"}
"""For what the house's own typefaces have no letters: Greek, Cyrillic, Hebrew, Arabic …; Chinese, Japanese, Korean."""


@cache
def _keep_folder() -> tempfile.TemporaryDirectory[str]:
    """Return this process's folder for typefaces; it goes when the process ends."""
    return tempfile.TemporaryDirectory(prefix="troth-typefaces-")


@cache
def find_typeface(family: str, style: str = "") -> Path:
    """Return a TrueType file of one of the house's typefaces at one weight; made of the web's once a process.

    Kerning and ligatures are left out: they are of no use to a PDF whose text is not shaped, and take seconds to merge.

    Arguments:
        family: ``SERIF`` or ``SANS``; with ``-ext`` for the further Latin letters.
        style: ``""`` or ``"B"``.
    """
    name, weight = _WEB[family.removesuffix("-ext"), style]
    if family.endswith("-ext"):
        name += "-ext"
    font = TTFont(Path(apps.get_app_config("ui").path) / "static" / "ui" / "fonts" / f"{name}.woff2")
    for table in ("GPOS", "GSUB", "GDEF"):
        if table in font:
            del font[table]
    font = instantiateVariableFont(font, {"wght": weight}, inplace=True)
    font.flavor = None
    path = Path(_keep_folder().name) / f"{family}{style}.ttf"
    font.save(path)
    return path


def _find_fallback(key: str) -> Path:
    return Path(apps.get_app_config("ui").path) / "typefaces" / _FALLBACKS[key]


@cache
def _letters_of(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


class Sheet(FPDF):
    """A page with the house's typefaces, of A4 at first; further ones are put in where the texts need them.

    Arguments:
        texts: all that will be written with names of people and places in it, so that its letters are there.
        compliance: the standard that the file keeps to, such as ``PDF/A-3U``, or None.
        styles: which typefaces are used, of ``SERIF`` and ``SANS``.
        size: of the paper, by name or in millimetres.
    """

    def __init__(
        self,
        *,
        texts: Iterable[str] = (),
        compliance: str | None = None,
        styles: Iterable[tuple[str, str]] = tuple(_WEB),
        size: str | tuple[float, float] = "A4",
    ) -> None:
        super().__init__(format=size, enforce_compliance=compliance)
        self.structure = self.struct_builder = Structure()
        missing = {ord(letter) for text in texts for letter in write_out(text) if not letter.isspace()}
        styles = tuple(styles)
        for family, style in styles:
            self.add_font(family, style, find_typeface(family, style))
        missing -= _letters_of(find_typeface(*styles[0]))
        self.set_fallback_fonts(
            [*self._add_further_latin(missing, styles), *self._add_others(missing)], exact_match=False
        )

    # -- What is what, for who reads by ear or by program -------------------------------------------------------------

    @contextmanager
    def tagged(self, kind: str, *, within: Any = None) -> Iterator[None]:
        """Mark what is drawn in the block as one element of the text: ``H1``, ``P``, ``TH``, ``TD``. On one page.

        Arguments:
            kind: a standard structure type.
            within: the group that it stands in (``group``), or None.
        """
        mark, place = self.structure.add_content(kind, page=self.page, parent=within)
        self.pages[self.page].struct_parents = place
        self._out(f"/{kind} <</MCID {mark}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """Mark what is drawn in the block as no part of the text: hairlines, and the foot of each page."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def group(self, kind: str, *, within: Any = None) -> Any:
        """Return a new element that holds others, such as ``Table`` or ``TR``."""
        return self.structure.add_group(kind, page=self.page, parent=within)

    # -- The file -----------------------------------------------------------------------------------------------------

    def finish(self) -> bytes:
        """Return the file, and close what it was written with."""
        try:
            return bytes(self.output())
        finally:
            self.close_typefaces()

    def close_typefaces(self) -> None:
        """Close the files of the typefaces, which fpdf2 leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def _add_further_latin(self, missing: set[int], styles: tuple[tuple[str, str], ...]) -> list[str]:
        further = _letters_of(find_typeface(f"{styles[0][0]}-ext"))
        if not missing & further:
            return []
        missing -= further
        for family, style in styles:
            self.add_font(f"{family}-ext", style, find_typeface(f"{family}-ext", style))
        return list(dict.fromkeys(f"{family}-ext" for family, _style in styles))

    def _add_others(self, missing: set[int]) -> list[str]:
        added = []
        for key in _FALLBACKS:
            found = missing & _letters_of(_find_fallback(key))
            if found:
                missing -= found
                self.add_font(key, "", _find_fallback(key))
                added.append(key)
        return added


# -- Letters that are written from right to left, or joined -----------------------------------------------------------


def write_out(text: str) -> str:
    """Return a line as its letters stand on paper from left to right: Arabic letters joined, Hebrew and Arabic turned.

    A text of other scripts comes back as it is, apart from its accents, which are put together with their letters.
    """
    text = unicodedata.normalize("NFC", text)
    if not any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text):
        return text
    return str(BidiParagraph(text=_join(text), base_direction=_direction_of(text)).get_reordered_string())


def _direction_of(text: str) -> TextDirection:
    first = next((unicodedata.bidirectional(c) for c in text if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "L")
    return TextDirection.LTR if first == "L" else TextDirection.RTL


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return Arabic letter → its forms by place, read from Unicode's own table of them."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBFF), *range(0xFE70, 0xFEFD)):
        kind, _space, bases = unicodedata.decomposition(chr(code)).partition(" ")
        base = "".join(chr(int(part, 16)) for part in bases.split())
        if kind in {"<isolated>", "<initial>", "<medial>", "<final>"} and " " not in base:
            forms.setdefault(base, {}).setdefault(kind, chr(code))
    return forms


def _join(text: str) -> str:
    """Return the text with each Arabic letter in the form that its neighbours ask for; lam and alef become one."""
    forms = _forms()
    letters = list(text)
    joined: list[str] = []
    place = 0
    while place < len(letters):
        letter = letters[place]
        pair = letter + letters[place + 1] if place + 1 < len(letters) else ""
        unit = pair if len(pair) == 2 and pair in forms else letter
        of = forms.get(unit)
        if of is None:
            joined.append(letter)
            place += 1
            continue
        before, after = _neighbour(letters, place, -1), _neighbour(letters, place + len(unit) - 1, +1)
        from_before = "<initial>" in forms.get(before, {})
        to_after = "<initial>" in of and "<final>" in forms.get(after, {})
        kind = ("<medial>" if to_after else "<final>") if from_before else ("<initial>" if to_after else "<isolated>")
        joined.append(of.get(kind, of.get("<isolated>", letter)))
        place += len(unit)
    return "".join(joined)


def _neighbour(letters: list[str], place: int, step: int) -> str:
    """Return the next letter in a direction; marks above and below letters do not part them."""
    place += step
    while 0 <= place < len(letters) and unicodedata.combining(letters[place]):
        place += step
    return letters[place] if 0 <= place < len(letters) else ""
