"""The blind index: finds a subject by a keyed digest of a value, without the value.

Unique and exact values use 128 bits of HMAC-SHA-256; words of a name use 14 bits, so that one digest stands for several
names and says little (docs/decisions/index.md). A digest is claimed before the change that needs it is committed, and
settled after; a claim whose change never came is cleared by ``reconcile_index``.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from uuid import UUID

import idna
from django.conf import settings
from django.db import IntegrityError, transaction

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.secrets import derive_key, read_root
from troth.vault.attributes import Attribute, Email, Lookup
from troth.vault.models import IndexEntry, SubjectKey

DATABASE = "index"
_WORD_BITS = 14
CLAIM_AGE = timedelta(minutes=10)
"""After this long an unsettled claim of a subject that does not exist is taken for abandoned."""


class Taken(Refused):
    """A value that must be unique belongs to somebody else already."""

    def __init__(self, attribute: Attribute) -> None:
        super().__init__("This is taken already.")
        self.attribute = attribute


def normalize(attribute: Attribute, value: str) -> str:
    """Return the form in which values are compared: NFKC, trimmed, case folded; an address's domain as A-label.

    Dots and plus parts of an address are kept: they may be different people.
    """
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    if isinstance(attribute, Email) and "@" in text:
        local, _at, domain = text.rpartition("@")
        # An ASCII domain is its own A-label, or none at all; asking takes longer than everything else here.
        if not domain.isascii():
            with suppress(idna.IDNAError):
                domain = idna.encode(domain, uts46=True).decode()
        return f"{local}@{domain}"
    return text


def digests_of(attribute: Attribute, value: str | Sequence[str]) -> list[bytes]:
    """Return the digests under which a value is found: one, or one a word, or one an item of a list."""
    if not isinstance(value, str):
        return sorted(_digest(attribute, normalize(attribute, item), bits=128) for item in value)
    text = normalize(attribute, value)
    if attribute.lookup is Lookup.WORDS:
        words = {word for word in text.replace("-", " ").split() if word}
        return sorted({_digest(attribute, word, bits=_WORD_BITS) for word in words})
    return [_digest(attribute, text, bits=128)]


def find_subjects(attribute: Attribute, value: str) -> list[UUID]:
    """Return the subjects under the value's digest; for words, those that may bear all of them (open to be sure)."""
    found: set[UUID] | None = None
    for digest in digests_of(attribute, value):
        entries = IndexEntry.objects.filter(code=code_of(attribute), digest=digest)
        subjects = set(entries.values_list("subject_id", flat=True))
        found = subjects if found is None else found & subjects
    return sorted(found or ())


def keep_found(attribute: Attribute, value: str, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these subjects who stand under the value's digest now; nothing is opened."""
    entries = IndexEntry.objects.filter(
        code=code_of(attribute), digest=digests_of(attribute, value)[0], subject_id__in=subject_ids
    )
    return set(entries.values_list("subject_id", flat=True))


def claim(attribute: Attribute, *, subject_id: UUID, value: str | Sequence[str] | None) -> list[bytes]:
    """Claim the digests of a new value for a subject, and return them; raise Taken where a unique one is another's."""
    if value is None:
        return []
    digests = digests_of(attribute, value)
    code = code_of(attribute)
    entries = IndexEntry.objects.filter(code=code, subject_id=subject_id)
    mine = {bytes(digest) for digest in entries.values_list("digest", flat=True)}
    for digest in digests:
        if digest not in mine:
            _insert(attribute, code=code, digest=digest, subject_id=subject_id)
    return digests


def settle(attribute: Attribute, *, subject_id: UUID, digests: Sequence[bytes]) -> None:
    """Keep just these digests for the subject, after the change that needs them was committed."""
    entries = IndexEntry.objects.filter(code=code_of(attribute), subject_id=subject_id)
    with transaction.atomic(using=DATABASE):
        entries.exclude(digest__in=list(digests)).delete()
        entries.filter(claimed_at__isnull=False).update(claimed_at=None)


def forget_subject(subject_id: UUID) -> int:
    """Remove all that finds the subject; return how many entries went."""
    deleted, _by_model = IndexEntry.objects.filter(subject_id=subject_id).delete()
    return deleted


@cache
def code_of(attribute: Attribute) -> int:
    """Return the number that stands for this attribute in the index: 15 bits of a digest of its full name."""
    name = f"{attribute.model._meta.label}.{attribute.name}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:2]) >> 1


def _insert(attribute: Attribute, *, code: int, digest: bytes, subject_id: UUID) -> None:
    unique = attribute.lookup is Lookup.UNIQUE
    entry = IndexEntry(code=code, digest=digest, subject_id=subject_id, unique=unique, claimed_at=clock.now())
    try:
        with transaction.atomic(using=DATABASE):
            entry.save(force_insert=True)
    except IntegrityError:
        if not _clear_abandoned(code=code, digest=digest):
            raise Taken(attribute) from None
        try:
            with transaction.atomic(using=DATABASE):
                entry.save(force_insert=True)
        except IntegrityError:
            raise Taken(attribute) from None


def _clear_abandoned(*, code: int, digest: bytes) -> bool:
    """Remove an old claim whose subject never came to be; return whether there was one."""
    held = IndexEntry.objects.filter(code=code, digest=digest, claimed_at__lt=clock.now() - CLAIM_AGE).first()
    if held is None or SubjectKey.objects.filter(subject_id=held.subject_id).exists():
        return False
    held.delete()
    return True


def _digest(attribute: Attribute, text: str, *, bits: int) -> bytes:
    full = hmac.digest(_index_key(attribute), text.encode(), hashlib.sha256)
    if bits % 8 == 0:
        return full[: bits // 8]
    number = int.from_bytes(full[:4]) >> (32 - bits)
    return number.to_bytes((bits + 7) // 8)


@cache
def _index_key(attribute: Attribute) -> bytes:
    name = f"{attribute.model._meta.label}.{attribute.name}"
    return derive_key(read_root(settings.ENVIRONMENT.secrets), f"idx/{name}")
