"""The subjects' keys: made at random, wrapped by the key of an epoch, in a database that is in no backup of another.

A key is read anew for each opening and never cached: an erased client is unreadable at once, in every process. The
epochs' keys are files ``kek.<number>`` in the secrets folder, each random and independent of all others, so that
destroying one leaves nothing from which it could be made again (docs/decisions/keys.md).
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from itertools import batched
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connections, transaction

from troth.kernel import clock
from troth.kernel.errors import CannotOpen, NotConfigured, Refused
from troth.kernel.secrets import derive_key, read_root, sync_folder
from troth.vault import cipher
from troth.vault.models import Epoch, EpochState, Erasure, ErasureState, KeyClass, RootCheck, SubjectKey, WrappedKey

DATABASE = "keys"
_SELECT = "SELECT epoch, wrapped FROM vault_wrappedkey WHERE key_id = %s"
_BATCH = 500
_TRIES = 3
"""How often an operation is tried again that met the end of an epoch half way."""

_kek_cache: dict[Path, tuple[tuple[int, int], bytes]] = {}
"""An epoch's file → its inode and time, and the key."""


def create_key() -> UUID:
    """Make a key, wrap it under the current epoch, store it, and return its id."""
    key_id = uuid4()
    for _try in range(_TRIES):
        with transaction.atomic(using=DATABASE):
            # The lock keeps an epoch from ending between the wrapping here and the commit; whoever waited for one
            # that ended meanwhile finds no current epoch under the lock, and looks again.
            epoch = Epoch.objects.using(DATABASE).select_for_update().filter(state=EpochState.CURRENT).first()
            if epoch is None:
                continue
            key = os.urandom(cipher.KEY_BYTES)
            kek = read_kek(epoch.number)
            wrapped = cipher.wrap_key(wrapping_key=kek, key=key, key_id=key_id, epoch=epoch.number)
            WrappedKey.objects.create(key_id=key_id, epoch=epoch.number, wrapped=wrapped)
            return key_id
    raise NotConfigured("There is no current key epoch. Run 'troth setup'; nothing was changed.")


def open_key(key_id: UUID) -> bytes:
    """Return the key; raise CannotOpen where it was destroyed or does not open."""
    last_epoch = 0
    while True:
        epoch, wrapped = _read_wrapped(key_id)
        try:
            kek = read_kek(epoch)
        except NotConfigured:
            # The epoch may have ended between the two reads; the key is then wrapped anew under a later one.
            if epoch == last_epoch:
                raise
            last_epoch = epoch
            continue
        return cipher.unwrap_key(wrapping_key=kek, wrapped=wrapped, key_id=key_id, epoch=epoch)


def destroy_keys(key_ids: Iterable[UUID]) -> int:
    """Destroy these keys; return how many there were. What they sealed does not open from now on, anywhere."""
    deleted = 0
    for some in batched(key_ids, _BATCH):
        deleted += WrappedKey.objects.filter(key_id__in=some).delete()[0]
    return deleted


def key_of(*, subject_id: UUID, key_class: str) -> UUID:
    """Return the id of the subject's key of this class, making it where there is none yet."""
    keys = SubjectKey.objects.filter(subject_id=subject_id, key_class=key_class)
    known = keys.values_list("key_id", flat=True).first()
    if known is not None:
        return known
    if key_class == KeyClass.ACCOUNT and _was_erased(subject_id):
        raise Refused("This subject was erased, and does not come back.", kept="Nothing was saved.")
    made, _created = SubjectKey.objects.get_or_create(
        subject_id=subject_id, key_class=key_class, defaults={"key_id": create_key()}
    )
    return made.key_id


def digest_subject(subject_id: UUID) -> bytes:
    """Return the keyed digest under which the erasure ledger knows a subject."""
    return hmac.digest(derive_key(_read_root(), "erasure/subject/1"), subject_id.bytes, hashlib.sha256)


def _was_erased(subject_id: UUID) -> bool:
    erasures = Erasure.objects.filter(subject_digest=digest_subject(subject_id))
    return erasures.exclude(state__in=(ErasureState.DUE, ErasureState.SEARCHED)).exists()


def _read_wrapped(key_id: UUID) -> tuple[int, bytes]:
    """Return the epoch and the wrapped bytes; plain SQL, as this is read for each opening."""
    connection = connections[DATABASE]
    with connection.cursor() as cursor:
        parameter = key_id.hex if connection.vendor == "sqlite" else key_id
        cursor.execute(_SELECT, [parameter])
        row = cursor.fetchone()
    if row is None:
        raise CannotOpen("The key of this record was destroyed.")
    return row[0], bytes(row[1])


