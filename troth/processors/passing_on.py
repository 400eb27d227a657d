"""Passing on deletion and the end of a purpose (E2): each organisation that received is asked, until it has answered.

An erasure asks at once, before the client's own numbers go, so that the answers stand in the receipt. Who does not
answer then is named in the receipt as not having answered, and is asked on with growing pauses.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.disclosures.api import list_recipients_of
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.processors.events import Event
from troth.processors.linking import Forgotten, Reference, forgetters
from troth.processors.models import Answer, DatedException, Deletes, DeletionRequest, HeldThere, Processor
from troth.processors.refusals import JOB
from troth.processors.standing import office_day
from troth.processors.words import describe_recipient
from troth.ui.api import format_date

MOST_TRIES = 12
"""After so many tries, some days in all, it counts as failed, and staff are told."""
_KEPT = timedelta(days=2)
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(days=1)
_log = logging.getLogger(__name__)


def pass_on_erasure(subject_id: UUID) -> Sequence[str]:
    """Ask each organisation that received something about the client; return its name with its answer, for the receipt.

    Supplied to ``kernel.ports.erasure_relays``. May run twice: who has answered is not asked again.
    """
    ask_deletion(subject_id)
    return [f"{row.processor_name}: {_say(row)}" for row in _of(subject_id)]


def ask_deletion(subject_id: UUID) -> list[DeletionRequest]:
    """Ask all organisations that hold something about the client to delete it: at an erasure, or where a purpose ended.

    Return the requests, each with its answer or waiting for one.
    """
    received = {*list_recipients_of(subject_id)}
    received |= set(HeldThere.objects.filter(subject_id=subject_id).values_list("processor", flat=True))
    for key in sorted(received):
        ask_one(subject_id, key)
    return _of(subject_id)


def ask_one(subject_id: UUID, key: str) -> DeletionRequest:
    """Ask one organisation, once for each time that something is held there; return the request."""
    refs = [[row.what, row.ref] for row in HeldThere.objects.filter(subject_id=subject_id, processor=key)]
    standing = DeletionRequest.objects.filter(subject_id=subject_id, processor=key).first()
    if standing is not None and standing.answer != Answer.WAITING and not refs:
        return standing
    with transaction.atomic():
        request, is_new = DeletionRequest.objects.get_or_create(
            subject_id=subject_id,
            processor=key,
            defaults={"processor_name": str(describe_recipient(key))[:200], "refs": refs},
        )
        if not is_new:
            request.refs = [*request.refs, *(ref for ref in refs if ref not in request.refs)]
            request.answer = Answer.WAITING
            request.save(update_fields=["refs", "answer"])
        HeldThere.objects.filter(subject_id=subject_id, processor=key).delete()
        with acting(actor=system(JOB), purpose=Purpose.RIGHTS):
            record(
                event=Event.DELETION_ASKED,
                subject_id=subject_id,
                object_type=DeletionRequest._meta.label,
                object_id=f"{key}/{request.pk}",
            )
    _try(request)
    return request


def ask_again() -> int:
    """Ask those that did not answer and whose next try is due; return how many have answered now."""
    due = DeletionRequest.objects.filter(answer=Answer.WAITING, next_try_at__lte=clock.now()).order_by("next_try_at")
    answered = 0
    for request in due[:200]:
        _try(request)
        answered += request.answer != Answer.WAITING
    return answered


def clear_answered() -> int:
    """Take the client's id out of requests that were answered two days ago and longer; return how many."""
    long_ago = clock.now() - _KEPT
    return DeletionRequest.objects.filter(subject_id__isnull=False, answered_at__lt=long_ago).update(subject_id=None)


def note_answer_by_letter(request: DeletionRequest, *, deleted: bool) -> None:
    """Note what an organisation answered to a request by letter; act as the member of staff who read it.

    Raises Refused for a request that is answered already.
    """
    if request.answer not in {Answer.WAITING, Answer.FAILED}:
        raise Refused(_("This request is answered already."), kept=_("Its answer stands."))
    answer = Answer.DELETED if deleted else Answer.FAILED
    words = _("deleted, as it wrote to us") if deleted else _("wrote that it does not delete")
    with transaction.atomic():
        DeletionRequest.objects.filter(pk=request.pk).update(
            answer=answer, words=words, answered_at=clock.now(), refs=[] if deleted else request.refs
        )
        record(
            event=Event.DELETION_ANSWERED,
            subject_id=request.subject_id,
            object_type=DeletionRequest._meta.label,
            object_id=f"{request.processor}/{answer}",
        )


