"""A long record verified by turns: what is new every day, and each older row once in seven days.

Reading a million rows takes most of a minute, and a check that runs every day must not grow with the years. Each part
begins at a signed checkpoint: the tree up to there is taken from the stored blocks and must have the root that was
signed, so a part proves the same of its rows as a reading of all does. ``troth ledger verify`` always reads all.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from troth.kernel import clock
from troth.ledger import keys
from troth.ledger.models import Checkpoint, EntryRow, Leaf
from troth.ledger.reading import (
    Verification,
    judge_guards_and_key,
    judge_waiting,
    measure_log,
    read_rows,
    verify_ledger,
)
from troth.ledger.sealing import load_tree
from troth.ledger.verify_export import (
    LONGEST_TRANSACTION,
    MalformedError,
    PublicKey,
    Verifier,
    format_moment,
    parse_checkpoint,
    parse_public_key,
)

WHOLE_UP_TO = 20_000
"""A record of up to this many rows is read as a whole each time: it takes a second or so."""
NEW = timedelta(days=2)
"""Rows that were sealed within this time are read each time."""
STRETCH = 16_384
"""Older rows are read in stretches of this many."""
TURNS = 7
"""In how many days the turn of each stretch comes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the log between two checkpoints: from row ``start`` up to ``end``, exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What one day's reading found, and how many of the sealed rows it read."""

    verification: Verification
    read: int


def verify_turn(*, day: int | None = None) -> Turn:
    """Verify the new rows and a day's stretches of the older ones; all of it while the record is short.

    Arguments:
        day: the number of the day whose turn it is; today's where None.
    """
    size = measure_log()
    if size <= WHOLE_UP_TO:
        whole = verify_ledger()
        return Turn(whole, read=whole.rows)
    *older, newest = list_parts(size=size, day=clock.now().toordinal() if day is None else day)
    findings = [finding for part in older for finding in _read_part(part).close(size=part.end)]
    verifier = _read_part(newest)
    waiting = _judge_numbers(verifier)
    judge_guards_and_key(verifier)
    verification = Verification(
        rows=size,
        checkpoints=Checkpoint.objects.count(),
        waiting=waiting,
        root=base64.b64encode(verifier.tree.root()).decode(),
        key=str(verifier.key),
        key_from="the log",
        findings=findings + verifier.close(size=size),
    )
    return Turn(verification, read=sum(part.end - part.start for part in [*older, newest]))


def list_parts(*, size: int, day: int) -> list[Part]:
    """Return the parts whose turn it is, the newest last.

    Arguments:
        size: how many rows are sealed.
        day: the number of the day; the stretches of seven days in a row are all of them.
    """
    new = _find_checkpoint_before(size, until=clock.now() - NEW)
    turns = range(day % TURNS * STRETCH, new, TURNS * STRETCH)
    older = [Part(_find_checkpoint_before(low), _find_checkpoint_after(low + STRETCH, most=new)) for low in turns]
    return [*older, Part(new, size)]


def _find_checkpoint_before(size: int, *, until: datetime | None = None) -> int:
    """Return the size of the last checkpoint of at most ``size`` rows, signed by ``until`` at the latest; or 0."""
    checkpoints = Checkpoint.objects.filter(size__lte=size)
    if until:
        checkpoints = checkpoints.filter(at__lte=until)
    return checkpoints.order_by("-size").values_list("size", flat=True).first() or 0


def _find_checkpoint_after(size: int, *, most: int) -> int:
    """Return the size of the first checkpoint of at least ``size`` rows, and at most ``most``."""
    found = Checkpoint.objects.filter(size__gte=size).order_by("size").values_list("size", flat=True).first()
    return most if found is None else min(found, most)


def _read_part(part: Part) -> Verifier:
    """Read a part from the checkpoint at which it begins; what is wrong stands in the verifier."""
    before = Checkpoint.objects.filter(size__lte=part.start)
    verifier = Verifier(
        key=_trace_key(before),
        verify_signature=keys.verify_quickly,
        tree=load_tree(part.start),
        oldest=_find_oldest(before),
    )
    if part.start:
        _judge_start(verifier, part)
    read_rows(verifier, size=part.end)
    return verifier


def _trace_key(before: QuerySet[Checkpoint]) -> PublicKey:
    """Return the key that signs after these checkpoints: the log's first, or the one to which it was last handed."""
    handed = before.exclude(next_key="").order_by("-size").values_list("next_key", flat=True).first()
    first = Checkpoint.objects.order_by("size").values_list("key", flat=True).first()
    known = handed or first
    return parse_public_key(known) if known else keys.read_key(settings.ENVIRONMENT.secrets).public


def _find_oldest(before: QuerySet[Checkpoint]) -> str:
    latest = before.filter(caught_up=True).order_by("-size").first()
    return format_moment(latest.at.astimezone(UTC) - LONGEST_TRANSACTION) if latest else ""


def _judge_start(verifier: Verifier, part: Part) -> None:
    """Hold the stored tree at the part's beginning against what was signed there, by the key that signed there."""
    try:
        note = parse_checkpoint(Checkpoint.objects.get(size=part.start).note)
    except MalformedError as error:
        verifier.report("damaged checkpoint", str(error), position=part.start)
        return
    key = _trace_key(Checkpoint.objects.filter(size__lt=part.start))
    signatures = [signature for name, key_id, signature in note.signatures if (name, key_id) == (key.name, key.key_id)]
    if not signatures:
        words = f"The checkpoint of size {part.start} is not signed by the key that was trusted there."
        verifier.report("swapped key", words, position=part.start)
    elif not any(keys.verify_quickly(key.public, signature, note.signed) for signature in signatures):
        words = f"The signature of the checkpoint of size {part.start} is not valid."
        verifier.report("broken signature", words, position=part.start)
    if note.size != part.start or note.root != verifier.tree.root():
        words = f"The stored tree of the first {part.start} rows does not have the root that was signed."
        verifier.report("damaged tree", words, position=part.start)


def _judge_numbers(verifier: Verifier) -> int:
    """Name rows that are gone, wherever they stood, and those added late; return how many rows wait.

    The numbers are read in this order because others write meanwhile: what comes in between only adds
    to the later ones.
    """
    top = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    leaves = Leaf.objects.count()
    waiting = judge_waiting(verifier)
    rows = EntryRow.objects.count()
    if top is not None and leaves <= top:
        verifier.report("removed row", f"Of {top + 1} places of the tree {top + 1 - leaves} are gone.")
    if rows - waiting < leaves:
        verifier.report("removed row", f"{leaves} rows were sealed, and {rows - waiting} of them are left.")
    return waiting
