"""Looking into copies: a backup's rows for the erased, and a copy of the keys' database for whether it belongs here.

What is looked at are keys' numbers and sealed rows; no value is given to anybody.
"""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from uuid import UUID

from django.conf import settings

from troth.kernel import clock
from troth.kernel.errors import CannotOpen, NotConfigured, Refused
from troth.kernel.secrets import read_root
from troth.vault import cipher, keyring
from troth.vault.models import EpochState, ErasedKey, Erasure, ErasureState, KeyClass, SubjectKey, WrappedKey

_BATCH = 500


@dataclass(slots=True)
class Resurrection:
    """What was found of subjects in a backup.

    Arguments:
        keys: keys that the backup names.
        erased: those of them that the ledger says are destroyed, or whose subject it says is erased.
        readable: those of the erased that open all the same.
        lost: keys that are neither erased nor there; their rows go after a restore.
    """

    keys: int = 0
    erased: int = 0
    readable: int = 0
    lost: int = 0


def look_for_erased(keys: Iterable[tuple[UUID, str, UUID]]) -> Resurrection:
    """Return what of the erased came back with a backup.

    Arguments:
        keys: subject, key class and key id of each key that the backup names.
    """
    found = Resurrection()
    under_way = (ErasureState.DUE, ErasureState.SEARCHED)
    gone = {bytes(d) for d in Erasure.objects.exclude(state__in=under_way).values_list("subject_digest", flat=True)}
    for some in batched(keys, _BATCH):
        ids = [key_id for _subject, _class, key_id in some]
        destroyed = set(ErasedKey.objects.filter(key_id__in=ids).values_list("key_id", flat=True))
        there = set(WrappedKey.objects.filter(key_id__in=ids).values_list("key_id", flat=True))
        for subject_id, key_class, key_id in some:
            found.keys += 1
            erased = key_class == KeyClass.ACCOUNT and keyring.digest_subject(subject_id) in gone
            if erased or key_id in destroyed:
                found.erased += 1
                found.readable += _opens(key_id)
            elif key_id not in there:
                found.lost += 1
    return found


@dataclass(slots=True)
class Tried:
    """What became of sealed rows that were tried.

    Arguments:
        rows: how many were tried.
        opened: how many open with the keys of now.
        gone: how many have no key any more.
    """

    rows: int = 0
    opened: int = 0
    gone: int = 0


def try_rows(label: str, rows: Iterable[tuple[UUID, UUID, int, bytes]]) -> Tried:
    """Try to open sealed rows of a backup, and return how it went.

    Arguments:
        label: the model's.
        rows: row id, key id, version and the sealed bytes of each.
    """
    tried = Tried()
    for row_id, key_id, version, sealed in rows:
        tried.rows += 1
        try:
            key = keyring.open_key(key_id)
        except CannotOpen:
            tried.gone += 1
            continue
        binding = cipher.Binding(table=label, key_id=key_id, row_id=row_id, row_version=version)
        try:
            cipher.unseal(key=key, binding=binding, message=sealed)
        except CannotOpen:
            continue
        tried.opened += 1
    return tried


@contextmanager
def plant_returned_key() -> Iterator[None]:
    """Name a living key as destroyed in the ledger, for a drill: that is what an old copy of the keys looks like."""
    key_id = SubjectKey.objects.filter(key_class=KeyClass.ACCOUNT).values_list("key_id", flat=True)[0]
    row = ErasedKey.objects.create(key_id=key_id, erased_on=clock.today())
    try:
        yield
    finally:
        row.delete()


def count_erasures() -> int:
    """Return how many erasures stand in the ledger; the number never falls."""
    return Erasure.objects.count()


def check_copied_keys(*, root_checks: Iterable[bytes], epochs: Iterable[tuple[int, str, bytes]]) -> None:
    """Look whether a copy of the keys' database belongs to this secrets folder, before it is put anywhere.

    Arguments:
        root_checks: the check values of the root key in the copy.
        epochs: number, state and check value of each epoch in it.

    Errors: Refused where the root is another system's, or the copy is of an epoch whose wrapping key is gone.
    """
    root = keyring.check_value(read_root(settings.ENVIRONMENT.secrets))
    checks = list(root_checks)
    if not checks or not all(hmac.compare_digest(root, bytes(value)) for value in checks):
        raise Refused("The keys' database is another system's: it was made under another root key.")
    for number, state, value in epochs:
        if state == EpochState.DESTROYED:
            continue
        try:
            fits = hmac.compare_digest(keyring.check_value(keyring.read_kek(number)), bytes(value))
        except NotConfigured:
            fits = False
        if not fits:
            raise Refused(
                f"This copy of the keys' database is of epoch {number}, whose wrapping key is not in "
                f"{settings.ENVIRONMENT.secrets}.",
                kept="Nothing was changed.",
                next_step="Take the newest copy of the keys' database, and the newest mirror of the secrets folder.",
            )


def _opens(key_id: UUID) -> bool:
    try:
        keyring.open_key(key_id)
    except (CannotOpen, NotConfigured):
        return False
    return True
