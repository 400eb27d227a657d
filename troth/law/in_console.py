"""What this room hands in to the console: what the law asked about a client, and what a member took on its desk.

The panel is for those alone who read the lists of legal requests: while a ban stands, nobody else here learns of it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.kernel.console import MOST_URGENT, MyWork, PanelLine, Work
from troth.law.holder import name_table
from troth.law.kinds import DemandState, ItemState
from troth.law.models import AffectedClient, Breach, LegalRequest, LegalReview, ScopeItem
from troth.law.queries import count_reviews, holds_in_force, open_breaches, open_requests, requests_to_review
from troth.staff.api import Clock, OtherReview, Permission, StaffMember, may

_MOST = 20


def list_lines(subject_id: UUID) -> Sequence[PanelLine]:
    """Return the legal requests, holds and breaches that concern a client, without a value."""
    return [*_list_requests(subject_id), *_list_holds(subject_id), *_list_breaches(subject_id)]


def find_my_requests(member_id: UUID) -> MyWork:
    """Return the legal requests that a member took and that wait for its hand, what is due first."""
    rows = open_requests().filter(taken_by=member_id).exclude(state=DemandState.NARROWED)
    urgent = [
        Work(row.number, f"{row.get_kind_display()}: {row.get_state_display()}", _end_of(row.answer_by), _url(row.id))
        for row in rows[:MOST_URGENT]
    ]
    return MyWork(urgent, len(urgent) if len(urgent) < MOST_URGENT else rows.count())


def find_my_breaches(member_id: UUID) -> MyWork:
    """Return the breaches that a member recorded and that are not closed; the authority's clock is theirs."""
    rows = list(open_breaches().filter(taken_by=member_id))
    urgent = [
        Work(
            row.number,
            f"{row.get_kind_display()}: {row.get_state_display()}",
            None if row.authority_told_at else row.authority_due_at,
            _breach_url(row),
        )
        for row in rows
    ]
    return MyWork(urgent[:MOST_URGENT], len(rows))


def count_untaken(member_id: UUID) -> int:
    """Return how many legal requests wait for somebody who takes them; none for a member who handles none."""
    member = StaffMember.objects.filter(id=member_id).first()
    if member is None or not may(member.role, Permission.HANDLE_LAW):
        return 0
    return open_requests().filter(taken_by=None).count()


def list_clocks() -> list[Clock]:
    """Return the clocks of the board: until when legal requests are answered, and the authority told of a breach."""
    asked = [Clock(row.number, row.get_kind_display(), _end_of(row.answer_by), _url(row.id)) for row in open_requests()]
    breaches = [
        Clock(
            row.number,
            _("a breach, of which the authority is told"),
            row.authority_due_at,
            _breach_url(row),
            grave=True,
        )
        for row in open_breaches().filter(authority_told_at=None)
    ]
    return [*asked, *breaches]


def list_reviews(member: StaffMember) -> Sequence[OtherReview]:
    """Return the legal requests that wait for this member's word, and on which it has not given it yet."""
    if not may(member.role, Permission.REVIEW):
        return ()
    rows = requests_to_review(member.id).exclude(reviews__in=_reviews_of(member.id))
    return [
        OtherReview(
            number=row.number,
            words=_("a legal request"),
            exactly=_("Values to be given: %(given)s, refused: %(refused)s. Agreed so far: %(voices)s of 2.")
            % {**_count_items(row), "voices": count_reviews(row)},
            by=row.taken_by,
            until=_end_of(row.answer_by),
            url=reverse("law:review", kwargs={"request_id": row.id}),
        )
        for row in rows
    ]


def _reviews_of(member_id: UUID) -> QuerySet[LegalReview]:
    return LegalReview.objects.filter(reviewer=member_id, scope_digest=F("request__scope_digest"))


def _count_items(row: LegalRequest) -> dict[str, int]:
    given = row.items.filter(state=ItemState.GRANTED).count()
    return {"given": given, "refused": row.items.count() - given}


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), tzinfo=UTC)


def _list_requests(subject_id: UUID) -> list[PanelLine]:
    ids = ScopeItem.objects.filter(subject_id=subject_id).values("request_id")
    rows = LegalRequest.objects.defer("sealed").filter(id__in=ids).order_by("-registered_at")[:_MOST]
    return [
        PanelLine(row.number, f"{row.get_kind_display()}: {row.get_state_display()}", row.registered_at, _url(row.id))
        for row in rows
    ]


def _list_holds(subject_id: UUID) -> list[PanelLine]:
    return [
        PanelLine(
            hold.request.number,
            _("%(kind)s: %(table)s, until %(until)s")
            % {"kind": hold.get_kind_display(), "table": name_table(hold.model), "until": hold.until.isoformat()},
            hold.set_at,
            _url(hold.request_id),
        )
        for hold in holds_in_force(subject_id)
    ]


def _list_breaches(subject_id: UUID) -> list[PanelLine]:
    rows = AffectedClient.objects.filter(subject_id=subject_id).select_related("breach").defer("breach__sealed")
    return [
        PanelLine(
            row.breach.number,
            f"{row.breach.get_kind_display()}: {row.breach.get_state_display()}",
            row.told_at,
            _breach_url(row.breach),
        )
        for row in rows.order_by("-id")[:_MOST]
    ]


def _url(request_id: UUID) -> str:
    return reverse("law:request", kwargs={"request_id": request_id})


def _breach_url(breach: Breach) -> str:
    return reverse("law:breach", kwargs={"breach_id": breach.id})
