"""The record and its tree. All four tables are append-only: ``ledger.guards`` puts triggers on them.

No table points to another by a foreign key, so that nothing cascades into the record and nothing is blocked by it.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock, ids


class EntryRow(models.Model):
    """One thing that was done: ids and names of fields, never values.

    After the erasure of a client the rows stay with the subject's id alone, which then points to nobody.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    at = models.DateTimeField(default=clock.now)
    event = models.CharField(max_length=100)
    actor_kind = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=100)
    purpose = models.CharField(max_length=30)
    case_kind = models.CharField(max_length=30, default="")
    case_ref = models.CharField(max_length=100, default="")
    subject_id = models.UUIDField(null=True)
    fields = models.TextField(default="")
    object_type = models.CharField(max_length=100, default="")
    object_id = models.CharField(max_length=200, default="")
    recipient = models.CharField(max_length=100, default="")
    ground = models.CharField(max_length=100, default="")
    count = models.BigIntegerField(default=0)

    not_personal = {
        "event": "A name from the closed list of events.",
        "actor_kind": "One of four words.",
        "actor_ref": "An id or a job's name; the pattern of names is enforced, so that no value fits.",
        "purpose": "A word from the closed list of purposes.",
        "case_kind": "A kind of case; the pattern of names is enforced.",
        "case_ref": "A case's id; the pattern of names is enforced.",
        "fields": "Names of fields, never their values; the pattern of names is enforced.",
        "object_type": "The label of a table; the pattern of names is enforced.",
        "object_id": "An id; the pattern of names is enforced.",
        "recipient": "The key of an organisation in the register; the pattern of names is enforced.",
        "ground": "The key of a ground; the pattern of names is enforced.",
    }

    class Meta:
        """Indexed for what is asked often: what stands here about a client, and what staff did of late."""

        db_table = "ledger_entry"
        verbose_name_plural = _("Lines of the record of looks and disclosures")
        indexes = [
            models.Index(fields=["subject_id", "id"], name="ledger_about"),
            # Of staff's rows alone, which are few: what the clients do costs nothing more to write.
            models.Index(fields=["at"], condition=models.Q(actor_kind="staff"), name="ledger_by_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"


class Leaf(models.Model):
    """The place of a row in the tree, given when the row is sealed: rows commit out of the order of their ids."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    hash = models.BinaryField(max_length=32)

    not_personal: ClassVar[dict[str, str]] = {"hash": "A digest of ids and names of fields."}

    class Meta:
        """Positions count from 0 without gaps."""

        db_table = "ledger_leaf"

    def __str__(self) -> str:
        return f"leaf {self.position}"


class Node(models.Model):
    """The hash over a full block of 256 ** level leaves; by it sealing reads a few hundred hashes and no row twice."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    not_personal: ClassVar[dict[str, str]] = {"hash": "A digest of digests."}

    class Meta:
        """Each block has one hash."""

        db_table = "ledger_node"
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_node_once")]

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root (C2SP tlog-checkpoint).

    ``caught_up`` says that no row waited any longer when it was signed, so that an older row found later was added.
    """

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    caught_up = models.BooleanField()
    key = models.CharField(max_length=400)
    next_key = models.CharField(max_length=400, default="")
    note = models.TextField()

    not_personal = {
        "key": "The public key that signed, in the signed-note form.",
        "next_key": "The public key that signs from here on, where the sealed rows hand over to another.",
        "note": "Origin, size, root hash and signatures of the tree.",
    }

    class Meta:
        """The size names the checkpoint: a log signs one root for each size."""

        db_table = "ledger_checkpoint"

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"