# -- Epochs -----------------------------------------------------------------------------------------------------------


def kek_path(epoch: int) -> Path:
    """Return the file of an epoch's wrapping key."""
    folder: Path = settings.ENVIRONMENT.secrets
    return folder / f"kek.{epoch}"


def read_kek(epoch: int) -> bytes:
    """Return an epoch's wrapping key; raise NotConfigured where its file is missing."""
    path = kek_path(epoch)
    try:
        # The file is looked at each time: a destroyed epoch must not live on in a process's memory.
        found = path.stat()
        stamp = (found.st_ino, found.st_mtime_ns)
        known = _kek_cache.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        for gone in [cached for cached in _kek_cache if not cached.exists()]:
            del _kek_cache[gone]
        kek = path.read_bytes()
    except OSError:
        _kek_cache.pop(path, None)
        raise NotConfigured(
            f"The wrapping key {path} is missing. Restore the secrets folder from its mirror; nothing was changed."
        ) from None
    if len(kek) != cipher.KEY_BYTES:
        raise NotConfigured(
            f"The wrapping key {path} is damaged: it has {len(kek)} bytes and not {cipher.KEY_BYTES}. "
            "Restore the secrets folder from its mirror; nothing was changed."
        )
    _kek_cache[path] = (stamp, kek)
    return kek


def write_kek(epoch: int) -> bytes:
    """Make the wrapping key of a new epoch, on the disk before anything is wrapped by it; return it.

    A file that stands there already was made by a run that was killed before the epoch began; it is taken over.
    """
    path = kek_path(epoch)
    if path.exists():
        return read_kek(epoch)
    kek = os.urandom(cipher.KEY_BYTES)
    draft = _draft_of(path)
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(kek)
        file.flush()
        os.fsync(file.fileno())
    path.hardlink_to(draft)
    draft.unlink()
    sync_folder(path.parent)
    return kek


def _draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.draft")


def destroy_kek(epoch: int) -> None:
    """Overwrite and remove an epoch's wrapping key; every copy of the keyring that it wrapped is worthless then."""
    path = kek_path(epoch)
    _kek_cache.pop(path, None)
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(os.urandom(cipher.KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _draft_of(path).unlink(missing_ok=True)
    sync_folder(path.parent)


def ensure_epoch() -> None:
    """Make the first epoch of a new system, and note the root key's check value; on any other, only check both.

    Errors: NotConfigured where the keys' database is empty though clients have keys: it was lost, and making a new one
    would hide that.
    """
    if not Epoch.objects.exists():
        if SubjectKey.objects.exists():
            raise NotConfigured(
                "The keys' database is empty, but clients have keys. Put the newest copy of the keys' database back; "
                "nothing was changed."
            )
        kek = write_kek(1)
        with transaction.atomic(using=DATABASE):
            Epoch.objects.create(
                number=1, state=EpochState.CURRENT, check_value=check_value(kek), started_at=clock.now()
            )
            RootCheck.objects.get_or_create(pk=1, defaults={"check_value": check_value(_read_root())})
    check_keys()


def check_value(key: bytes) -> bytes:
    """Return a value that shows whether a key is the expected one, and nothing else about it."""
    return hmac.digest(key, b"troth check value", hashlib.sha256)


def check_keys() -> None:
    """Raise NotConfigured where the root, or the wrapping key of a living epoch, is missing or is another system's.

    Nothing is written. A retiring epoch that wraps nothing any more needs no key: its end was only not yet noted.
    """
    root = RootCheck.objects.first()
    if root is None:
        raise NotConfigured("The keys' database does not know the root key. Run 'troth setup'; nothing was changed.")
    if not hmac.compare_digest(check_value(_read_root()), bytes(root.check_value)):
        raise NotConfigured(
            f"The root key {settings.ENVIRONMENT.secrets / 'root'} is another system's. "
            "Nothing was changed. Put the right secrets folder back."
        )
    for epoch in Epoch.objects.exclude(state=EpochState.DESTROYED):
        if epoch.state == EpochState.RETIRING and not WrappedKey.objects.filter(epoch=epoch.number).exists():
            continue
        if not hmac.compare_digest(check_value(read_kek(epoch.number)), bytes(epoch.check_value)):
            raise NotConfigured(
                f"The wrapping key {kek_path(epoch.number)} is not the one that this system's keys were wrapped with. "
                "Nothing was changed. Put the right secrets folder back."
            )


def _read_root() -> bytes:
    return read_root(settings.ENVIRONMENT.secrets)
