"""The verbs: give, take back, read, answer, publish. Each is one transaction with its row in the ledger."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from troth.feedback import jobs
from troth.feedback.events import Event
from troth.feedback.judging import Mark, judge_form
from troth.feedback.models import Feedback, PublicAnswer, Tally
from troth.feedback.pages import know_page
from troth.feedback.words import NO_RATING, SET_APART, Apart, State
from troth.kernel import clock
from troth.kernel.acting import VISITOR, Acting, ActorKind, acting, client, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id, new_token
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support.api import Inquiry, open_from_feedback

APART_KEPT = timedelta(days=30)
"""After this, what was set apart goes unread."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a form brought.

    Arguments:
        page: the name of the page that it is about, or empty.
        values: ``rating``, ``words`` and ``contact``, as far as they were given.
        wants_answer: whether an answer is wished.
        mark: what the form carried of itself.
        trap: what stood in the field that people do not see.
    """

    page: str
    values: Mapping[str, Any]
    wants_answer: bool = False
    mark: Mark | None = None
    trap: str = ""


def give_feedback(said: Said) -> Feedback | None:
    """Keep what was said, for the client that acts or for a visitor, who then has a subject id of its own.

    What looks made by a program is set apart and counted nowhere; a client's word never is. Returns None for a form
    that had been sent before: it is kept already.
    """
    actor = require_acting().actor
    is_client = actor.kind is ActorKind.CLIENT
    words = said.values.get("words") or ""
    if said.mark is not None and Feedback.objects.filter(sent_as=said.mark.id).exists():
        return None
    row = Feedback(
        subject_id=UUID(actor.ref) if is_client else new_id(),
        has_account=is_client,
        wants_answer=bool(said.wants_answer if is_client else said.values.get("contact")),
        apart=Apart.NO if is_client else judge_form(mark=said.mark, trap=said.trap, words=words),
        sent_as=said.mark.id if said.mark is not None else new_token()[:40],
    )
    row.page = know_page(said.page) or None
    for name in ("rating", "words", *(() if is_client else ("contact",))):
        if said.values.get(name):
            setattr(row, name, said.values[name])
    try:
        with transaction.atomic():
            with acting(actor=actor if is_client else system(jobs.INTAKE), purpose=Purpose.SUPPORT, case=row.as_case):
                row.save()
            if row.apart == Apart.NO:
                _count(clock.today(), said.page, said.values.get("rating"), 1)
            _record(Event.GIVEN, row)
    except IntegrityError:
        if Feedback.objects.filter(sent_as=row.sent_as).exists():
            return None
        raise
    return row


def withdraw_feedback(row: Feedback) -> None:
    """Take back what the acting client said: it goes at once, and out of the counts."""
    if require_acting().actor != client(row.subject_id) or not row.has_account:
        raise AccessDenied("A client takes back its own feedback only.")
    opened = row.open("page", "rating")
    with transaction.atomic():
        _count(row.received_at.date(), opened.page or "", opened.rating, -1)
        _record(Event.WITHDRAWN, row)
        row.delete()


def take_feedback(row: Feedback) -> None:
    """Make the member that acts the one who reads it; from then on it counts as read."""
    staff_id = _require_staff()
    with transaction.atomic():
        fresh = _lock(row)
        if fresh.state == State.DONE:
            raise _done()
        state = State.READ if fresh.state == State.NEW else fresh.state
        _move(row, state=state, taken_by=staff_id)
        _record(Event.TAKEN, row)


def finish_feedback(row: Feedback) -> None:
    """Close it: nothing is left to do, and the door to it is shut again."""
    _require_owner(row)
    with transaction.atomic():
        _move(row, state=State.DONE)
        _record(Event.MOVED, row)


def reopen_feedback(row: Feedback) -> None:
    """Open it again; whoever wants to read it takes it."""
    _require_staff()
    with transaction.atomic():
        answered = row.inquiry or row.public_answer_id
        _move(row, state=State.ANSWERED if answered else State.NEW, taken_by=None)
        _record(Event.MOVED, row)


def release_feedback(row: Feedback) -> None:
    """Take what was set apart for a person's word: it joins the others, and is counted."""
    _require_owner(row)
    if row.apart not in SET_APART:
        return
    opened = row.open("page", "rating")
    with transaction.atomic():
        if Feedback.objects.filter(pk=row.pk, apart__in=SET_APART).update(apart=Apart.RELEASED):
            _count(row.received_at.date(), opened.page or "", opened.rating, 1)
            _record(Event.MOVED, row)
    row.apart = Apart.RELEASED


