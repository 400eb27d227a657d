"""Finding many values in many bytes in one pass: each value in the forms in which programs write it down.

A value that is a common word would be found everywhere and prove nothing; it is left out, and counted as such.
"""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick

LEAST_LENGTH = 6
_COMMON_WORD = re.compile(r"[^\W\d_]{1,11}")
"""One word of up to eleven letters, without digit, space or sign: "museum" is a user name and stands everywhere."""
_LEAST_DIGITS = 7


@dataclass(slots=True)
class Matcher:
    """Looks for all values at once.

    Arguments:
        needles: form of a value → the numbers of the owners whose value it is.
        left_out: how many values were too short or too common to be looked for.
    """

    needles: dict[bytes, set[int]] = field(default_factory=dict)
    left_out: int = 0
    _patterns: list[bytes] = field(default_factory=list)
    _automaton: BytesAhoCorasick | None = None

    def add(self, *, owner: int, value: str) -> None:
        """Look for ``value`` too, on behalf of ``owner``."""
        text = value.strip()
        if len(text) < LEAST_LENGTH or _COMMON_WORD.fullmatch(text):
            self.left_out += 1
            return
        for form in forms_of(text):
            self.needles.setdefault(form, set()).add(owner)
        self._automaton = None

    @property
    def longest(self) -> int:
        """The length of the longest needle, in bytes."""
        return max(map(len, self.needles), default=0)

    def find(self, hay: bytes) -> set[int]:
        """Return the owners of the values that occur in ``hay``; one pass, whatever their number."""
        if not self.needles:
            return set()
        if self._automaton is None:
            self._patterns = list(self.needles)
            self._automaton = BytesAhoCorasick(self._patterns)
        matches = self._automaton.find_matches_as_indexes(hay.lower(), overlapping=True)
        return {owner for number, _start, _end in matches for owner in self.needles[self._patterns[number]]}


def forms_of(text: str) -> set[bytes]:
    """Return the bytes by which ``text`` may be written down, in lower case (ASCII), as the hay is searched."""
    forms: set[bytes] = set()
    for spelling in _spellings(text):
        plain = spelling.encode()
        forms.update(_escaped(spelling))
        forms.update((plain, spelling.encode("utf-16-le"), spelling.encode("utf-16-be"), plain.hex().encode()))
        forms.update(_base64_cores(plain))
    digits = re.sub(r"\D", "", text)
    if len(digits) >= _LEAST_DIGITS and re.fullmatch(r"[\d\s()+./-]+", text):
        forms.add(digits.encode())
    return {form.lower() for form in forms if len(form) >= LEAST_LENGTH}


def _spellings(text: str) -> Iterable[str]:
    """Composed and decomposed, and in each case of letters: bytes are folded only for ASCII."""
    cases = {text, text.lower(), text.upper(), text.casefold(), text.title()}
    return {unicodedata.normalize(form, case) for case in cases for form in ("NFC", "NFD")}


def _escaped(text: str) -> Iterator[bytes]:
    for written in (json.dumps(text)[1:-1], html.escape(text), quote(text), quote(text, safe=""), quote_plus(text)):
        yield written.encode()


def _base64_cores(plain: bytes) -> Iterator[bytes]:
    """Yield the part of the base64 text that does not depend on what stands before and after, at each alignment."""
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + plain)
        start = (shift * 8 + 5) // 6
        stop = (shift + len(plain)) * 8 // 6
        core = encoded[start:stop]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))
