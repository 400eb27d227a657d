"""Sending a notice: windows of mails are claimed, journalled, handed over one by one, and their ends noted.

A row is ``inflight`` on the disk before its mail leaves. Killed at any moment, a run leaves rows that wait, rows whose
end is known, and at most a window of rows that were under way; those are looked up in the relay's own log by
Message-ID, and where there is none, the class says whether they are sent again with the same Message-ID or counted as
uncertain. No row is lost, and the states of all rows always add up to the number that was frozen.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from troth.accounts.api import Profile
from troth.announcements.audience import find_letter_wishes, still_wanted
from troth.announcements.jobs import SENDER
from troth.announcements.kinds import OPEN_STATES, ClassRules, DeliveryState, NoticeState, SkipCause, rules_of
from troth.announcements.models import Delivery, Notice
from troth.announcements.pace import count_allowed, is_behind, lock_pace, note_windows, slow_down
from troth.announcements.readers import choice_of
from troth.announcements.relay_log import find_accepted
from troth.announcements.running import close_notice, hold_all
from troth.announcements.texts import MailTemplate, make_templates
from troth.announcements.tokens import make_reference, make_return_path
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Closed, TrothError
from troth.kernel.operator import read_operator
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.processors.api import Fate, MailAnswer, ManyMail, Relay, send_together
from troth.vault.api import Opened

WINDOW = 50
"""Mails whose rows are journalled together: so many, at most, are in doubt after a kill."""
LEASE = timedelta(minutes=10)
MOST_TRIES = 20
_TAKEN = 250
_FIRST_PAUSE = timedelta(minutes=2)
_LONGEST_PAUSE = timedelta(hours=6)


class Sender:
    """Sends one notice over one connection; kept for as long as a run lasts.

    Arguments:
        notice: what to send; its state is looked at again before each window.
    """

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._rules = rules_of(notice.kind)
        self._templates = make_templates(notice)
        self._relay = Relay()

    def run(self, *, windows: int) -> int:
        """Send up to so many windows; return how many mails were handed over. Fewer where nothing is due or allowed."""
        sent = 0
        try:
            require_open(Feature.MAIL_TO_MANY)
        except Closed:
            # A check found that a promise about mail to many is not kept; what waits goes on once it is.
            return sent
        try:
            for _window in range(windows):
                claimed = self._claim()
                if not claimed:
                    break
                sent += self._send(claimed)
        finally:
            self._relay.close()
        finish_if_done(self._notice)
        return sent

    # -- Claiming ---------------------------------------------------------------------------------------------------

    def _claim(self) -> list[Delivery]:
        """Take a window of rows, look again at whom they are for, and journal them as under way; commit."""
        now = clock.now()
        with transaction.atomic():
            pace = lock_pace()
            if is_behind(pace):
                hold_all()
                return []
            if not Notice.objects.filter(pk=self._notice.pk, state=NoticeState.SENDING).exists():
                return []
            rows = list(
                Delivery.objects.filter(
                    notice=self._notice, state=DeliveryState.PENDING, next_try_at__lte=now
                ).order_by("next_try_at", "id")[:WINDOW]
            )
            rows = self._leave_out(rows)
            rows = rows[: count_allowed(pace, wanted=len(rows), now=now)]
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=DeliveryState.INFLIGHT, leased_until=now + LEASE
            )
            pace.windows += bool(rows)
            pace.save()
        if rows:
            note_windows(pace.windows)
        return rows

    def _leave_out(self, rows: Sequence[Delivery]) -> list[Delivery]:
        """Skip those whose account or wish has changed since they were listed, and all where its time is over."""
        ids = [row.subject_id for row in rows if row.subject_id]
        known, wanting = still_wanted(self._notice, ids)
        by_letter = find_letter_wishes(self._notice, ids) & known
        begun = self._notice.frozen_at
        late = self._rules.lasts is not None and begun is not None and clock.now() > begun + self._rules.lasts
        causes = {
            row.pk: SkipCause.LATE
            if late
            else SkipCause.ACCOUNT
            if row.subject_id not in known
            else SkipCause.LETTER
            if row.subject_id in by_letter
            else SkipCause.OPTED_OUT
            for row in rows
            if late or row.subject_id not in wanting or row.subject_id in by_letter
        }
        for cause in set(causes.values()):
            skip([pk for pk, why in causes.items() if why is cause], cause, forget=self._rules.forgets)
        return [row for row in rows if row.pk not in causes]

    # -- Handing over -----------------------------------------------------------------------------------------------

    def _send(self, rows: Sequence[Delivery]) -> int:
        profiles: dict[UUID | None, Profile] = {
            row.subject_id: row for row in Profile.objects.filter(subject_id__in=[r.subject_id for r in rows])
        }
        mails = [self._make_mail(row, profiles[row.subject_id]) for row in rows if row.subject_id in profiles]
        try:
            with acting(actor=system(SENDER), purpose=self._rules.purpose):
                answers = send_together(
                    mails,
                    attribute="email",
                    beside=("language",),
                    operation=f"announcements.{self._notice.kind}",
                    purpose=self._rules.purpose,
                    relay=self._relay,
                )
        except TrothError:
            # Our own door stayed shut for all of them, before anything left: they wait.
            give_back(rows)
            raise
        by_reference = {mail.reference: answer for mail, answer in zip(mails, answers, strict=True)}
        ends = {row.pk: by_reference.get(make_reference(row.pk), MailAnswer(Fate.REFUSED)) for row in rows}
        note_ends(rows, ends, rules=self._rules)
        if any(answer.fate is Fate.DEFERRED for answer in ends.values()):
            slow_down()
        return sum(answer.fate is Fate.ACCEPTED for answer in ends.values())

    def _make_mail(self, row: Delivery, profile: Profile) -> ManyMail:
        interest = choice_of(self._notice) if self._rules.one_click else ""
        return ManyMail(
            row=profile,
            reference=make_reference(row.pk),
            return_path=make_return_path(row.pk),
            make=lambda opened: self._choose(opened).fill(
                delivery_id=row.pk, subject_id=row.subject_id, interest=interest
            ),
        )

    def _choose(self, opened: Opened) -> MailTemplate:
        """Return the mail in the client's language, or in the operator's first one."""
        first = read_operator().languages[0]
        return (
            self._templates.get(opened.language or first)
            or self._templates.get(first)
            or next(iter(self._templates.values()))
        )


def note_ends(rows: Sequence[Delivery], ends: Mapping[int, MailAnswer], *, rules: ClassRules) -> None:
    """Note what became of a window's mails, in one transaction."""
    now = clock.now()
    taken = [row.pk for row in rows if ends[row.pk].fate is Fate.ACCEPTED]
    others = [row for row in rows if ends[row.pk].fate is not Fate.ACCEPTED]
    for row in others:
        answer = ends[row.pk]
        row.code, row.leased_until, row.tries = answer.code, None, row.tries + 1
        row.state = DeliveryState.PENDING
        if answer.fate is Fate.REJECTED:
            row.state = DeliveryState.REJECTED
        elif answer.fate is Fate.REFUSED:
            row.state, row.skipped_for = DeliveryState.SKIPPED, SkipCause.REFUSED
        elif answer.fate is Fate.UNCERTAIN:
            _settle_uncertain(row, rules)
        elif row.tries >= MOST_TRIES:
            row.state, row.skipped_for = DeliveryState.SKIPPED, SkipCause.TIRED
        if row.state == DeliveryState.PENDING:
            row.next_try_at = now + min(_FIRST_PAUSE * 2 ** min(row.tries, 10), _LONGEST_PAUSE)
        else:
            row.ended_at = now
    with transaction.atomic():
        Delivery.objects.filter(pk__in=taken).update(
            state=DeliveryState.ACCEPTED, code=_TAKEN, leased_until=None, tries=F("tries") + 1, ended_at=now
        )
        Delivery.objects.bulk_update(
            others, ["code", "leased_until", "tries", "state", "skipped_for", "next_try_at", "told_again", "ended_at"]
        )


