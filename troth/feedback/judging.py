"""Whether something is likely a person's word: judged by the form alone, without asking anybody else (J5).

Nothing is refused for it. What looks made by a program is set apart; staff can read it there, and it goes in a month.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from troth.feedback.words import Apart
from troth.kernel import clock

FASTEST = timedelta(seconds=3)
_LINK = re.compile(r"https?://|www\.|\[url", re.IGNORECASE)
_MOST_LINKS = 3
_signer = signing.Signer(salt="feedback.form")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a form carries of itself.

    Arguments:
        id: drawn at random, so that a form that is sent twice counts once.
        made_at: when it was drawn up.
    """

    id: str
    made_at: datetime


def make_mark(*, made_at: datetime | None = None) -> str:
    """Return the mark of a new form, signed. It says when the form was made and nothing of whom it was made for."""
    moment = made_at or clock.now()
    return _signer.sign(f"{secrets.token_hex(16)}.{int(moment.timestamp())}")


def read_mark(text: str) -> Mark | None:
    """Return the mark that a form carried, or None where it is none of ours."""
    try:
        mark_id, _dot, seconds = _signer.unsign(text).partition(".")
        return Mark(id=mark_id, made_at=datetime.fromtimestamp(int(seconds), UTC))
    except (signing.BadSignature, ValueError, OverflowError, OSError):
        return None


def judge_form(*, mark: Mark | None, trap: str, words: str) -> Apart:
    """Return why this is likely no person's word, or ``Apart.NO``.

    Arguments:
        mark: what the form carried of itself, or None where that was missing or not ours.
        trap: what stood in the field that people do not see.
        words: what was said.
    """
    if trap:
        return Apart.TRAP
    if mark is None:
        return Apart.FORM
    if clock.now() - mark.made_at < FASTEST:
        return Apart.FAST
    return Apart.LINKS if len(_LINK.findall(words)) >= _MOST_LINKS else Apart.NO
