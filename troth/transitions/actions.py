"""The course of a transition: registered, reviewed by two, announced, carried out thirty full days later (N1, N2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction as database
from django.utils.translation import gettext as _

from troth.announcements.api import (
    MOVING,
    NoticeClass,
    NoticeState,
    Particulars,
    begin_notice,
    cancel_notice,
    discard_notice,
    edit_notice,
    review_notice,
    submit_notice,
    write_notice,
)
from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import Feature, require_open
from troth.ledger.api import record
from troth.processors.api import seal_to
from troth.staff.api import require_trained
from troth.transitions import queries, wording
from troth.transitions.banners import find_running
from troth.transitions.events import Event
from troth.transitions.kinds import RUNNING, TransitionKind, TransitionState
from troth.transitions.models import Objection, Transition
from troth.transitions.written import WrittenObjection


@dataclass(frozen=True, slots=True)
class Terms:
    """What is registered of a transition; see ``Transition``."""

    kind: TransitionKind
    other_party: str
    contact: str
    planned_on: date
    labels: Sequence[str]
    recipient_key: str


def register_transition(terms: Terms) -> Transition:
    """Register a transition as a draft, with the notice that would announce it."""
    _judge(terms)
    with database.atomic():
        found = Transition(written_by=require_acting().actor.ref)
        _fill(found, terms)
        found.notice = write_notice(
            NoticeClass.TRANSITION, Particulars(about=wording.name_of(found)), wording.write_texts(found)
        )
        found.save()
        _record(Event.WRITTEN, found)
    return found


def change_transition(transition: Transition, terms: Terms) -> Transition:
    """Change what is registered, before it is announced; every word of a reviewer is void then."""
    _judge(terms)
    with database.atomic():
        found = _lock(transition, TransitionState.DRAFT, TransitionState.IN_REVIEW)
        assert found.notice is not None  # noqa: S101  it was written with it
        _fill(found, terms)
        edit_notice(found.notice, Particulars(about=wording.name_of(found)), wording.write_texts(found))
        found.state, found.written_by = TransitionState.DRAFT, require_acting().actor.ref
        found.save()
        _record(Event.WRITTEN, found)
    return found


def submit_transition(transition: Transition) -> Transition:
    """Hand it to two others, as it stands."""
    with database.atomic():
        found = _lock(transition, TransitionState.DRAFT)
        assert found.notice is not None  # noqa: S101  it was written with it
        submit_notice(found.notice)
        found.state = TransitionState.IN_REVIEW
        found.save()
        _record(Event.SUBMITTED, found)
    return found


def discard_transition(transition: Transition) -> None:
    """Throw away what was never announced."""
    with database.atomic():
        found = _lock(transition, TransitionState.DRAFT)
        notice = found.notice
        found.delete()
        if notice is not None:
            discard_notice(notice)


def review_transition(transition: Transition, *, approve: bool, content_hash: str, remark: str = "") -> Transition:
    """Say of what is to be told to everybody that it is right, or not: the announcement, or that it was cancelled.

    Raises AccessDenied for whoever wrote it; Refused where it is not this text any more.
    """
    with database.atomic():
        found = _lock(transition, TransitionState.IN_REVIEW, TransitionState.CANCELLED)
        cancelled = found.state == TransitionState.CANCELLED
        notice = found.cancelling if cancelled else found.notice
        if require_acting().actor.ref == found.written_by:
            raise AccessDenied(_("You wrote this yourself; others review it."), kept=_("Nothing was changed."))
        if notice is None or (not cancelled and notice.about != wording.name_of(found)):
            raise _refused(_("What is registered is not what the text says."))
        review_notice(notice, approve=approve, content_hash=content_hash, remark=remark)
        if not approve and not cancelled:
            found.state = TransitionState.DRAFT
            found.save()
        _record(Event.REVIEWED, found)
    return found


def announce_transition(transition: Transition) -> Transition:
    """Tell everybody: the mails begin to go, and the notice stands on every page from now on.

    Raises Refused where two others have not approved just this.
    """
    with database.atomic():
        found = _lock(transition, TransitionState.IN_REVIEW)
        if found.notice is None or not queries.is_reviewed(found):
            raise _refused(_("Two others have not approved exactly this."))
        begin_notice(found.notice)
        found.state, found.announced_at = TransitionState.ANNOUNCED, clock.now()
        found.save()
        _record(Event.ANNOUNCED, found)
    return found


def cancel_transition(transition: Transition) -> Transition:
    """Cancel what was announced: nothing passes on from this moment, and a notice that says so is written."""
    with database.atomic():
        found = _lock(transition, TransitionState.ANNOUNCED)
        assert found.notice is not None  # noqa: S101  the database holds to it
        if found.notice.state in MOVING:
            cancel_notice(found.notice)
        found.state, found.ended_at = TransitionState.CANCELLED, clock.now()
        found.cancelling = submit_notice(
            write_notice(
                NoticeClass.TRANSITION, Particulars(about=wording.name_of(found)), wording.write_cancelling(found)
            )
        )
        found.save()
        _record(Event.CANCELLED, found)
    return found


def announce_cancelling(transition: Transition) -> Transition:
    """Tell everybody that it was cancelled, once two others approved the words."""
    with database.atomic():
        found = _lock(transition, TransitionState.CANCELLED)
        if found.cancelling is None or found.cancelling.state != NoticeState.APPROVED:
            raise _refused(_("Two others have not approved exactly this."))
        begin_notice(found.cancelling)
        _record(Event.CANCELLED, found)
    return found


def begin_transfer(transition: Transition) -> Transition:
    """Carry it out: from now on the package is made, and it is too late to object.

    Raises Refused before the thirty days are full, where somebody was not mailed, and where anything was changed.
    """
    with database.atomic():
        require_open(Feature.TRANSFERS)
        found = _lock(transition, TransitionState.ANNOUNCED)
        if reasons := list_hindrances(found):
            raise _refused(" ".join(reasons))
        found.state = TransitionState.PACKING
        found.save()
        _record(Event.PACKING, found)
    return found


def list_hindrances(transition: Transition) -> list[str]:
    """Return all that stands in the way of carrying it out now, in words; nothing where nothing does."""
    notice, opening, found = transition.notice, queries.find_opening(transition), []
    if not queries.is_reviewed(transition):
        found.append(_("Two others have not approved exactly this."))
    if opening is None:
        found.append(_("Not every mail that announces it has been handed over."))
    elif clock.now() < opening:
        found.append(_("The thirty full days are not over."))
    if queries.has_lapsed(transition):
        found.append(_("Everybody was told so long ago that they have to be told again."))
    if notice is not None and notice.frozen_at is not None and (missing := queries.count_unlisted(notice)):
        found.append(_("%(count)s clients should have had the mail and were not on its list.") % {"count": missing})
    return found


def object_to(transition: Transition, subject_id: UUID) -> bool:
    """Note that the client does not wish to be in it; return whether that is new. In time until packing begins."""
    _require_self(subject_id)
    with database.atomic():
        found = _lock(transition, TransitionState.ANNOUNCED)
        _row, is_new = Objection.objects.get_or_create(transition=found, subject_id=subject_id)
        if is_new:
            _record(Event.OBJECTED, found, subject_id=subject_id)
    return is_new


def enter_objection(transition: Transition, request: WrittenObjection) -> bool:
    """Enter the objection of a client who wrote or called; return whether that is new. Act as who took the request.

    Arguments:
        transition: what the client objects to; in time until packing begins.
        request: the request, whose sender was made sure of (L2, L3).

    Raises: AccessDenied for who is not trained or did not take the request; Refused where nobody made sure of the
    sender, or the request asks something else.
    """
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("An objection by letter is entered by a member of staff."))
    member = require_trained(actor.ref, at=clock.now())
    if request.taken_by != member.id:
        raise AccessDenied(_("The request is not yours; take it first."), kept=_("Nothing was changed."))
    request.require_sure()
    if not request.objects:
        raise _refused(_("This request asks something else."))
    with database.atomic():
        found = _lock(transition, TransitionState.ANNOUNCED)
        _row, is_new = Objection.objects.get_or_create(transition=found, subject_id=request.subject_id)
        if is_new:
            _record(Event.ENTERED, found, subject_id=request.subject_id)
    return is_new


def take_back(transition: Transition, subject_id: UUID) -> bool:
    """Take an objection back; return whether there was one."""
    _require_self(subject_id)
    with database.atomic():
        found = _lock(transition, TransitionState.ANNOUNCED)
        gone = Objection.objects.filter(transition=found, subject_id=subject_id).delete()[0]
        if gone:
            _record(Event.WITHDRAWN, found, subject_id=subject_id)
    return bool(gone)


def _require_self(subject_id: UUID) -> None:
    actor = require_acting().actor
    if actor.kind is not ActorKind.CLIENT or actor.ref != str(subject_id):
        raise AccessDenied(_("Only the client itself objects."))


def _fill(found: Transition, terms: Terms) -> None:
    found.kind, found.other_party = terms.kind, " ".join(terms.other_party.split())
    found.contact, found.planned_on = " ".join(terms.contact.split()), terms.planned_on
    found.labels, found.recipient_key = sorted(set(terms.labels)), terms.recipient_key.strip()


def _judge(terms: Terms) -> None:
    """Raise Refused for a value that cannot pass on, or a key to which nothing can be sealed."""
    offered = set(wording.list_offered_labels())
    if not terms.labels or not set(terms.labels) <= offered:
        raise _refused(_("Say what would pass on, of the list."))
    seal_to(b"", recipient_key=terms.recipient_key.strip())


def _lock(transition: Transition, *states: TransitionState) -> Transition:
    require_acting()
    found = Transition.objects.select_for_update().get(pk=transition.pk)
    if found.state not in states:
        raise Refused(
            _("This cannot be done while it stands at “%(state)s”.") % {"state": found.get_state_display()},
            kept=_("Nothing was changed."),
            next_step=_("Open the page again to see how it stands now."),
        )
    return found


def _refused(words: str) -> Refused:
    return Refused(words, kept=_("Nothing was changed, and nothing was handed over."))


def _record(event: Event, transition: Transition, *, subject_id: UUID | None = None) -> None:
    if transition.state in RUNNING or event is Event.CANCELLED:
        database.on_commit(find_running.forget)
    record(
        event=event,
        subject_id=subject_id,
        object_type="transitions.Transition",
        object_id=str(transition.pk),
        ground=transition.state,
    )
