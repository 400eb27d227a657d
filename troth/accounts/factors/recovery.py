"""Recovery codes: ten that stand in for a lost factor, each good once, shown once and stored as digests."""

import base64
import hashlib
import os
from uuid import UUID

from django.db import transaction

from troth.accounts.models import RecoveryCode
from troth.kernel import clock

COUNT = 10
_BYTES = 15
_GROUP = 4
_LENGTH = _BYTES * 8 // 5


def make_codes(subject_id: UUID) -> list[str]:
    """Make ten codes in the place of all older ones, and return them; they cannot be had again."""
    codes = [_draw_code() for _each in range(COUNT)]
    with transaction.atomic():
        RecoveryCode.objects.filter(subject_id=subject_id).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(subject_id=subject_id, digest=_digest(code)) for code in codes)
    return codes


def looks_like_one(code: str) -> bool:
    """Return whether what was typed has the length of a recovery code, and is no code of a generator."""
    return len(_strip(code)) == _LENGTH


def use_code(subject_id: UUID, code: str) -> bool:
    """Use a code up, in the caller's transaction; return whether it was one of the client's that was unused."""
    unused = RecoveryCode.objects.filter(subject_id=subject_id, digest=_digest(code), used_on=None)
    return bool(unused.update(used_on=clock.today()))


def count_left(subject_id: UUID) -> int:
    """Return how many codes are unused."""
    return RecoveryCode.objects.filter(subject_id=subject_id, used_on=None).count()


def _draw_code() -> str:
    letters = base64.b32encode(os.urandom(_BYTES)).decode().lower()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _strip(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())


def _digest(code: str) -> bytes:
    return hashlib.sha256(_strip(code).encode()).digest()
