"""What staff do with a case: take it, answer, note, close, join and part. Each is one transaction."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import Channel
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support import clocks
from troth.support.actions.opening import add_message
from troth.support.events import Event
from troth.support.gate import ANSWER, decide, put_out
from troth.support.models import Case, Decision, Message, Outbound
from troth.support.queries import find_newest
from troth.support.words import LIVE, TRANSITIONS, Direction, Going, Origin, Rule, State, Trust

_AS_ORIGIN = {Channel.EMAIL: Origin.MAIL, Channel.TELEPHONE: Origin.TELEPHONE, Channel.LETTER: Origin.LETTER}


def take_case(case: Case) -> None:
    """Make the member that acts the owner; a live case of a colleague can be taken over, and both see it."""
    staff_id = _require_staff()
    if not case.is_live:
        raise _stands_elsewhere(case)
    with transaction.atomic():
        _move(case, State.WAITING if case.state == State.WAITING else State.OPEN, taken_by=staff_id)
        _record(Event.CASE_TAKEN, case)


def release_case(case: Case) -> None:
    """Give a case back to the list of those that nobody has."""
    _require_owner(case)
    with transaction.atomic():
        _move(case, State.NEW, taken_by=None)
        _record(Event.CASE_MOVED, case)


def add_note(case: Case, *, text: str) -> Message:
    """Write a note for colleagues. The client can read it on the Admin page, and whoever writes it is told so."""
    staff_id = _require_owner(case)
    with transaction.atomic():
        note = add_message(
            case,
            body=text,
            direction=Direction.NOTE,
            origin=Origin.HOUSE,
            trust=Trust.CLIENT,
            author=staff_id,
        )
        _record(Event.NOTE_ADDED, case)
    return note


def answer_case(case: Case, *, text: str, seen: UUID | None, close: bool = False) -> tuple[Message, Decision]:
    """Answer the client. The gate decides by what way it goes; a denied contact leaves the case open, and says why.

    Arguments:
        case: the case, taken by the member that acts.
        text: the answer.
        seen: the id of the newest message that the writer had before it, or None for a case without any.
        close: whether nothing is left to do afterwards.

    Raises: Refused where somebody wrote meanwhile, or where the client cannot be reached by the way it wishes.
    """
    staff_id = _require_owner(case)
    newest = find_newest(case)
    if newest is not None and newest.id != seen:
        raise Refused(
            _("Somebody wrote in this case while you did."),
            kept=_("Your text is kept below; nothing was sent."),
            next_step=_("Read what is new, and send again."),
        )
    with transaction.atomic():
        decision, wish = decide(subject_id=case.subject_id, purpose=Purpose.SUPPORT, about=ANSWER, case=case)
        channel = Channel(decision.channel)
        message = add_message(
            case,
            body=text,
            direction=Direction.OUT,
            origin=_AS_ORIGIN[channel] if decision.allowed else Origin.HOUSE,
            trust=Trust.CLIENT,
            author=staff_id,
        )
        if decision.allowed:
            put_out(decision, wish=wish, case=case, message=message)
        _record(Event.MESSAGE_ADDED, case)
        # A call or a letter is an answer when it was made or posted, not when somebody means to.
        said = not decision.allowed or channel is Channel.EMAIL
        if said:
            finish_answer(case, close=close)
    return message, decision


def finish_answer(case: Case, *, close: bool) -> None:
    """Note that the client was answered: the clock stops."""
    now = clock.now()
    answered_at = case.answered_at or now
    if close:
        _move(case, State.CLOSED, answered_at=answered_at, closed_at=now)
        _record(Event.CASE_CLOSED, case)
    else:
        _move(case, State.WAITING, answered_at=answered_at)
        _record(Event.CASE_MOVED, case)


def close_case(case: Case) -> None:
    """Close a case; what still waits to go out of it is made no more."""
    _require_owner(case)
    with transaction.atomic():
        Outbound.objects.filter(case=case, state=Going.WAITING).exclude(channel=Channel.EMAIL).update(
            state=Going.DROPPED
        )
        _record(Event.CASE_CLOSED, case)
        _move(case, State.CLOSED, closed_at=clock.now())


def reopen_case(case: Case) -> None:
    """Open a closed case again, as its new owner."""
    staff_id = _require_staff()
    with transaction.atomic():
        due_at = clocks.answer_due(clock.now())
        _move(case, State.OPEN, taken_by=staff_id, closed_at=None, due_at=due_at)
        _record(Event.CASE_MOVED, case)


def record_identity(case: Case, *, how: str) -> None:
    """Record that it was made sure that the case is from the client, and how.

    Who entered a call or letter cannot vouch for it as well: one person alone could else speak in a client's name.
    """
    staff_id = _require_owner(case)
    if case.entered_by == staff_id:
        raise Refused(
            _("You entered this yourself, so somebody else makes sure who it is from."),
            kept=_("Nothing was recorded."),
            next_step=_("Ask a colleague to take the case, and to make sure."),
        )
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(trust=Trust.CLIENT)
        case.trust = Trust.CLIENT
        _record(Event.IDENTITY_RECORDED, case, fields=[how])


def merge_cases(case: Case, *, into: Case) -> None:
    """Join a case to another of the same person; its thread is read there, and it can be parted again.

    Raises Refused for cases of different people: what one said would be shown to the other.
    """
    _require_owner(case)
    if case.subject_id != into.subject_id:
        raise Refused(
            _("These are cases of different people, so they cannot be joined."), kept=_("Both are as they were.")
        )
    if case.pk == into.pk or not into.is_live or Case.objects.filter(merged_into=case.pk).exists():
        raise Refused(
            _("A case can be joined to another that is open, and that is not joined to it."),
            kept=_("Both are as they were."),
        )
    with transaction.atomic():
        _record(Event.CASE_MERGED, case)
        _move(case, State.MERGED, merged_into=into.pk, state_before=case.state)


def unmerge_case(case: Case) -> None:
    """Part a joined case again; it stands where it stood before."""
    staff_id = _require_staff()
    with transaction.atomic():
        back = State(case.state_before or State.NEW)
        owner = {"taken_by": staff_id} if back is State.OPEN and case.taken_by is None else {}
        _move(case, back, merged_into=None, state_before="", **owner)
        _record(Event.CASE_UNMERGED, case)


def note_opened(case: Case, *, by: UUID) -> tuple[UUID | None, bool]:
    """Note that a member has the case before it; return who had it last, and whether that was just now.

    For the notice that somebody else may be writing. It is no look: whoever looks is in the ledger.
    """
    before, at = case.opened_by, case.opened_at
    recent = before is not None and before != by and at is not None and (clock.now() - at).total_seconds() < _JUST_NOW
    if not recent or case.taken_by == by:
        Case.objects.filter(pk=case.pk).update(opened_by=by, opened_at=clock.now())
    return before, recent


_JUST_NOW = 300


def why_unreached(decision: Decision) -> str:
    """Return in words why a contact was not allowed, for whoever wrote."""
    return str(Rule(decision.rule).label)


def _require_staff() -> UUID:
    context = require_acting()
    if context.actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("Cases are handled by staff."))
    return UUID(context.actor.ref)


def _require_owner(case: Case) -> UUID:
    staff_id = _require_staff()
    if case.taken_by != staff_id or case.state not in LIVE:
        raise AccessDenied(_("The case is not yours."), next_step=_("Take the case first."))
    return staff_id


def _move(case: Case, state: State, **columns: object) -> None:
    """Change the state, if the machine allows it and nobody else did meanwhile."""
    if state not in TRANSITIONS[State(case.state)] and state != case.state:
        raise _stands_elsewhere(case)
    moved = Case.objects.filter(pk=case.pk, state=case.state, taken_by=case.taken_by).update(state=state, **columns)
    if not moved:
        raise Refused(_("A colleague changed this case meanwhile."), kept=_("Their change was kept."))
    case.state = state
    for name, value in columns.items():
        setattr(case, name, value)


def _stands_elsewhere(case: Case) -> Refused:
    return Refused(
        _("This case stands elsewhere by now: %(state)s.") % {"state": case.get_state_display()},
        kept=_("Nothing was changed."),
        next_step=_("Look at it again."),
    )


def _record(event: Event, case: Case, *, fields: list[str] | None = None) -> None:
    record(
        event=event,
        subject_id=case.subject_id,
        object_type="support.Case",
        object_id=str(case.id),
        fields=fields or (),
    )
