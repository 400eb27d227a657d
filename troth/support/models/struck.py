"""Values of the help desk in which no card number is kept, by whatever way it came (C1).

A client may write its card number into an inquiry, though nobody asked. It is struck out where a value is made normal,
before it is sealed: no form, mail, member of staff or job can store one, not even until a mail is read.
"""

import email
from email import policy
from email.encoders import encode_base64
from email.message import Message as Mail
from typing import Any

from troth.kernel.card_numbers import strike_card_numbers
from troth.vault.api import File, LongText, Text

_TEXTS = ("text/", "message/rfc822")


class StruckText(Text):
    """One line, without a card number."""

    def clean(self, value: Any) -> str:
        """Return the line with each card number struck out."""
        return strike_card_numbers(super().clean(value))


class StruckLongText(LongText):
    """Text of several lines, without a card number."""

    def clean(self, value: Any) -> str:
        """Return the text with each card number struck out."""
        return strike_card_numbers(super().clean(value))


class StruckFile(File):
    """A file. Where it is text, it is kept without a card number; pictures and documents cannot be read by us."""

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the file with each card number struck out, where it is a text or a mail."""
        file = super().clean(value)
        if str(file["type"]).startswith(_TEXTS):
            strike = strike_mail if file["type"] == "message/rfc822" else strike_bytes
            file["content"] = strike(file["content"])
        file["name"] = strike_card_numbers(file["name"])
        return file


def strike_bytes(content: bytes) -> bytes:
    """Return the bytes of a text with each card number struck out; what is no UTF-8 stays as it is."""
    return strike_card_numbers(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def strike_mail(raw: bytes) -> bytes:
    """Return the bytes of a mail with each card number struck out, also of parts that are coded for the way.

    A mail in which none is found comes back byte for byte. One that is broken is struck out as far as it can be read.
    """
    from troth.support.mailin.limits import is_beyond

    struck = strike_bytes(raw)
    if is_beyond(struck):
        return struck
    try:
        mail = email.message_from_bytes(struck, policy=policy.compat32)
        changed = [_strike_part(part) for part in mail.walk()]
        return mail.as_bytes() if any(changed) else struck
    except Exception:
        # A mail is never lost because our program cannot read it; what reads it later strikes out what it finds.
        return struck


def _strike_part(part: Mail) -> bool:
    """Strike out in one part that is coded for the way; return whether there was anything."""
    coding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if part.get_content_maintype() != "text" or coding not in {"base64", "quoted-printable"}:
        return False
    content = part.get_payload(decode=True)
    struck = strike_bytes(content) if isinstance(content, bytes) else content
    if not isinstance(struck, bytes) or struck == content:
        return False
    del part["Content-Transfer-Encoding"]
    part.set_payload(struck)
    encode_base64(part)
    return True
