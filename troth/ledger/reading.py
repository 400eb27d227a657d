"""The whole log in order, in flat memory: for ``troth ledger verify`` and for the export."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from troth.kernel.errors import NotConfigured
from troth.ledger import keys
from troth.ledger.guards import missing_guards
from troth.ledger.models import Checkpoint, EntryRow, Leaf, Node
from troth.ledger.sealing import make_facts, waiting_entries
from troth.ledger.verify_export import (
    FORMAT,
    LONGEST_TRANSACTION,
    Block,
    CheckpointNote,
    Finding,
    PublicKey,
    Verifier,
    format_moment,
    parse_public_key,
)

CHUNK = 4096
"""How many rows are read at a time."""

Progress = Callable[[int, int], None]
"""Told now and then how many rows are done, of how many."""


@dataclass(frozen=True, slots=True)
class Row:
    """A leaf with its row; ``entry`` is None where the row is gone."""

    position: int
    entry_id: UUID
    digest: bytes
    entry: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification of the live tables found.

    Arguments:
        rows: how many sealed rows were read.
        checkpoints: how many checkpoints were read.
        waiting: how many rows are not sealed yet.
        root: the root hash of the tree, base64.
        key: the public key that the log trusts now.
        key_from: ``you`` where the trusted key was given, ``the log`` where the log's own first key was taken.
        findings: all that is wrong; none means whole.
    """

    rows: int
    checkpoints: int
    waiting: int
    root: str
    key: str
    key_from: str
    findings: list[Finding]

    def as_facts(self) -> dict[str, Any]:
        """Return it as plain facts, for JSON and for people."""
        return asdict(self)


def measure_log() -> int:
    """Return how many rows the log has, or had when its latest checkpoint was signed, whichever is more.

    The checkpoint is read first: what is sealed in between then never looks like rows that are gone.
    """
    signed = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    top = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    return signed if top is None else max(signed, top + 1)


def read_chunks(size: int, *, start: int = 0) -> Iterator[list[Row | Checkpoint]]:
    """Read the log's rows from ``start`` up to ``size`` in order, chunk by chunk, checkpoints in their places."""
    position, signed, done = start - 1, start, False
    while not done:
        leaves = list(Leaf.objects.filter(position__gt=position, position__lt=size).order_by("position")[:CHUNK])
        done = len(leaves) < CHUNK
        upper = size if done else leaves[-1].position + 1
        checkpoints = list(Checkpoint.objects.filter(size__gt=signed, size__lte=upper).order_by("size"))
        yield _merge(_join_rows(leaves), checkpoints)
        position, signed = (leaves[-1].position if leaves else position), upper


def _join_rows(leaves: list[Leaf]) -> list[Row]:
    if not leaves:
        return []
    first, last = leaves[0].position, leaves[-1].position
    ids = Leaf.objects.filter(position__gte=first, position__lte=last).values("entry_id")
    entries = {values["id"]: make_facts(values) for values in EntryRow.objects.filter(id__in=ids).values()}
    return [Row(leaf.position, leaf.entry_id, bytes(leaf.hash), entries.get(leaf.entry_id)) for leaf in leaves]


def _merge(rows: list[Row], checkpoints: list[Checkpoint]) -> list[Row | Checkpoint]:
    """Put each checkpoint before the first row that it does not cover."""
    merged: list[Row | Checkpoint] = [*rows, *checkpoints]
    return sorted(merged, key=lambda item: (item.position, 1) if isinstance(item, Row) else (item.size, 0))


def verify_ledger(
    *, key: PublicKey | None = None, kept: Iterable[CheckpointNote] = (), progress: Progress | None = None
) -> Verification:
    """Verify the live tables: rows, leaves, stored blocks, checkpoints, guards, and the key in the secret store.

    Arguments:
        key: the public key that the log began with, noted outside; the log's own first key where None.
        kept: checkpoints that were kept outside.
        progress: told after each chunk how many rows are done, of how many.
    """
    first = Checkpoint.objects.order_by("size").first()
    begins_with = key or (parse_public_key(first.key) if first else keys.read_key(settings.ENVIRONMENT.secrets).public)
    verifier = Verifier(key=begins_with, kept=kept, verify_signature=keys.verify_quickly)
    size = measure_log()
    read_rows(verifier, size=size, progress=progress)
    waiting = judge_waiting(verifier)
    judge_guards_and_key(verifier)
    return Verification(
        rows=verifier.tree.size,
        checkpoints=verifier.checkpoints,
        waiting=waiting,
        root=base64.b64encode(verifier.tree.root()).decode(),
        key=str(verifier.key),
        key_from="you" if key else "the log",
        findings=verifier.close(size=size),
    )