def list_failed() -> list[DeletionRequest]:
    """Return the requests that came to nothing, newest first, for staff."""
    return list(DeletionRequest.objects.filter(answer=Answer.FAILED).order_by("-asked_at")[:50])


# -- Asking ------------------------------------------------------------------------------------------------------------


def _try(request: DeletionRequest) -> None:
    """Ask once. Whatever goes wrong leaves the request waiting for its next try; the text of an error stays unread."""
    try:
        with acting(actor=system(JOB), purpose=Purpose.RIGHTS):
            forgotten = _ask(request)
    except Exception as error:
        _log.warning("deletion request %s: no answer: %s", request.pk, type(error).__name__)
        forgotten = Forgotten(Answer.WAITING, "")
    _note(request, forgotten)


def _ask(request: DeletionRequest) -> Forgotten:
    processor = Processor.objects.filter(key=request.processor).first()
    if processor is None:
        # A court, or a site at which the client signed in: it received by the law or by the client's own word.
        return Forgotten(Answer.OWN, _("acts for itself and not for us; ask it yourself to delete"))
    if processor.deletes == Deletes.CANNOT:
        return _judge_exception(processor)
    forget = forgetters.get(processor.adapter)
    if forget is None and processor.deletes == Deletes.BY_CALL:
        return Forgotten(Answer.FAILED, _("cannot be asked by the program"))
    if forget is None or request.subject_id is None:
        if not request.tries:
            _tell_to_write(request)
        return Forgotten(Answer.WAITING, _("is asked by letter, and has not answered yet"))
    return forget(request.subject_id, [Reference(what=what, ref=ref) for what, ref in request.refs])


def _judge_exception(processor: Processor) -> Forgotten:
    """Return that it deletes by itself, where a dated exception says so and is in force; else it is a failure."""
    exception = DatedException.objects.filter(processor=processor, until__gte=office_day()).order_by("-until").first()
    if exception is None or processor.retention_days is None:
        return Forgotten(Answer.FAILED, _("cannot delete, and no exception is in force"))
    last = office_day() + timedelta(days=processor.retention_days)
    return Forgotten(Answer.BY_ITSELF, _("deletes by itself, by %(day)s") % {"day": format_date(last)})


def _note(request: DeletionRequest, forgotten: Forgotten) -> None:
    now = clock.now()
    request.tries += 1
    answer, words = forgotten.answer, forgotten.words
    if answer == Answer.WAITING and request.tries >= MOST_TRIES:
        answer, words = Answer.FAILED, _("did not answer")
    if answer == Answer.WAITING:
        request.next_try_at = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**request.tries)
        request.words = words[:300]
        request.save()
        return
    with transaction.atomic(), acting(actor=system(JOB), purpose=Purpose.RIGHTS):
        request.answer, request.words, request.answered_at = answer, words[:300], now
        if answer != Answer.FAILED:
            request.refs = []
        request.save()
        record(
            event=Event.DELETION_ANSWERED,
            subject_id=request.subject_id,
            object_type=DeletionRequest._meta.label,
            object_id=f"{request.processor}/{answer}",
        )
    if answer == Answer.FAILED:
        _tell(request)


def _tell_to_write(request: DeletionRequest) -> None:
    from troth.processors.tasks import tell_deletion_by_letter

    tell_deletion_by_letter.enqueue(request_id=str(request.pk))


def _tell(request: DeletionRequest) -> None:
    from troth.processors.tasks import tell_deletion_failed

    tell_deletion_failed.enqueue(request_id=str(request.pk))


def _of(subject_id: UUID) -> list[DeletionRequest]:
    return list(DeletionRequest.objects.filter(subject_id=subject_id).order_by("processor"))


def _say(row: DeletionRequest) -> str:
    return row.words or str(Answer(row.answer).label)
