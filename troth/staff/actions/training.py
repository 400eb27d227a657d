"""Taking the training: a sitting is drawn, handed in and marked; who passes gets a certificate with an end."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import ask_for_mail
from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.staff.actions.members import certify_member
from troth.staff.courses import Course
from troth.staff.events import Event
from troth.staff.job import JOB
from troth.staff.models import Certificate, Sitting, StaffMember

SITTING_LIFE = timedelta(hours=2)
"""How long a drawn test can be handed in."""
REMINDERS = (30, 7, 1)
"""How many days before the end a member is reminded by mail."""
REMIND = "staff.certificate_ends"


def begin_sitting(member: StaffMember, course: Course) -> Sitting:
    """Draw a test; one that is under way is given again, so that nobody draws until it suits.

    Raises Refused while the pause after the last try lasts.
    """
    require_acting()
    now = clock.now()
    under_way = Sitting.objects.filter(
        member_id=member.id,
        course=course.key,
        version=course.version,
        handed_in_at=None,
        begun_at__gt=now - SITTING_LIFE,
    ).first()
    if under_way is not None:
        return under_way
    if (opens_at := pause_ends_at(member, course)) is not None and opens_at > now:
        raise Refused(
            _("The tries are used up for now."),
            kept=_("Your certificate stays as it is."),
            next_step=_("Read the chapters again; the next try opens after %(hours)d hours.")
            % {"hours": course.pause_hours},
        )
    with transaction.atomic():
        sitting = Sitting.objects.create(
            member_id=member.id, course=course.key, version=course.version, questions=course.draw()
        )
        record(event=Event.TRAINING_BEGUN, subject_id=member.subject_id, object_type="staff.Sitting",
               object_id=str(sitting.id))  # fmt: skip
    return sitting


def hand_in(sitting: Sitting, course: Course, answers: Mapping[str, int]) -> Certificate | None:
    """Mark a sitting, once; return the certificate where it was passed, or None.

    Arguments:
        sitting: as it was drawn; handed in twice, the first time counts.
        course: in the version that was drawn.
        answers: name of the question → the number of the answer that was chosen.
    """
    require_acting()
    now = clock.now()
    if sitting.version != course.version or sitting.begun_at + SITTING_LIFE < now:
        raise Refused(_("This test is too old, or the course has changed."), next_step=_("Begin a new one."))
    questions = course.pick(sitting.questions)
    right = sum(answers.get(question.name) == question.right for question in questions)
    passed = right * 100 >= course.pass_mark * len(sitting.questions)
    with transaction.atomic():
        marked = Sitting.objects.filter(pk=sitting.pk, handed_in_at=None).update(
            handed_in_at=now, right=right, passed=passed
        )
        if not marked:
            raise Refused(_("This test was handed in already."), kept=_("The first time counts."))
        sitting.refresh_from_db()
        member = StaffMember.objects.get(id=sitting.member_id)
        event = Event.TRAINING_PASSED if passed else Event.TRAINING_FAILED
        record(event=event, subject_id=member.subject_id, object_type="staff.Sitting", object_id=str(sitting.id))
        if not passed:
            return None
        until = end_of_certificate(now)
        certify_member(member, until=until, course=course.key, version=course.version)
    return Certificate.objects.get(member_id=member.id, until=until)


def end_of_certificate(passed_at: datetime) -> datetime:
    """Return when a certificate that is passed at this moment ends: the operator's months later, to the second."""
    days = round(read_operator().numbers.certificate_months * 365.25 / 12)
    return (passed_at + timedelta(days=days)).replace(microsecond=0)


def pause_ends_at(member: StaffMember, course: Course) -> datetime | None:
    """Return when the next try opens, where the course's tries were used up since the last pause; else None."""
    since = clock.now() - timedelta(hours=course.pause_hours)
    failed = Sitting.objects.filter(
        member_id=member.id, course=course.key, handed_in_at__gt=since, passed=False
    ).order_by("handed_in_at")
    times = [at for at in failed.values_list("handed_in_at", flat=True) if at is not None]
    if len(times) < course.tries:
        return None
    return times[-course.tries] + timedelta(hours=course.pause_hours)


def remind_of_ends() -> int:
    """Remind each active member whose certificate ends in 30, 7 or 1 days, once for each; return how many were."""
    now, reminded = clock.now(), 0
    for member in StaffMember.objects.filter(active=True, subject_id__isnull=False, certificate_until__gt=now):
        if member.certificate_until is None or member.subject_id is None:
            continue
        left = (member.certificate_until - now) / timedelta(days=1)
        due = min((days for days in REMINDERS if left <= days), default=None)
        if due is None:
            continue
        with acting(actor=system(JOB), purpose=Purpose.SECURITY), transaction.atomic():
            rows = Certificate.objects.filter(
                member_id=member.id, until=member.certificate_until, reminded_days__gt=due
            )
            if rows.update(reminded_days=due):
                ask_for_mail(subject_id=member.subject_id, kind=REMIND, facts={"days": due})
                reminded += 1
    return reminded
