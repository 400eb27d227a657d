"""The receipt of an erasure: signed with Ed25519 (RFC 8032), readable, and checkable at any later time.

The facts are canonical JSON (sorted keys, no spaces, UTF-8), and the signature is over those bytes. They stand in a
block of base64, so that a mail program that folds lines harms nothing; the text above the block is the same in words,
and whoever checks a receipt is shown the facts of the block, never the text that came with it.
"""

import base64
import binascii
import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from troth.kernel.secrets import derive_key, read_root
from troth.ui.api import format_date

_BEGIN = "-----BEGIN ERASURE RECEIPT-----"
_END = "-----END ERASURE RECEIPT-----"
_BLOCK = re.compile(f"{_BEGIN}([A-Za-z0-9+/=.\\s>]+){_END}")
_SIGNED_AS = b"troth erasure receipt 1\n"
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """What became of a check.

    Arguments:
        genuine: whether this site signed exactly these facts.
        reason: why not, in words; empty where it is genuine.
        facts: the signed facts; empty where it is not genuine.
        text: the same in words; empty where it is not genuine.
    """

    genuine: bool
    reason: str = ""
    facts: Mapping[str, Any] | None = None
    text: str = ""


def sign_receipt(facts: Mapping[str, Any]) -> str:
    """Return the receipt of these facts: the text, and the signed block."""
    message = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    signature = _signing_key().sign(_SIGNED_AS + message)
    block = "\n".join(textwrap.wrap(f"{_encode(message)}.{_encode(signature)}", 76))
    return f"{describe_receipt(facts)}\n\n{_BEGIN}\n{block}\n{_END}\n"


def verify_receipt(text: str) -> CheckedReceipt:
    """Check a receipt that somebody brings; spaces, folded lines and marks of quotation do not matter."""
    found = _BLOCK.search(text[:_LARGEST])
    if found is None:
        return CheckedReceipt(genuine=False, reason=_("There is no receipt in this text. Give it whole."))
    parts = re.sub(r"[\s>]", "", found.group(1)).split(".")
    try:
        message, signature = (base64.b64decode(part, validate=True) for part in parts)
        _signing_key().public_key().verify(signature, _SIGNED_AS + message)
        facts = json.loads(message)
    except (InvalidSignature, binascii.Error, ValueError):
        return CheckedReceipt(genuine=False, reason=_("We did not sign this receipt, or it was changed since."))
    return CheckedReceipt(genuine=True, facts=facts, text=describe_receipt(facts))


def receipt_public_key() -> bytes:
    """Return the 32 bytes of the public key, so that an outsider can check without asking us."""
    return _signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def describe_receipt(facts: Mapping[str, Any]) -> str:
    """Return the facts in words, in the language of the moment."""
    lines = [
        _("Receipt of an erasure"),
        _("%(operator)s, %(site)s") % facts,
        _("Number: %(id)s") % facts,
        _("Erased on: %(day)s") % {"day": _show_day(facts["erased_on"])},
        "",
        _("What was removed:"),
        *(f"- {_count(item['count'])}: {item['table']}" + _columns(item) for item in facts["removed"]),
        "",
        _("What stays:"),
        *([_describe_kept(item) for item in facts["kept"]] or [_("- Nothing.")]),
        "",
        _("How we know:"),
        *_describe_checks(facts),
        "",
        _("In our backups it cannot be read after %(unreadable)s, and is gone after %(gone)s.")
        % {
            "unreadable": _show_day(facts["backups"]["unreadable_after"]),
            "gone": _show_day(facts["backups"]["gone_after"]),
        },
        *_describe_relays(facts),
    ]
    return "\n".join(lines)


def _describe_checks(facts: Mapping[str, Any]) -> list[str]:
    search = facts["search"]
    lines = [
        _("- Keys destroyed: %(keys)d. Nothing under them opens, nothing finds you, no other table has your number.")
        % {"keys": facts["keys_destroyed"]},
    ]
    if search:
        lines.append(
            _("- Searched for the values themselves: %(tables)d tables, %(columns)d columns, %(files)d files.") % search
        )
        if not search["findings"]:
            lines.append(_("- Found in clear: nothing."))
        for finding in search["findings"]:
            state = _("removed") if finding["mended"] else _("reported to our privacy officer")
            lines.append(f"- {_('Found in clear')}: {finding['place']} ({finding['count']}), {state}")
        if search["left_out"]:
            lines.append(_("- Too short or too common to be searched for: %(left_out)d values.") % search)
    return lines


def _describe_relays(facts: Mapping[str, Any]) -> list[str]:
    if not facts["told"]:
        return [_("No other organisation had to be told.")]
    return ["", _("Told to delete it too, and what they answered:"), *(f"- {name}" for name in facts["told"])]


def _describe_kept(item: Mapping[str, Any]) -> str:
    until = _("until %(day)s") % {"day": _show_day(item["until"])} if item["until"] else item["until_words"]
    return f"- {_count(item['count'])}: {item['table']}. {item['why']} ({until})"


def _columns(item: Mapping[str, Any]) -> str:
    return f" ({', '.join(item['columns'])})" if item["columns"] else ""


def _count(number: int) -> str:
    return ngettext("%(number)d row", "%(number)d rows", number) % {"number": number}


def _show_day(day: str) -> str:
    return format_date(date.fromisoformat(day))


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


@lru_cache(maxsize=1)
def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(
        derive_key(read_root(settings.ENVIRONMENT.secrets), "sign/erasure-receipt/1")
    )