def answer_in_person(row: Feedback) -> UUID:
    """Open an inquiry of it, in which the help desk answers by the way that its writer wishes; return the case's id.

    Raises Refused where no answer was asked for, or one was begun already.
    """
    _require_owner(row)
    if not row.wants_answer or row.inquiry:
        raise Refused(_("No answer is wished, or one was begun already."), kept=_("Nothing was changed."))
    opened = row.open("words", "contact")
    title = _("Your feedback {number}").format(number=row.number)
    sender = {} if row.has_account else {"sender_email": opened.contact}
    inquiry = Inquiry(title=title, body=opened.words or _("A number alone, without words."), sender=sender)
    with transaction.atomic():
        if _lock(row).inquiry:
            raise Refused(_("A colleague began an answer meanwhile."), kept=_("Nothing was changed."))
        case = open_from_feedback(subject_id=row.subject_id if row.has_account else None, inquiry=inquiry)
        _move(row, state=State.ANSWERED, inquiry=case.number)
        _record(Event.MOVED, row)
    return case.id


def publish_answer(*, heard: Mapping[str, str], did: Mapping[str, str], to: Feedback | None = None) -> PublicAnswer:
    """Say to everybody what we heard and what we did.

    Arguments:
        heard: what people said, in our words, language to text.
        did: what we did, or why not, language to text.
        to: the feedback that it answers, which the member took; None where it answers many.
    """
    staff_id = _require_staff()
    if to is not None:
        _require_owner(to)
    with transaction.atomic():
        answer = PublicAnswer.objects.create(heard=dict(heard), did=dict(did), written_by=str(staff_id))
        if to is not None:
            _move(to, state=State.ANSWERED, public_answer=answer)
        record(event=Event.PUBLISHED, object_type="feedback.PublicAnswer", object_id=str(answer.pk))
    return answer


def retract_answer(answer: PublicAnswer) -> None:
    """Take a public answer back; what it answered stays marked as answered."""
    _require_staff()
    with transaction.atomic():
        record(event=Event.RETRACTED, object_type="feedback.PublicAnswer", object_id=str(answer.pk))
        answer.delete()


def count_apart_due() -> int:
    """Return how much that was set apart is past its time."""
    return _apart_due().count()


def purge_apart() -> int:
    """Remove what was set apart and is past its time; return how much went."""
    return _apart_due().delete()[0]


def _apart_due() -> QuerySet[Feedback]:
    return Feedback.objects.filter(apart__in=SET_APART, received_at__lte=clock.now() - APART_KEPT)


def _count(day: date, page: str, rating: str | None, by: int) -> None:
    key = {"month": day.replace(day=1), "page": know_page(page), "rating": int(rating or NO_RATING)}
    if by > 0:
        Tally.objects.bulk_create([Tally(**key)], ignore_conflicts=True)
    Tally.objects.filter(**key, count__gte=-by).update(count=F("count") + by)


def _lock(row: Feedback) -> Feedback:
    found = Feedback.objects.select_for_update().defer("sealed").filter(pk=row.pk).first()
    if found is None:
        raise Refused(_("It was taken back meanwhile."), kept=_("Nothing was changed."))
    return found


def _move(row: Feedback, **changes: Any) -> None:
    """Change plain columns alone, so that what somebody else seals meanwhile is not written over."""
    if not Feedback.objects.filter(pk=row.pk).update(**changes):
        raise Refused(_("It was taken back meanwhile."), kept=_("Nothing was changed."))
    for name, value in changes.items():
        setattr(row, name, value)


def _require_staff() -> UUID:
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Feedback is handled by staff.")
    return UUID(actor.ref)


def _require_owner(row: Feedback) -> None:
    if row.taken_by != _require_staff():
        raise AccessDenied(_("Take it first."), next_step=_("It opens for whoever took it."))
    if row.state == State.DONE:
        raise _done()


def _done() -> Refused:
    return Refused(_("It is done already."), kept=_("Nothing was changed."), next_step=_("Open it again first."))


def _record(event: Event, row: Feedback) -> None:
    context = require_acting()
    with acting(actor=context.actor, purpose=context.purpose, case=row.as_case):
        record(event=event, subject_id=row.subject_id, object_type="feedback.Feedback", object_id=str(row.id))


def as_visitor() -> AbstractContextManager[Acting]:
    """Act as somebody who is nobody yet, to give feedback that is kept with no account."""
    return acting(actor=VISITOR, purpose=Purpose.SUPPORT)