def read_rows(verifier: Verifier, *, size: int, progress: Progress | None = None) -> None:
    """Give the verifier all rows and checkpoints from where it stands up to ``size``."""
    for chunk in read_chunks(size, start=verifier.tree.size):
        blocks: list[Block] = []
        for item in chunk:
            if isinstance(item, Row):
                blocks += verifier.read_row(
                    position=item.position, entry_id=str(item.entry_id), digest=item.digest, entry=item.entry
                )
            else:
                verifier.read_checkpoint(item.note, at=_format_at(item), caught_up=item.caught_up)
        _compare_blocks(verifier, blocks)
        if progress:
            progress(verifier.tree.size, size)


def export_log(*, progress: Progress | None = None) -> Iterator[str]:
    """Return the sealed log as JSON lines for ``verify_export.py``; ids and names only, as in the rows."""
    first = Checkpoint.objects.order_by("size").first()
    if first is None:
        raise NotConfigured("Nothing is sealed yet, so there is nothing to export. Run 'troth ledger seal' first.")
    size = measure_log()
    yield _as_line({"troth-ledger": FORMAT, "key": first.key, "size": size})
    done = 0
    for chunk in read_chunks(size):
        for item in chunk:
            yield _as_line(_describe_item(item))
        done += sum(isinstance(item, Row) for item in chunk)
        if progress:
            progress(done, size)
    yield _as_line({"end": size})


def _describe_item(item: Row | Checkpoint) -> dict[str, Any]:
    if isinstance(item, Row):
        digest = base64.b64encode(item.digest).decode()
        return {"position": item.position, "id": str(item.entry_id), "hash": digest, "entry": item.entry}
    return {"checkpoint": item.note, "at": _format_at(item), "caught_up": item.caught_up}


def _as_line(item: dict[str, Any]) -> str:
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False) + "\n"


def _format_at(checkpoint: Checkpoint) -> str:
    return format_moment(checkpoint.at.astimezone(UTC))


def _compare_blocks(verifier: Verifier, blocks: list[Block]) -> None:
    """Compare the blocks that the rows give with the stored ones, from which the next sealing would go on."""
    for level in sorted({block.level for block in blocks}):
        wanted = {block.index: block.hash for block in blocks if block.level == level}
        nodes = Node.objects.filter(level=level, index__in=wanted).values_list("index", "hash")
        stored = {index: bytes(digest) for index, digest in nodes}
        for index, digest in wanted.items():
            if stored.get(index) != digest:
                words = f"The stored hash of block {index} of level {level} is not that of its rows."
                verifier.report("damaged tree", words, position=index << (8 * level))


def judge_waiting(verifier: Verifier) -> int:
    """Count the rows that wait, and name those that claim a time of which all rows had been sealed."""
    waiting = waiting_entries()
    caught_up = Checkpoint.objects.filter(caught_up=True).order_by("-size").first()
    if caught_up:
        added = waiting.filter(at__lt=caught_up.at - LONGEST_TRANSACTION).values_list("id", "at")
        for entry_id, at in added.iterator():
            words = f"A row of {format_moment(at.astimezone(UTC))} is not sealed, but its time was: it was added later."
            verifier.report("added row", words, entry_id=str(entry_id))
    return waiting.count()


def judge_guards_and_key(verifier: Verifier) -> None:
    """Name each trigger that is gone, and a key in the secret store that is not the one which the log trusts."""
    for name in missing_guards(connections["default"]):
        verifier.report("missing guard", f"The trigger {name} is not in place: rows could be changed without a word.")
    try:
        if verifier.checkpoints:
            keys.read_trusted_key(settings.ENVIRONMENT.secrets, trusted=str(verifier.key))
    except NotConfigured as error:
        verifier.report("swapped key", error.message)
