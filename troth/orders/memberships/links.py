"""The codes in the links of memberships: made of a row's id and signed, so that nothing that opens a link is stored."""

import base64
import binascii
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer


class LinkKind(StrEnum):
    """What a link is for; a code of one kind opens no other."""

    STOP = "stop"
    SEAT = "seat"
    GIFT = "gift"


def write_code(kind: LinkKind, row_id: UUID) -> str:
    """Return the code of a link."""
    return _signer(kind).sign(base64.urlsafe_b64encode(row_id.bytes).decode().rstrip("="))


def read_code(kind: LinkKind, code: str) -> UUID | None:
    """Return the row's id, or None where the code is not one of ours."""
    try:
        text = _signer(kind).unsign(code)
        return UUID(bytes=base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (BadSignature, ValueError, binascii.Error):
        return None


def _signer(kind: LinkKind) -> Signer:
    return Signer(salt=f"orders.memberships.{kind}", sep=".")
