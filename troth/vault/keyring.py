"""The subjects' keys: made at random, wrapped by the key of an epoch, kept in a database that is in no backup of the main
one. A key is read anew for each opening and never cached: an erased client is unreadable at once, in every process.

The epochs' keys are files ``kek.<number>`` in the secrets folder, each random and independent of all others, so that
destroying one leaves nothing from which it could be made again (docs/decisions/keys.md).
"""

import hashlib
import hmac
import os
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connections, transaction

from troth.kernel import clock
from troth.kernel.errors import CannotOpen, NotConfigured
from troth.vault import cipher
from troth.vault.models import Epoch, EpochState, SubjectKey, WrappedKey

DATABASE = "keys"
_SELECT = "SELECT epoch, wrapped FROM vault_wrappedkey WHERE key_id = %s"

_kek_cache: dict[Path, bytes] = {}


def create_key() -> UUID:
    """Make a key, wrap it under the current epoch, store it, and return its id."""
    key_id = uuid4()
    with transaction.atomic(using=DATABASE):
        # The lock keeps an epoch from ending between the wrapping here and the commit.
        epoch = Epoch.objects.using(DATABASE).select_for_update().get(state=EpochState.CURRENT)
        wrapped = cipher.wrap_key(
            wrapping_key=read_kek(epoch.number), key=os.urandom(cipher.KEY_BYTES), key_id=key_id, epoch=epoch.number
        )
        WrappedKey.objects.create(key_id=key_id, epoch=epoch.number, wrapped=wrapped)
    return key_id


def open_key(key_id: UUID) -> bytes:
    """Return the key; raise CannotOpen where it was destroyed or does not open."""
    connection = connections[DATABASE]
    with connection.cursor() as cursor:
        parameter = key_id.hex if connection.vendor == "sqlite" else key_id
        cursor.execute(_SELECT, [parameter])
        row = cursor.fetchone()
    if row is None:
        raise CannotOpen("The key of this record was destroyed.")
    epoch, wrapped = row
    return cipher.unwrap_key(wrapping_key=read_kek(epoch), wrapped=bytes(wrapped), key_id=key_id, epoch=epoch)


def destroy_keys(key_ids: list[UUID]) -> int:
    """Destroy these keys; return how many there were. What they sealed does not open from now on, anywhere."""
    deleted, _by_model = WrappedKey.objects.filter(key_id__in=key_ids).delete()
    return deleted


def key_of(*, subject_id: UUID, key_class: str) -> UUID:
    """Return the id of the subject's key of this class, making it where there is none yet."""
    known = (
        SubjectKey.objects.filter(subject_id=subject_id, key_class=key_class).values_list("key_id", flat=True).first()
    )
    if known is not None:
        return known
    made, _created = SubjectKey.objects.get_or_create(
        subject_id=subject_id, key_class=key_class, defaults={"key_id": create_key()}
    )
    return made.key_id


# -- Epochs -----------------------------------------------------------------------------------------------------------


def kek_path(epoch: int) -> Path:
    """Return the file of an epoch's wrapping key."""
    return settings.ENVIRONMENT.secrets / f"kek.{epoch}"


def read_kek(epoch: int) -> bytes:
    """Return an epoch's wrapping key; raise NotConfigured where its file is missing."""
    path = kek_path(epoch)
    known = _kek_cache.get(path)
    # The file is looked at each time: a destroyed epoch must not live on in a process's memory.
    if known is not None and path.exists():
        return known
    _kek_cache.pop(path, None)
    try:
        kek = path.read_bytes()
    except OSError:
        raise NotConfigured(
            f"The wrapping key {path} is missing. Restore the secrets folder from its mirror; nothing was changed."
        ) from None
    _kek_cache[path] = kek
    return kek


def check_value(key: bytes) -> bytes:
    """Return a value that shows whether a key is the expected one, and nothing else about it."""
    return hmac.digest(key, b"troth check value", hashlib.sha256)


def write_kek(epoch: int) -> bytes:
    """Make the wrapping key of a new epoch, on the disk before anything is wrapped by it; return it."""
    path = kek_path(epoch)
    kek = os.urandom(cipher.KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(kek)
        file.flush()
        os.fsync(file.fileno())
    return kek


def ensure_epoch() -> None:
    """Make the first epoch of a new system; on any other, do nothing."""
    if Epoch.objects.exists():
        return
    kek = write_kek(1)
    Epoch.objects.create(number=1, state=EpochState.CURRENT, check_value=check_value(kek), started_at=clock.now())


def check_keys() -> None:
    """Raise NotConfigured where the wrapping key of a living epoch is missing or is another system's."""
    for epoch in Epoch.objects.exclude(state=EpochState.DESTROYED):
        if not hmac.compare_digest(check_value(read_kek(epoch.number)), bytes(epoch.check_value)):
            raise NotConfigured(
                f"The wrapping key {kek_path(epoch.number)} is not the one that this system's keys were wrapped with. "
                "Nothing was changed. Put the right secrets folder back."
            )