def give_back(rows: Sequence[Delivery]) -> None:
    """Let rows wait again whose mails did not leave."""
    Delivery.objects.filter(pk__in=[row.pk for row in rows], state=DeliveryState.INFLIGHT).update(
        state=DeliveryState.PENDING, leased_until=None, next_try_at=clock.now() + _FIRST_PAUSE
    )


def _settle_uncertain(row: Delivery, rules: ClassRules) -> None:
    """Let the class say what is done with a mail of which nobody knows whether it arrived."""
    if rules.repeats:
        row.state, row.told_again = DeliveryState.PENDING, True
    else:
        row.state = DeliveryState.UNCERTAIN


def skip(ids: Sequence[int], cause: SkipCause, *, forget: bool = False) -> int:
    """Note of rows that wait that no mail goes, and why; return how many.

    Arguments:
        ids: the rows.
        cause: why not.
        forget: whether a row whose client does not wish the mail any more forgets whose it is.
    """
    waiting = Delivery.objects.filter(pk__in=ids, state__in=OPEN_STATES)
    whose = {"subject_id": None} if forget and cause is SkipCause.OPTED_OUT else {}
    return waiting.update(state=DeliveryState.SKIPPED, skipped_for=cause, ended_at=clock.now(), **whose)


def reconcile(notice: Notice) -> int:
    """Settle the rows of a run that ended without a word; return how many.

    What the relay's own log says it took was accepted, and what it does not know leaves again, as it never arrived;
    where it does not decide, or where there is no log, the class does.
    """
    now, rules = clock.now(), rules_of(notice.kind)
    rows = list(
        Delivery.objects.filter(notice=notice, state=DeliveryState.INFLIGHT, leased_until__lt=now).order_by("id")[:500]
    )
    if not rows:
        return 0
    found = find_accepted([row.pk for row in rows], since=notice.frozen_at or now)
    for row in rows:
        row.leased_until, row.tries = None, row.tries + 1
        if found is None or row.pk in found.undecided:
            _settle_uncertain(row, rules)
        elif row.pk in found.taken:
            row.state = DeliveryState.ACCEPTED
        else:
            row.state = DeliveryState.PENDING
        row.ended_at = None if row.state == DeliveryState.PENDING else now
    Delivery.objects.bulk_update(rows, ["state", "leased_until", "tries", "told_again", "ended_at"])
    return len(rows)


def finish_if_done(notice: Notice) -> bool:
    """Close a notice of which no row waits any more; return whether it is closed now."""
    with transaction.atomic():
        lock_pace()
        if Delivery.objects.filter(notice=notice, state__in=OPEN_STATES).exists():
            return False
        with acting(actor=system(SENDER), purpose=Purpose.UPKEEP):
            return close_notice(notice)
