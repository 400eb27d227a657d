"""Passing a correction on to each organisation that received the old value (A11): retried, and its answer kept.

The vault tells of every value that was changed, by whatever page; what is worth passing on is judged here. The task
that does it opens the value as it stands then, so that two corrections in a row arrive as one, and right.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.disclosures.api import list_left_labels
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.processors.events import Event
from troth.processors.linking import Reference
from troth.processors.models import CorrectionState, HeldThere, Processor, RelayedCorrection
from troth.vault.api import SealedModel, get_attribute

JOB = "corrections"
DETAILS = "accounts.Profile"
"""The table whose values are passed on: an order or an inquiry keeps what was true on its day."""
MOST_TRIES = 12
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(days=1)
KEPT = timedelta(days=400)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What an organisation answered to a correction: the state, and words where there is more to say."""

    state: CorrectionState
    words: str = ""


type Correct = Callable[[UUID, Sequence[Reference], Sequence[str]], Corrected]

correctors: Registry[str, Correct] = Registry("corrector")
"""Name of an adapter → passes corrected values on, of a subject, its references there, and the names of the values of
``accounts.Profile``; raises ``Unreachable`` where nobody answers."""


def note_change(subject_id: UUID, model: str, names: Sequence[str]) -> None:
    """Note what is to be passed on of a change, in its transaction (``kernel.ports.change_listeners``).

    Whoever holds nothing of the client under a name of its own has nothing to correct: a mail that was passed on, say.
    """
    from troth.processors.tasks import pass_on_corrections

    if model != DETAILS:
        return
    keys = set(HeldThere.objects.filter(subject_id=subject_id).values_list("processor", flat=True))
    is_new = False
    for key in sorted(keys):
        labels = [f"{DETAILS}.{name}" for name in names if _has_received(subject_id, key, name)]
        if labels:
            is_new = True
            _note(subject_id, key, labels)
    if is_new:
        pass_on_corrections.enqueue()


def pass_on_due(limit: int = 200) -> int:
    """Pass on what waits and is due; return how many were answered."""
    due = RelayedCorrection.objects.filter(state=CorrectionState.WAITING, next_try_at__lte=clock.now())
    answered = 0
    for row in due.order_by("next_try_at")[:limit]:
        answered += _try(row)
    return answered


def list_corrections(subject_id: UUID, *, limit: int = 50) -> list[RelayedCorrection]:
    """Return what was passed on of a client's corrections, the newest first."""
    return list(RelayedCorrection.objects.filter(subject_id=subject_id).order_by("-corrected_at")[:limit])


def find_details(subject_id: UUID) -> SealedModel | None:
    """Return the row of a client's details, unopened."""
    details: Any = get_attribute(DETAILS, "name").model
    row: SealedModel | None = details.of(subject_id)
    return row


def keep_as_sent(_subject_id: UUID, _references: Sequence[Reference], _names: Sequence[str]) -> Corrected:
    """Say that a label which was printed stays as it is: no carrier alters one, and the next is made anew."""
    return Corrected(CorrectionState.STAYS)


def count_old() -> int:
    """Return how many answered corrections are past their time."""
    return RelayedCorrection.objects.filter(ended_at__lt=clock.now() - KEPT).count()


def thin_out() -> int:
    """Remove answered corrections that are past their time; return how many."""
    gone, _by_table = RelayedCorrection.objects.filter(ended_at__lt=clock.now() - KEPT).delete()
    return gone


def _has_received(subject_id: UUID, key: str, name: str) -> bool:
    """Return whether an organisation received a value of the same kind, such as the name on an order."""
    wanted = get_attribute(DETAILS, name).category
    return any(_category_of(label) == wanted for label in list_left_labels(subject_id, recipient=key))


def _category_of(label: str) -> str:
    model, _dot, name = label.partition("/")[0].rpartition(".")
    try:
        return get_attribute(model, name).category
    except (LookupError, ValueError):
        return ""


def _note(subject_id: UUID, key: str, labels: Sequence[str]) -> None:
    row, is_new = RelayedCorrection.objects.get_or_create(
        subject_id=subject_id,
        processor=key,
        state=CorrectionState.WAITING,
        defaults={"fields": ",".join(labels)},
    )
    if not is_new:
        row.fields = ",".join(dict.fromkeys([*row.labels, *labels]))
        row.next_try_at = clock.now()
        row.save(update_fields=["fields", "next_try_at"])


def _try(row: RelayedCorrection) -> bool:
    """Pass it on once; return whether it was answered. The text of an error stays unread."""
    try:
        with acting(actor=system(JOB), purpose=Purpose.RIGHTS):
            answer = _pass_on(row)
    except Exception as error:
        _log.warning("correction %s: no answer: %s", row.pk, type(error).__name__)
        answer = None
    row.tries += 1
    if answer is None and row.tries < MOST_TRIES:
        row.next_try_at = clock.now() + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**row.tries)
        row.save(update_fields=["tries", "next_try_at"])
        return False
    _end(row, answer or Corrected(CorrectionState.FAILED, _("did not answer")))
    return True


def _pass_on(row: RelayedCorrection) -> Corrected:
    processor = Processor.objects.filter(key=row.processor).first()
    if processor is None:
        return Corrected(CorrectionState.STAYS)
    correct = correctors.get(processor.adapter)
    if correct is None:
        return Corrected(CorrectionState.LETTER)
    held = HeldThere.objects.filter(subject_id=row.subject_id, processor=row.processor)
    references = [Reference(what=each.what, ref=each.ref) for each in held]
    return correct(row.subject_id, references, [label.rpartition(".")[2] for label in row.labels])


def _end(row: RelayedCorrection, answer: Corrected) -> None:
    with transaction.atomic(), acting(actor=system(JOB), purpose=Purpose.RIGHTS):
        row.state, row.words, row.ended_at = answer.state, answer.words[:300], clock.now()
        row.save()
        record(
            event=Event.CORRECTION_PASSED_ON,
            subject_id=row.subject_id,
            fields=[label.rpartition(".")[2] for label in row.labels],
            object_type=RelayedCorrection._meta.label,
            object_id=f"{row.processor}/{answer.state}",
        )
    if answer.state in {CorrectionState.LETTER, CorrectionState.FAILED}:
        from troth.processors.tasks import tell_of_correction

        tell_of_correction.enqueue(correction_id=str(row.pk))
