"""Sealing: rows that wait get their place in the tree, and a checkpoint is signed over it.

A row's place is given here and not when it is written, because transactions commit out of the order of their ids; a
row that commits late is sealed late. Sealing reads a few hundred hashes of the tree and each waiting row once, however
large the record is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Exists, OuterRef, QuerySet

from troth.kernel import clock
from troth.ledger.events import Event
from troth.ledger.keys import read_trusted_key
from troth.ledger.models import Checkpoint, EntryRow, Leaf, Node
from troth.ledger.verify_export import BLOCK_BITS, LONGEST_TRANSACTION, Tree, canonical_entry, format_moment, hash_leaf

BATCH = 1000
"""Rows sealed in one transaction: few enough that a writer who waits for it does not notice."""
LOOK_BACK = 2 * LONGEST_TRANSACTION
"""How far behind the last sealed row a quick sealing looks for late rows; the nightly sweep looks at all."""
_LOCK = 0x7472_6F74_68
"""The name of the sealer's lock on PostgreSQL; on SQLite a write transaction is the lock."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a sealing did: how many rows it sealed, and how many are sealed in all."""

    sealed: int
    size: int


def seal_entries(*, sweep: bool = False) -> Sealing:
    """Seal all rows that wait, batch by batch, each with its checkpoint. May run twice, and beside another.

    Arguments:
        sweep: look at every row, and not only at those of the last two hours.

    Errors: NotConfigured where the key is missing or is not the one that signed before.
    """
    total, more, since = 0, True, None if sweep else _find_floor()
    while more:
        sealed, more, since = _seal_batch(since=since)
        total += sealed
    latest = Checkpoint.objects.order_by("-size").first()
    return Sealing(sealed=total, size=latest.size if latest else 0)


def waiting_entries(*, since: UUID | None = None) -> QuerySet[EntryRow]:
    """Return the rows that are not sealed yet, in the order of their ids; from ``since`` on where it is given."""
    rows = EntryRow.objects.filter(~Exists(Leaf.objects.filter(entry_id=OuterRef("id")))).order_by("id")
    return rows if since is None else rows.filter(id__gte=since)


def make_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it is hashed: texts and whole numbers by column name, without those that are empty.

    What is empty is left out so that a column which a later version adds changes no hash of the rows before it.
    """
    facts = {name: value for name, value in values.items() if value not in ("", 0, None)}
    facts["id"] = str(values["id"])
    facts["at"] = format_moment(values["at"].astimezone(UTC))
    if values["subject_id"] is not None:
        facts["subject_id"] = str(values["subject_id"])
    return facts


def load_tree(size: int) -> Tree:
    """Return the tree of the first ``size`` leaves from its stored blocks: at most 255 hashes a level."""
    tree = Tree()
    for level in range(size.bit_length() // BLOCK_BITS, -1, -1):
        first, last = (size >> (BLOCK_BITS * (level + 1))) << BLOCK_BITS, size >> (BLOCK_BITS * level)
        for digest in _read_hashes(level, first, last):
            tree.append(digest, height=BLOCK_BITS * level)
    return tree


def _read_hashes(level: int, first: int, last: int) -> list[bytes]:
    """Return the hashes from index ``first`` up to ``last``, exclusive, of one level; level 0 are the leaves."""
    if level == 0:
        leaves = Leaf.objects.filter(position__gte=first, position__lt=last)
        return [bytes(digest) for digest in leaves.order_by("position").values_list("hash", flat=True)]
    nodes = Node.objects.filter(level=level, index__gte=first, index__lt=last)
    return [bytes(digest) for digest in nodes.order_by("index").values_list("hash", flat=True)]


def _seal_batch(*, since: UUID | None) -> tuple[int, bool, UUID | None]:
    """Seal one batch of the rows from ``since`` on; return how many it had, whether more wait, and from where on."""
    if not waiting_entries(since=since).exists():
        return 0, False, since
    with transaction.atomic(using="default"):
        _wait_for_other_sealers()
        at, latest = clock.now(), Checkpoint.objects.order_by("-size").first()
        rows = list(waiting_entries(since=since).values()[: BATCH + 1])
        more, rows = len(rows) > BATCH, rows[:BATCH]
        if not rows:
            return 0, False, since
        key = read_trusted_key(settings.ENVIRONMENT.secrets, trusted=(latest.next_key or latest.key) if latest else "")
        tree = load_tree(latest.size if latest else 0)
        leaves, nodes, next_key = [], [], ""
        for values in rows:
            digest = hash_leaf(canonical_entry(make_facts(values)))
            leaves.append(Leaf(position=tree.size, entry_id=values["id"], hash=digest))
            nodes += [Node(level=b.level, index=b.index, hash=b.hash) for b in tree.append(digest)]
            if values["event"] == Event.KEY_ROTATED:
                next_key = values["object_id"]
        Leaf.objects.bulk_create(leaves)
        Node.objects.bulk_create(nodes)
        Checkpoint.objects.create(
            size=tree.size,
            at=at,
            caught_up=not more,
            key=str(key.public),
            next_key=next_key,
            note=key.sign_checkpoint(size=tree.size, root=tree.root()),
        )
        return len(rows), more, rows[-1]["id"]


def _wait_for_other_sealers() -> None:
    """Hold the sealer's lock until the transaction ends."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _find_floor() -> UUID | None:
    """Return the smallest id that a quick sealing looks at, or None before the first sealing (RFC 9562, version 7)."""
    newest = Leaf.objects.order_by("-position").values_list("entry_id", flat=True).first()
    if newest is None:
        return None
    milliseconds = (newest.int >> 80) - LOOK_BACK // timedelta(milliseconds=1)
    return UUID(int=max(milliseconds, 0) << 80)
