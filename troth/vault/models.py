"""The vault's own tables, in three databases: which key is whose (default), the wrapped keys and the erasure ledger
(``keys``), and the blind index (``index``). None holds a personal value in clear.
"""

from typing import ClassVar

from django.db import models


class KeyClass(models.TextChoices):
    """What a key is kept for: the account's goes with the account, the statutory one when the law lets it go."""

    ACCOUNT = "account"
    STATUTORY = "statutory"


class SubjectKey(models.Model):
    """Which key belongs to which subject and class. The key itself lies in another database."""

    subject_id = models.UUIDField()
    key_class = models.CharField(max_length=16, choices=KeyClass)
    key_id = models.UUIDField(unique=True)

    not_personal: ClassVar[dict[str, str]] = {"key_class": "One of a closed list."}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "key_class"], name="one_key_for_each_class"),
        ]


class WrappedKey(models.Model):
    """A subject's key, wrapped by the key of an epoch. It names no subject and no time, so a copy says nothing."""

    stored_in = "keys"

    key_id = models.UUIDField(primary_key=True)
    epoch = models.PositiveIntegerField(db_index=True)
    wrapped = models.BinaryField()

    not_personal: ClassVar[dict[str, str]] = {"wrapped": "A random key, sealed by the key of an epoch."}


class EpochState(models.TextChoices):
    """Where an epoch stands."""

    CURRENT = "current"
    RETIRING = "retiring"
    DESTROYED = "destroyed"


class Epoch(models.Model):
    """A stretch of time with a wrapping key of its own. When it ends, the key is destroyed, and with it every old copy
    of the keyring.
    """

    stored_in = "keys"

    number = models.PositiveIntegerField(primary_key=True)
    state = models.CharField(max_length=16, choices=EpochState)
    check_value = models.BinaryField(help_text="Shows a wrong wrapping key at start without revealing it.")
    started_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "check_value": "A digest of a random key.",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state=EpochState.CURRENT), name="one_current_epoch"
            ),
        ]


class RootCheck(models.Model):
    """The check value of the root key: a secrets folder that belongs to another system is found at start."""

    stored_in = "keys"

    check_value = models.BinaryField()

    not_personal: ClassVar[dict[str, str]] = {"check_value": "A digest of a random key."}


class IndexEntry(models.Model):
    """A keyed digest by which a subject is found. It is in no backup, and is made anew after a restore.

    ``claimed_at`` stands only until the change that claimed the entry is committed; after that there is no time in it.
    """

    stored_in = "index"

    code = models.PositiveSmallIntegerField()
    digest = models.BinaryField()
    subject_id = models.UUIDField(db_index=True)
    unique = models.BooleanField()
    claimed_at = models.DateTimeField(null=True, db_index=True)

    not_personal: ClassVar[dict[str, str]] = {
        "digest": "A keyed digest; the key lies in the secrets folder, and without it the digest says nothing.",
    }

    class Meta:
        indexes = [models.Index(fields=["code", "digest"], name="index_entry_find")]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "digest"], condition=models.Q(unique=True), name="one_subject_for_each_unique_value"
            ),
        ]
