"""Reading the help desk. Lists read no sealed column; each is one index."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from troth.kernel import clock
from troth.kernel.ports import Channel, contact_kinds
from troth.support.models import Case, ContactWish, InboundMail, Message, Outbound
from troth.support.words import LIVE, ON_US, Going, MailState, State

LONGEST_WAIT = timedelta(hours=4)
"""A mail server that is down for the night is nobody's fault; that nobody looks to it until noon is."""


def find_case(case_id: UUID) -> Case | None:
    """Return the case of this id, or None."""
    return Case.objects.filter(pk=case_id).first()


def find_wish(subject_id: UUID) -> ContactWish | None:
    """Return how this client wishes to be reached, or None where it never said."""
    return ContactWish.objects.filter(subject_id=subject_id).first()


def find_case_of(subject_id: UUID, case_id: UUID) -> Case | None:
    """Return this client's case of this id, or None; another's is not found."""
    return Case.objects.filter(subject_id=subject_id, pk=case_id).first()


def find_told_since(subject_id: UUID) -> date | None:
    """Return since when somebody without an account has known that we answer by mail: since it asked to be answered.

    The form stands on a page with the statement below it, and so does each address of ours to which one can write. It
    is what the ground "informed" of an answer rests on (A6); a client's is the day of its registration.
    """
    rows = Case.objects.filter(subject_id=subject_id, has_account=False).order_by("received_at")
    first = rows.values_list("received_at", flat=True).first()
    return first.date() if first else None


def find_by_number(number: str) -> Case | None:
    """Return the case of this number, however it is written, or None."""
    letters = "".join(sign for sign in number.upper() if sign.isalnum())
    return Case.objects.filter(number=f"{letters[:4]}-{letters[4:]}").first()


def cases_of(subject_id: UUID, *, limit: int = 20) -> list[Case]:
    """Return a client's cases, the newest first; nothing is opened."""
    return list(Case.objects.filter(subject_id=subject_id).defer("sealed").order_by("-received_at", "-pk")[:limit])


def my_cases(staff_id: UUID) -> QuerySet[Case]:
    """Return a member's live cases, the most urgent first."""
    return Case.objects.filter(taken_by=staff_id, state__in=LIVE).defer("sealed").order_by("due_at", "pk")


def unassigned_cases() -> QuerySet[Case]:
    """Return the cases that nobody has taken, the most urgent first."""
    return Case.objects.filter(state=State.NEW, taken_by=None).defer("sealed").order_by("due_at", "pk")


def late_cases() -> QuerySet[Case]:
    """Return the cases in which the next word is ours and its time has passed."""
    return Case.objects.filter(state__in=ON_US, due_at__lt=clock.now()).defer("sealed").order_by("due_at", "pk")


def closed_cases() -> QuerySet[Case]:
    """Return the closed cases, the last closed first."""
    return Case.objects.filter(state=State.CLOSED).defer("sealed").order_by("-closed_at", "-pk")


def find_thread(case: Case) -> list[Message]:
    """Return what was said in a case, and in those that are joined to it, in order; nothing is opened."""
    joined = Case.objects.filter(merged_into=case.pk).values("pk")
    of_thread = Message.objects.filter(Q(case=case) | Q(case__in=joined))
    return list(of_thread.prefetch_related("attachments", "outbound").order_by("at", "pk"))


def find_newest(case: Case) -> Message | None:
    """Return the newest message of a case, and of those that are joined to it, or None."""
    joined = Case.objects.filter(merged_into=case.pk).values("pk")
    return Message.objects.filter(Q(case=case) | Q(case__in=joined)).defer("sealed").order_by("-at", "-pk").first()


def merged_cases(case: Case) -> list[Case]:
    """Return the cases that are joined to this one."""
    return list(Case.objects.filter(merged_into=case.pk).defer("sealed").order_by("received_at"))


def calls_to_make(*, at: datetime | None = None) -> QuerySet[Outbound]:
    """Return the calls whose time has come, the oldest first."""
    return _waiting(Channel.TELEPHONE).filter(not_before__lte=at or clock.now(), hours_read=True)


def calls_later() -> QuerySet[Outbound]:
    """Return the calls that wait for the client's hours, or for the next try."""
    return _waiting(Channel.TELEPHONE).filter(Q(not_before__gt=clock.now()) | Q(hours_read=False))


def letters_to_print() -> QuerySet[Outbound]:
    """Return the letters that wait to be printed and posted, the oldest first."""
    return _waiting(Channel.LETTER)


def unsure_mails() -> QuerySet[Outbound]:
    """Return the mails that may have gone or not, the oldest first."""
    return Outbound.objects.filter(state=Going.UNSURE).select_related("case").defer("case__sealed").order_by("made_at")


def stuck_mails(*, clause: str = "") -> QuerySet[Outbound]:
    """Return the mails that were given up, and those that have waited longer than they may, the oldest first.

    Arguments:
        clause: only those of kinds that keep this promise; all where it is empty.
    """
    given_up = Q(state=Going.FAILED)
    waits = Q(state=Going.WAITING, made_at__lt=clock.now() - LONGEST_WAIT)
    rows = Outbound.objects.filter(given_up | waits, channel=Channel.EMAIL)
    if clause:
        rows = rows.filter(about__in=[kind.key for kind in contact_kinds if kind.clause == clause])
    return rows.select_related("case").defer("case__sealed").order_by("made_at")


def _waiting(channel: Channel) -> QuerySet[Outbound]:
    rows = Outbound.objects.filter(channel=channel, state=Going.WAITING)
    return rows.select_related("case").defer("case__sealed").order_by("not_before", "pk")


def quarantined_mails() -> QuerySet[InboundMail]:
    """Return the mails that were set apart, the oldest first, unread."""
    return InboundMail.objects.filter(state=MailState.QUARANTINED).defer("sealed").order_by("came_at", "pk")


def count_causes() -> Sequence[tuple[str, int]]:
    """Return how many mails stand apart for each cause."""
    from django.db.models import Count

    rows = InboundMail.objects.filter(state=MailState.QUARANTINED).values_list("cause").annotate(n=Count("pk"))
    return list(rows.order_by("cause"))
