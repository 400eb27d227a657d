"""Acts that need two people: one prepares, another decides, and only then it is done, exactly as it was prepared.

    register_review(ReviewKind(key="staff.change_role", …, carry_out=change_role))
    prepare_review(kind="staff.change_role", facts={"member": …, "role": …})

Whoever prepared it cannot decide it, an act that was changed between is not done, and one that nobody decided in the
operator's hours lapses. In an organisation of one the second person is an invited trustee (role ``reviewer``).
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import ask_for_mail
from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Registry, Words
from troth.kernel.reviews import Facts, ReviewKind, review_kinds
from troth.ledger.api import record
from troth.staff.events import Event
from troth.staff.judge import require_trained
from troth.staff.models import Review, ReviewState, StaffMember
from troth.staff.roles import may

_FACT = re.compile(r"[A-Za-z0-9_.:/=-]{0,100}")
TOLD = "staff.review"


@dataclass(frozen=True, slots=True)
class OtherReview:
    """Something that waits for a member's word in a room that has rules of its own for it.

    Arguments:
        number: its short number.
        words: what it is. exactly: what exactly would be done, one sentence without a value.
        by: the id of the member who prepared it.
        until: by when it is decided.
        url: the page on which it is read and decided.
    """

    number: str
    words: Words
    exactly: Words
    by: UUID | None
    until: datetime
    url: str


other_reviews: Registry[str, Callable[[StaffMember], Sequence[OtherReview]]] = Registry("list of reviews")
"""Room, such as ``law``, → returns what waits there for this member's word, so that all reviews stand on one page."""


def digest_act(kind: str, facts: Facts) -> str:
    """Return the digest of an act: what the second person agrees to, to the letter."""
    return hashlib.sha256(json.dumps([kind, dict(facts)], sort_keys=True).encode()).hexdigest()


def prepare_review(*, kind: str, facts: Facts) -> Review:
    """Prepare an act for a second person, and tell those who may decide it.

    Arguments:
        kind: the key of a registered ``ReviewKind``.
        facts: what exactly would be done: ids, numbers, words of closed lists.

    Raises: AccessDenied where nobody acts; LookupError for an unknown kind; Refused for a fact that is a value.
    """
    context = require_acting()
    found = review_kinds.get(kind)
    if found is None:
        raise LookupError(f"There is no kind of review {kind!r}.")
    if not all(isinstance(fact, int) or _FACT.fullmatch(fact) for fact in facts.values()):
        raise Refused("A review takes ids and names only, never values.", kept="Nothing was prepared.")
    with transaction.atomic():
        review = Review.objects.create(
            kind=kind,
            facts=dict(facts),
            digest=digest_act(kind, facts),
            prepared_by=context.actor.ref,
            expires_at=clock.now() + timedelta(hours=read_operator().numbers.review_hours),
        )
        record(event=Event.REVIEW_PREPARED, object_type="staff.Review", object_id=str(review.id), ground=kind)
        for member in _list_deciders(found, review):
            ask_for_mail(subject_id=member.subject_id, kind=TOLD, facts={"review": str(review.id)})  # type: ignore[arg-type]
    return review


def decide_review(review: Review, *, approve: bool, digest: str) -> None:
    """Decide a prepared act; approved, it is done in the same transaction.

    Arguments:
        review: the prepared act.
        approve: whether it is done.
        digest: of the act that the second person saw.

    Raises: AccessDenied for whoever prepared it, whom it concerns, whose role does not reach or whose training does
    not count; Refused where it was decided, lapsed or changed meanwhile.
    """
    context = require_acting()
    kind = review_kinds.get(review.kind)
    if context.actor.kind is not ActorKind.STAFF or kind is None:
        raise AccessDenied(_("A prepared act is decided by a member of staff."))
    member = require_trained(context.actor.ref, at=clock.now())
    require_second_person(review, kind, member)
    with transaction.atomic():
        waiting = Review.objects.select_for_update().filter(pk=review.pk, state=ReviewState.WAITING).first()
        if waiting is None or not waiting.is_open:
            raise Refused(_("This was decided or lapsed meanwhile."), kept=_("Nothing was done."))
        if not waiting.digest == digest == digest_act(waiting.kind, waiting.facts):
            raise Refused(
                _("This is not what was prepared."), kept=_("Nothing was done."), next_step=_("Look at it again.")
            )
        waiting.state = ReviewState.APPROVED if approve else ReviewState.REFUSED
        waiting.decided_by, waiting.decided_at = str(member.id), clock.now()
        waiting.save()
        ground = f"{waiting.kind}:{waiting.state}"
        record(event=Event.REVIEW_DECIDED, object_type="staff.Review", object_id=str(waiting.id), ground=ground)
        if approve:
            kind.carry_out(waiting.facts)
    review.refresh_from_db()


def withdraw_review(review: Review) -> None:
    """Take a prepared act back; its own preparer alone can."""
    if require_acting().actor.ref != review.prepared_by:
        raise AccessDenied(_("Only who prepared it takes it back."))
    Review.objects.filter(pk=review.pk, state=ReviewState.WAITING).update(
        state=ReviewState.WITHDRAWN, decided_at=clock.now()
    )


def require_second_person(review: Review, kind: ReviewKind, member: StaffMember) -> None:
    """Return if the member may decide this act; raise AccessDenied if not."""
    if review.prepared_by == str(member.id):
        raise AccessDenied(_("You prepared this yourself; another decides it."), kept=_("Nothing was done."))
    if kind.concerns(review.facts) == member.id:
        raise AccessDenied(_("This concerns you; another decides it."), kept=_("Nothing was done."))
    if not may(member.role, kind.permission):
        raise AccessDenied(_("Your role does not decide this."), kept=_("Nothing was done."))


def may_decide(review: Review, member: StaffMember) -> bool:
    """Return whether the member may decide this act now."""
    kind = review_kinds.get(review.kind)
    if kind is None or not review.is_open:
        return False
    try:
        require_second_person(review, kind, member)
    except AccessDenied:
        return False
    return True


def waiting_reviews() -> list[Review]:
    """Return the prepared acts that can still be decided, the oldest first."""
    return list(Review.objects.filter(state=ReviewState.WAITING, expires_at__gt=clock.now()).order_by("prepared_at"))


def list_other_reviews(member: StaffMember) -> list[OtherReview]:
    """Return what waits for this member's word in rooms with rules of their own, what is due first."""
    return sorted((each for find in other_reviews for each in find(member)), key=lambda each: each.until)


def count_decidable(member_id: UUID) -> int:
    """Return how much waits that this member can decide, here and in rooms with rules of their own."""
    member = StaffMember.objects.filter(id=member_id, active=True).first()
    if member is None:
        return 0
    own = sum(may_decide(review, member) for review in waiting_reviews())
    return own + len(list_other_reviews(member))


def _list_deciders(kind: ReviewKind, review: Review) -> list[StaffMember]:
    members = StaffMember.objects.filter(active=True, subject_id__isnull=False)
    return [
        member
        for member in members
        if may(member.role, kind.permission)
        and str(member.id) != review.prepared_by
        and member.id != kind.concerns(review.facts)
    ]
