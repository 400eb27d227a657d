"""Marking a detail as doubtful, and taking the mark away (A9)."""

from collections.abc import Collection
from uuid import UUID

from troth.accounts.events import Event
from troth.accounts.models import Doubt, DoubtCause, Profile
from troth.kernel.acting import require_acting
from troth.ledger.api import record


def doubt_detail(subject_id: UUID, *, what: str, cause: DoubtCause) -> bool:
    """Mark a detail as doubtful, so that its owner is asked; return whether that is news.

    Arguments:
        subject_id: whose.
        what: the name of the value in ``Profile``.
        cause: what happened.
    """
    require_acting()
    if what not in Profile.sealed_attributes:
        raise LookupError(f"There is no detail {what!r}.")
    _row, is_news = Doubt.objects.get_or_create(subject_id=subject_id, what=what, defaults={"cause": cause})
    if is_news:
        record(event=Event.DETAIL_DOUBTED, subject_id=subject_id, fields=[what], object_type="accounts.Profile")
    return is_news


def trust_details(subject_id: UUID, what: Collection[str] | None = None) -> int:
    """Take the marks of these details away, or all of them; return how many. Its owner corrected or confirmed them."""
    require_acting()
    doubts = Doubt.objects.filter(subject_id=subject_id)
    return (doubts if what is None else doubts.filter(what__in=what)).delete()[0]
