"""The vault's own tables, in three databases; none holds a personal value in clear.

``default``: which key is whose. ``keys``: the wrapped keys and the erasure ledger. ``index``: the blind index.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from troth.kernel.json_column import JsonColumn


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
        """One key a subject and class; the database holds to it."""

        constraints = [
            models.UniqueConstraint(fields=["subject_id", "key_class"], name="one_key_for_each_class"),
        ]

    def __str__(self) -> str:
        return f"{self.key_class} key {self.key_id}"


class WrappedKey(models.Model):
    """A subject's key, wrapped by the key of an epoch. It names no subject and no time, so a copy says nothing."""

    stored_in = "keys"

    key_id = models.UUIDField(primary_key=True)
    epoch = models.PositiveIntegerField(db_index=True)
    wrapped = models.BinaryField()

    not_personal: ClassVar[dict[str, str]] = {"wrapped": "A random key, sealed by the key of an epoch."}

    def __str__(self) -> str:
        return f"key {self.key_id} of epoch {self.epoch}"


class EpochState(models.TextChoices):
    """Where an epoch stands."""

    CURRENT = "current"
    RETIRING = "retiring"
    DESTROYED = "destroyed"


class Epoch(models.Model):
    """A stretch of time with a wrapping key of its own.

    When it ends, the key is destroyed, and with it the worth of every old copy of the keyring.
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
        """One epoch is the current one; the database holds to it."""

        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state=EpochState.CURRENT), name="one_current_epoch"
            ),
        ]

    def __str__(self) -> str:
        return f"epoch {self.number}, {self.state}"


class RootCheck(models.Model):
    """The check value of the root key: a secrets folder that belongs to another system is found at start."""

    stored_in = "keys"

    check_value = models.BinaryField()

    not_personal: ClassVar[dict[str, str]] = {"check_value": "A digest of a random key."}

    def __str__(self) -> str:
        return "check value of the root key"


class IndexEntry(models.Model):
    """A keyed digest by which a subject is found. It is in no backup, and is made anew after a restore.

    ``claimed_at`` stands only until the change that claimed the entry is committed; after that there is no time in it.
    """

    stored_in = "index"

    code = models.PositiveSmallIntegerField()
    digest = models.BinaryField()
    subject_id = models.UUIDField()
    unique = models.BooleanField()
    claimed_at = models.DateTimeField(null=True, db_index=True)

    not_personal: ClassVar[dict[str, str]] = {
        "digest": "A keyed digest; the key lies in the secrets folder, and without it the digest says nothing.",
    }

    class Meta:
        """Found by code and digest, and again by subject and code; a unique value is one subject's.

        The second index has both columns because SQLite would otherwise choose the first one for a subject's entries of
        one code, and read everybody's.
        """

        indexes = [
            models.Index(fields=["code", "digest"], name="index_entry_find"),
            models.Index(fields=["subject_id", "code"], name="index_entry_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "digest"], condition=models.Q(unique=True), name="one_subject_for_each_unique_value"
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class OrphanKey(models.Model):
    """A key that belonged to nobody when it was last looked for: a change that made it was undone, or is under way.

    One that still belongs to nobody a day later is destroyed.
    """

    stored_in = "keys"

    key_id = models.UUIDField(primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"orphan key {self.key_id}"


class ErasureState(models.TextChoices):
    """How far an erasure has come. Each state is noted after its work; a killed run goes on from the last one."""

    DUE = "due"
    SEARCHED = "searched"
    SHREDDED = "shredded"
    REMOVED = "removed"
    DONE = "done"


class Erasure(models.Model):
    """The erasure ledger: one row for each erasure, outside the database that it empties.

    Arguments:
        id: random; whoever has it can fetch the receipt.
        subject_id: the subject, until the erasure is done; None after that.
        subject_digest: a keyed digest of the subject's id, by which one who comes back with a backup is known.
        facts: counts, names of tables and columns, dates. Never a value.
        deferred: whether a hold keeps rows back; the erasure is taken up again when the hold ends.
    """

    stored_in = "keys"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_id = models.UUIDField(null=True, unique=True)
    subject_digest = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=16, choices=ErasureState, default=ErasureState.DUE, db_index=True)
    case_kind = models.CharField(max_length=30, default="")
    case_ref = models.CharField(max_length=100, default="")
    requested_on = models.DateField()
    erased_on = models.DateField(null=True)
    deferred = models.BooleanField(default=False)
    facts = JsonColumn(
        default=dict,
        paths={
            "found.*": "Name of a table, and how many rows.",
            "told.[]": "The name of an organisation.",
            "holders.*": "Name of a store, and how many things went.",
            "farewell_tries": "A count.",
            "farewell_said": "Yes or no.",
            "search.*": "Counts of what was looked through.",
            "search.findings.[].*": "The place of a find, how often, and whether it was mended.",
            "keys_destroyed": "A count.",
            "kept.[].*": "What stays, of which table, how many, why and until when: words of our own code.",
            "truncated": "Yes or no.",
            "failures.[]": "The name of a table.",
        },
    )
    receipt = models.TextField(default="")

    not_personal: ClassVar[dict[str, str]] = {
        "subject_digest": "A keyed digest of a random id; the key lies in the secrets folder.",
        "state": "One of a closed list.",
        "case_kind": "A kind of case.",
        "case_ref": "A case's id.",
        "facts": "Counts, names of tables and columns, and dates.",
        "receipt": "The signed receipt: counts, names of tables, and dates.",
    }

    def __str__(self) -> str:
        return f"erasure {self.pk}, {self.state}"


class ErasedKey(models.Model):
    """The id of a key that an erasure destroyed: whatever a backup or an import brings under it goes again."""

    stored_in = "keys"

    key_id = models.UUIDField(primary_key=True)
    erased_on = models.DateField()

    def __str__(self) -> str:
        return f"erased key {self.key_id}"
