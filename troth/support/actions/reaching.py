"""What a person does of what goes out: a call with its outcome, a letter printed and posted. And the client's wish."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import ActorKind, client, require_acting
from troth.kernel.acting import Case as ActingCase
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import Channel, ContactGone
from troth.ledger.api import record
from troth.support.actions.handling import finish_answer
from troth.support.events import Event
from troth.support.models import CallTry, ContactWish, Outbound
from troth.support.queries import find_wish, stuck_mails
from troth.support.reach import open_reach
from troth.support.sending import Written, write
from troth.support.words import AGAIN, CallOutcome, Going, State

MOST_CALLS = 5
_NEXT_CALL = timedelta(hours=3)
_LACKS = {Channel.TELEPHONE: "telephone", Channel.LETTER: "address"}


def show_number(outbound: Outbound) -> str:
    """Return the number to call now, as the owner of its case; the look stands in the client's timeline.

    Raises Refused before the client's hours have begun, or where the call was made already.
    """
    _require_waiting(outbound, Channel.TELEPHONE)
    if outbound.not_before > clock.now() or not outbound.hours_read:
        raise Refused(
            _("The client does not wish to be called yet."),
            kept=_("The number was not shown."),
            next_step=_("Call when its hours begin; the list says when."),
        )
    reach = open_reach(outbound.subject_id, Channel.TELEPHONE, case=outbound.case)
    _record(Event.NUMBER_SHOWN, outbound)
    return str(reach["shown"])


def record_call(outbound: Outbound, *, outcome: CallOutcome) -> None:
    """Record how a call went. Who was not reached is called again later, five times in all."""
    from troth.support.tasks import fit_call_hours

    context = require_acting()
    _require_waiting(outbound, Channel.TELEPHONE)
    with transaction.atomic():
        CallTry.objects.create(outbound=outbound, outcome=outcome, by=UUID(context.actor.ref))
        tries = outbound.tries + 1
        again = outcome in AGAIN and tries < MOST_CALLS
        if again:
            _change(outbound, tries=tries, outcome=outcome, not_before=clock.now() + _NEXT_CALL, hours_read=False)
            fit_call_hours.enqueue(outbound_id=str(outbound.id))
        else:
            state = Going.DONE if outcome is CallOutcome.REACHED else Going.FAILED
            _change(outbound, tries=tries, outcome=outcome, state=state, done_at=clock.now())
        _record(Event.CALL_MADE, outbound)
        if outcome is CallOutcome.REACHED:
            _finish(outbound)


def write_by_hand(outbound: Outbound) -> Written | None:
    """Return what a person says on the telephone or prints; None where what it was about is no more.

    Then it waits no longer, as a mail that has become needless is not sent either. Act as the owner, on its case.
    """
    _require_waiting(outbound, Channel(outbound.channel))
    try:
        return write(outbound, context=require_acting())
    except ContactGone:
        with transaction.atomic():
            _change(outbound, state=Going.DROPPED, done_at=clock.now())
            _finish(outbound)
        return None


def note_printed(outbound: Outbound) -> None:
    """Note that a letter was printed; it waits until it was posted."""
    _require_waiting(outbound, Channel.LETTER)
    with transaction.atomic():
        _change(outbound, printed_at=clock.now())
        _record(Event.LETTER_PRINTED, outbound)


def note_posted(outbound: Outbound, *, on: date) -> None:
    """Note on which day a letter was posted; that is when the client was answered."""
    _require_waiting(outbound, Channel.LETTER)
    if outbound.printed_at is None or on > clock.today() + timedelta(days=1):
        raise Refused(_("A letter is printed before it is posted, and not in the future."), kept=_("It still waits."))
    with transaction.atomic():
        _change(outbound, state=Going.DONE, done_at=clock.now(), posted_on=on)
        _record(Event.LETTER_POSTED, outbound)
        _finish(outbound)


def settle_unsure(outbound: Outbound, *, arrived: bool) -> None:
    """Say of a mail that may have gone that it did, or have it sent again under the same Message-ID."""
    from troth.support.tasks import deliver_outbound

    if require_acting().actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("What goes out is handled by staff."))
    state = Going.DONE if arrived else Going.WAITING
    times = {"done_at": clock.now()} if arrived else {"begun_at": None, "tries": 0, "not_before": clock.now()}
    with transaction.atomic():
        if not Outbound.objects.filter(pk=outbound.pk, state=Going.UNSURE).update(state=state, **times):
            raise Refused(_("A colleague did this meanwhile."), kept=_("Their change was kept."))
        _record(Event.MAIL_SETTLED, outbound)
        if not arrived:
            deliver_outbound.enqueue(outbound_id=str(outbound.id))


def settle_stuck(outbound: Outbound, *, again: bool) -> None:
    """Have a mail that could not leave tried anew, or leave it: what it said is past, or was said otherwise."""
    from troth.support.tasks import deliver_outbound

    if require_acting().actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("What goes out is handled by staff."))
    now = clock.now()
    values: dict[str, Any] = (
        {"state": Going.WAITING, "done_at": None, "tries": 0, "not_before": now}
        if again
        else {"state": Going.DROPPED, "done_at": now}
    )
    with transaction.atomic():
        # The order of a list is nothing that one row can be changed by.
        if not stuck_mails().order_by().filter(pk=outbound.pk, begun_at=None).update(**values):
            raise Refused(_("It left meanwhile, or a colleague saw to it."), kept=_("Nothing was changed."))
        _record(Event.MAIL_SETTLED, outbound)
        if again:
            deliver_outbound.enqueue(outbound_id=str(outbound.id))


def change_wish(*, subject_id: UUID, values: dict[str, Any]) -> ContactWish:
    """Store how a client wishes to be reached.

    Raises Refused for telephone without a number, or letters without an address: a wish that could not be kept would
    mean that nobody reaches the client at all.
    """
    if require_acting().actor != client(subject_id):
        raise AccessDenied(_("A client wishes for itself."))
    profile = Profile.of(subject_id)
    given = profile.dates_of_values() if profile is not None else {}
    for channel, name in _LACKS.items():
        if channel in {values.get("answers"), values.get("orders")} and name not in given:
            raise Refused(
                _("We have no telephone number of yours yet.")
                if channel is Channel.TELEPHONE
                else _("We have no postal address of yours yet."),
                kept=_("Your wish was not changed."),
                next_step=_("Give it among your details, and choose again."),
            )
    wish = find_wish(subject_id) or ContactWish(subject_id=subject_id)
    with transaction.atomic():
        for name, value in values.items():
            setattr(wish, name, value or "")
        wish.changed_at = clock.now()
        wish.save()
        record(
            event=Event.WISH_CHANGED,
            subject_id=subject_id,
            fields=sorted(values),
            object_type="support.ContactWish",
            object_id=str(wish.id),
        )
    return wish


def _finish(outbound: Outbound) -> None:
    case = outbound.case
    if case is not None and case.state in {State.OPEN, State.NEW, State.WAITING}:
        finish_answer(case, close=outbound.message_id is None)


def _require_waiting(outbound: Outbound, channel: Channel) -> None:
    if outbound.channel != channel or outbound.state != Going.WAITING:
        raise Refused(_("This was done already."), kept=_("Nothing was changed."))
    if outbound.case is None or outbound.case.taken_by is None:
        raise Refused(_("Nobody has taken the case of this yet."), next_step=_("Take the case first."))
    context = require_acting()
    if context.case != ActingCase("ticket", str(outbound.case.pk)) or context.actor.ref != str(outbound.case.taken_by):
        raise AccessDenied(_("The case is not yours."), next_step=_("Take the case first."))


def _change(outbound: Outbound, **columns: object) -> None:
    """Change a row that still waits, if nobody else did meanwhile."""
    waiting = Outbound.objects.filter(pk=outbound.pk, state=Going.WAITING, tries=outbound.tries)
    if not waiting.update(**columns):
        raise Refused(_("A colleague did this meanwhile."), kept=_("Their change was kept."))
    for name, value in columns.items():
        setattr(outbound, name, value)


def _record(event: Event, outbound: Outbound) -> None:
    record(
        event=event,
        subject_id=outbound.subject_id,
        object_type="support.Outbound",
        object_id=str(outbound.id),
    )
