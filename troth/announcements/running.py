"""The course of a notice after its approval: listed, sent, paused, held, cancelled, closed; a transaction each."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.announcements.audience import list_more
from troth.announcements.banners import find_under_way
from troth.announcements.budget import require_budget
from troth.announcements.events import Event
from troth.announcements.jobs import SENDER
from troth.announcements.kinds import OPEN_STATES, DeliveryState, NoticeState, SkipCause
from troth.announcements.models import Delivery, Notice
from troth.announcements.pace import lock_pace, note_windows, read_windows
from troth.announcements.readers import judge_chosen
from troth.announcements.reviewing import require_reviewed
from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.ledger.api import record


def begin_notice(notice: Notice) -> Notice:
    """Begin to send an approved notice: its text and budget are judged again, and its recipients begin to be listed.

    Raises Refused where nobody else approved just this text, or a client would get too many (F1).
    """
    with transaction.atomic():
        require_open(Feature.MAIL_TO_MANY)
        lock_pace()
        notice = _lock(notice)
        _require_state(notice, NoticeState.APPROVED)
        require_reviewed(notice)
        if notice.kind == "service":
            require_budget(notice)
        judge_chosen(notice)
        notice.state, notice.frozen_at = NoticeState.FREEZING, clock.now()
        notice.save()
        _record(Event.NOTICE_FROZEN, notice)
    return notice


def list_recipients(notice: Notice) -> Notice:
    """List all recipients, chunk by chunk; a listing that was broken off goes on. Then the mails may go."""
    while notice.state == NoticeState.FREEZING:
        with transaction.atomic():
            lock_pace()
            notice = _lock(notice)
            if notice.state != NoticeState.FREEZING:
                break
            notice.frozen_up_to = list_more(notice, after=notice.frozen_up_to)
            if notice.frozen_up_to is None:
                notice.frozen_count = Delivery.objects.filter(notice=notice).count()
                notice.state = NoticeState.SENDING
            notice.save()
    return notice


def pause_notice(notice: Notice) -> Notice:
    """Send no more for now."""
    return _move(notice, (NoticeState.SENDING,), NoticeState.PAUSED, Event.NOTICE_PAUSED)


def resume_notice(notice: Notice) -> Notice:
    """Go on with a paused notice, or with one that was held after a restore: a person has looked.

    From then on the database counts as the one that knows what went.
    """
    with transaction.atomic():
        pace = lock_pace()
        if pace.windows < read_windows():
            pace.windows = read_windows()
            pace.save()
            note_windows(pace.windows)
        # One that was held while its recipients were being listed is listed to its end first.
        listed = Notice.objects.filter(pk=notice.pk, frozen_count__isnull=False).exists()
        after = NoticeState.SENDING if listed else NoticeState.FREEZING
        return _move(notice, (NoticeState.PAUSED, NoticeState.HELD), after, Event.NOTICE_RESUMED)


def cancel_notice(notice: Notice) -> Notice:
    """Send no more of it, ever; what was handed over cannot be called back."""
    with transaction.atomic():
        notice = _move(
            notice,
            (NoticeState.FREEZING, NoticeState.SENDING, NoticeState.PAUSED, NoticeState.HELD),
            NoticeState.CANCELLED,
            Event.NOTICE_CANCELLED,
        )
        Delivery.objects.filter(notice=notice, state=DeliveryState.PENDING).update(
            state=DeliveryState.SKIPPED, skipped_for=SkipCause.CANCELLED, ended_at=clock.now()
        )
        if notice.frozen_count is None:
            notice.frozen_count = Delivery.objects.filter(notice=notice).count()
        notice.ended_at = clock.now()
        notice.save()
    return notice


def hold_all() -> int:
    """Hold every notice that is being sent: the database is older than what went. In the caller's transaction."""
    held = Notice.objects.filter(state__in=(NoticeState.SENDING, NoticeState.FREEZING))
    with acting(actor=system(SENDER), purpose=Purpose.UPKEEP):
        for notice in held:
            _record(Event.NOTICE_HELD, notice)
    return held.update(state=NoticeState.HELD)


def hold_notices() -> int:
    """Hold whatever is being sent, as what went since the backup is not known; a person lets each go on (A13)."""
    with transaction.atomic():
        lock_pace()
        return hold_all()


def close_notice(notice: Notice) -> bool:
    """Close a notice whose rows have all ended, in the caller's transaction; return whether it was open."""
    found = Notice.objects.select_for_update().filter(pk=notice.pk, state=NoticeState.SENDING).first()
    if found is None or Delivery.objects.filter(notice=notice, state__in=OPEN_STATES).exists():
        return False
    found.state, found.ended_at = NoticeState.CLOSED, clock.now()
    found.save()
    _record(Event.NOTICE_CLOSED, found)
    return True


def mail_after_all(notice: Notice, subject_id: UUID) -> bool:
    """Send the mail to somebody who was to get a letter and whom none can reach; return whether there was one to send.

    A notice that was closed is sent again for this one row.
    """
    with transaction.atomic():
        lock_pace()
        rows = Delivery.objects.filter(notice=notice, subject_id=subject_id, skipped_for=SkipCause.LETTER)
        if not rows.update(
            state=DeliveryState.PENDING, skipped_for=SkipCause.NONE, ended_at=None, next_try_at=clock.now()
        ):
            return False
        found = _lock(notice)
        if found.state == NoticeState.CLOSED:
            found.state, found.ended_at = NoticeState.SENDING, None
            found.save()
            _record(Event.NOTICE_RESUMED, found)
    return True


def _move(notice: Notice, before: tuple[NoticeState, ...], after: NoticeState, event: Event) -> Notice:
    require_acting()
    with transaction.atomic():
        notice = _lock(notice)
        _require_state(notice, *before)
        notice.state = after
        notice.save()
        _record(event, notice)
    return notice


def _lock(notice: Notice) -> Notice:
    return Notice.objects.select_for_update().get(pk=notice.pk)


def _require_state(notice: Notice, *states: NoticeState) -> None:
    if notice.state not in states:
        raise Refused(
            _("This cannot be done while the notice stands at “%(state)s”.") % {"state": notice.get_state_display()},
            kept=_("Nothing was changed."),
            next_step=_("Open the page again to see how it stands now."),
        )


def _record(event: Event, notice: Notice) -> None:
    transaction.on_commit(find_under_way.forget)
    record(event=event, object_type="announcements.Notice", object_id=str(notice.pk), ground=notice.kind)
