"""What makes a password good enough, by NIST SP 800-63B-4, 3.1.1.2: length and a blocklist, no rules of composition.

The blocklist is local: Django's list of common passwords, the site's own words, and what the person told about itself.
A password is never sent anywhere to be looked up.
"""

import gzip
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.ui.api import Strength

LEAST = 15
"""Also of who has a second factor, where 8 would do: the factor can be taken away again, and the password stays."""
MOST = 128
_LOOKED_AT = 72
"""The strength is estimated on this many characters; more only make it stronger."""
_OWN_WORD_LEAST = 4
_LEFT_LEAST = 8
_WEAKEST = 2
STRENGTHS: Sequence[Words] = (
    _("very easy to guess"),
    _("easy to guess"),
    _("fair"),
    _("strong"),
    _("very strong"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about a password.

    Arguments:
        problems: why it cannot be used, each with how to mend it; empty where it can.
        strength: how hard it is to guess.
    """

    problems: Sequence[Words]
    strength: Strength


def describe_strength(level: int) -> Strength:
    """Return a strength from 0 (very easy to guess) to 4 (very strong) as it is shown."""
    return Strength(level=level, most=len(STRENGTHS) - 1, words=STRENGTHS[level])


def read_strength(request: HttpRequest) -> Strength | None:
    """Return the strength that a page's address tells of a password that was taken, so that the next page says it."""
    level = request.GET.get("strength", "")
    return describe_strength(int(level)) if level in {"0", "1", "2", "3", "4"} else None


def judge_password(password: str, *, own_words: Sequence[str] = ()) -> Verdict:
    """Judge a password.

    Arguments:
        password: as it was typed.
        own_words: what the person told about itself: name, user name, e-mail address.
    """
    text = unicodedata.normalize("NFKC", password)
    own = split_words([*own_words, *_site_words()])
    strength = _estimate(text, own)
    problems = _find_problems(text, own=own, strength=strength)
    return Verdict(problems=problems, strength=describe_strength(strength))


def split_words(texts: Sequence[str]) -> list[str]:
    """Return the words of these texts in small letters, each whole text too, the longest first."""
    words = set()
    for text in texts:
        folded = text.casefold()
        for sign in "@.-_, ":
            folded = folded.replace(sign, " ")
        words.update(folded.split())
        words.add(text.casefold())
    return sorted((word for word in words if len(word) >= _OWN_WORD_LEAST), key=lambda word: (-len(word), word))


def _find_problems(text: str, *, own: Sequence[str], strength: int) -> list[Words]:
    if len(text) < LEAST:
        return [
            format_lazy(
                _("The password has {found} characters and needs at least {least}. Four unusual words do."),
                found=len(text),
                least=LEAST,
            )
        ]
    if len(text) > MOST:
        return [format_lazy(_("The password has {found} characters; the most is {most}."), found=len(text), most=MOST)]
    if _is_common(text):
        return [_("This password, or a repetition of it, is on lists that are tried first. Choose another.")]
    if _is_mostly(text, own):
        return [_("This password is mostly your own name or address, or our name. Choose one that has nothing of it.")]
    if strength < _WEAKEST:
        return [_("This password follows a pattern that is tried early. Choose words that do not follow each other.")]
    return []


def _is_common(text: str) -> bool:
    """Return whether the text, or the piece that it repeats, or its letters alone, is a common password."""
    folded = text.casefold()
    unit = folded[: (folded + folded).find(folded, 1)]
    letters = folded.strip("0123456789!?.,;:-_*#$@ ")
    return not {folded, unit, letters}.isdisjoint(_common_passwords())


def _is_mostly(text: str, own: Sequence[str]) -> bool:
    left = text.casefold()
    for word in own:
        left = left.replace(word, "")
    return left != text.casefold() and len(left) < _LEFT_LEAST


def _estimate(text: str, own: Sequence[str]) -> int:
    if not text:
        return 0
    return int(zxcvbn(text[:_LOOKED_AT], user_inputs=list(own))["score"])


def _site_words() -> list[str]:
    operator = read_operator()
    return [operator.name, operator.short_name, operator.site, "password", "member", "troth"]


@cache
def _common_passwords() -> frozenset[str]:
    path = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)
