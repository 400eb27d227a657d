"""Who was told of a version, and how: noted of the delivery ledger, of letters, and of what clients say (O3).

The delivery ledger forgets its rows after a year; what is noted here stays with the account, so that a client can see
which version applied when. Whom neither mail nor letter reaches holds nobody else up: towards that person the version
before governs on, at both doors, until it reads the change on the site.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from troth.amendments.events import Event
from troth.amendments.kinds import LetterCause, LetterState, Way
from troth.amendments.models import Amendment, NoticeLetter, Told
from troth.announcements.api import Delivery, DeliveryState, Notice, NoticeState, SkipCause
from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.ledger.api import record
from troth.statement.api import StatementVersion
from troth.support.api import ContactWish

CHUNK = 2000
_CAME_BACK = Q(bounced="hard")


def note_mailed(amendment: Amendment) -> int:
    """Note everybody whose mail was handed over and did not come back; return how many were noted."""
    if amendment.version is None or amendment.notice is None:
        return 0
    number, noted = amendment.version.number, 0
    known = Told.objects.filter(number=number, subject_id=OuterRef("subject_id"))
    reached = _rows(amendment).filter(state=DeliveryState.ACCEPTED).exclude(_CAME_BACK).exclude(Exists(known))
    last = 0
    while chunk := list(reached.filter(id__gt=last).order_by("id").values_list("id", "subject_id", "ended_at")[:CHUNK]):
        Told.objects.bulk_create(
            (
                Told(subject_id=subject, number=number, way=Way.MAIL, at=at or clock.now())
                for _row, subject, at in chunk
                if subject
            ),
            ignore_conflicts=True,
        )
        noted, last = noted + len(chunk), chunk[-1][0]
    return noted


def plan_letters(amendment: Amendment) -> int:
    """List the letters to those who wish letters and to those whom no mail reached; return how many were added."""
    if amendment.version is None or amendment.notice is None:
        return 0
    number, rows = amendment.version.number, _rows(amendment)
    back = [each for each in rows.filter(_CAME_BACK).values_list("subject_id", flat=True) if each]
    Told.objects.filter(number=number, way=Way.MAIL, subject_id__in=back).delete()
    wishing = rows.filter(skipped_for=SkipCause.LETTER)
    lost = rows.filter(state__in=(DeliveryState.REJECTED, DeliveryState.UNCERTAIN, DeliveryState.SKIPPED)).exclude(
        skipped_for__in=(SkipCause.ACCOUNT, SkipCause.CANCELLED, SkipCause.LETTER)
    )
    return (
        _add_letters(number, back, LetterCause.BOUNCED)
        + _add_letters(number, lost.values_list("subject_id", flat=True), LetterCause.REFUSED)
        + _add_letters(number, wishing.values_list("subject_id", flat=True), LetterCause.WISHED)
    )


def find_letter_wishes(notice: Notice, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these wishes letters and not the mail of a change; not who proved to have no address for one."""
    amendment = Amendment.objects.filter(notice=notice).select_related("version").first()
    if amendment is None or amendment.version is None:
        return set()
    number = amendment.version.number
    lost = NoticeLetter.objects.filter(number=number, state=LetterState.UNREACHABLE, subject_id__in=subject_ids)
    wishing = ContactWish.objects.filter(answers="letter", subject_id__in=subject_ids)
    return set(wishing.values_list("subject_id", flat=True)) - set(lost.values_list("subject_id", flat=True))


def count_untold(amendment: Amendment) -> int:
    """Return how many of those who were listed are neither told nor known to be out of reach."""
    if amendment.notice is None or amendment.version is None:
        return 1
    if amendment.notice.state != NoticeState.CLOSED:
        return max(1, _rows(amendment).filter(state__in=(DeliveryState.PENDING, DeliveryState.INFLIGHT)).count())
    number = amendment.version.number
    told = Told.objects.filter(number=number, subject_id=OuterRef("subject_id"))
    letters = NoticeLetter.objects.filter(number=number, subject_id=OuterRef("subject_id"))
    rows = _rows(amendment).exclude(skipped_for=SkipCause.ACCOUNT)
    open_rows = rows.exclude(Exists(told)).exclude(Exists(letters.filter(state=LetterState.UNREACHABLE)))
    waiting = NoticeLetter.objects.filter(number=number, state=LetterState.WAITING)
    return open_rows.count() + waiting.exclude(subject_id__in=open_rows.values("subject_id")).count()


def note_read(subject_id: UUID, version: StatementVersion) -> bool:
    """Note that a client says itself that it read a version; return whether that is news."""
    require_acting()
    _row, is_news = Told.objects.get_or_create(
        subject_id=subject_id, number=version.number, defaults={"way": Way.PAGE, "at": clock.now()}
    )
    if is_news:
        record(
            event=Event.READ,
            subject_id=subject_id,
            object_type="statement.StatementVersion",
            object_id=f"{version.number}:{version.content_hash}",
        )
    return is_news


def _rows(amendment: Amendment) -> QuerySet[Delivery]:
    return Delivery.objects.filter(notice=amendment.notice, subject_id__isnull=False)


def _add_letters(number: int, subjects: Iterable[UUID | None], cause: LetterCause) -> int:
    wanted = {subject for subject in subjects if subject}
    known = set(
        NoticeLetter.objects.filter(number=number, subject_id__in=wanted).values_list("subject_id", flat=True)
    ) | set(
        Told.objects.filter(number=number, way=Way.PAGE, subject_id__in=wanted).values_list("subject_id", flat=True)
    )
    rows = [NoticeLetter(subject_id=each, number=number, cause=cause) for each in sorted(wanted - known)]
    NoticeLetter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
