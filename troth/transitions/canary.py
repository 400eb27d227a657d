"""An invented transition, carried to the point at which it could be carried out, and undone: for the checks (A12)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from troth.accounts.api import Account, AccountState
from troth.announcements.api import Delivery, DeliveryState, Notice, NoticeReview, NoticeState
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.transitions import actions
from troth.transitions.actions import Terms
from troth.transitions.banners import find_running
from troth.transitions.kinds import TransitionKind, TransitionState
from troth.transitions.models import Transition

_KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
_LISTED_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any real client joined, so that only invented ones are to be told: a check must not write a row for each."""
_LABEL = "accounts.Profile.email"


@contextmanager
def invented(*, mailed_days_ago: int = 60, reviewers: int = 2) -> Iterator[Transition]:
    """Within the block a transition stands as announced to all who hold an account, its last mail so many days ago."""
    with undone():
        find_running.forget()
        Transition.objects.filter(state__in=("announced", "packing")).update(
            state=TransitionState.CANCELLED, ended_at=clock.now()
        )
        try:
            yield announce_invented(mailed_days_ago=mailed_days_ago, reviewers=reviewers)
        finally:
            find_running.forget()


def announce_invented(*, mailed_days_ago: int, reviewers: int) -> Transition:
    """Return a transition that stands as announced, mailed and closed so many days ago."""
    at = clock.now() - timedelta(days=mailed_days_ago)
    with acting(actor=staff_member(new_id()), purpose=Purpose.UPKEEP):
        found = actions.register_transition(
            Terms(
                kind=TransitionKind.SALE,
                other_party="Invented Museum",
                contact="Nobody: this is invented, and is never sent.",
                planned_on=clock.today(),
                labels=[_LABEL],
                recipient_key=_KEY,
            )
        )
        found = actions.submit_transition(found)
    notice = found.notice
    assert notice is not None  # noqa: S101  it was written with it
    for _number in range(reviewers):
        NoticeReview.objects.create(
            notice=notice, reviewer=str(new_id()), content_hash=notice.content_hash, approved=True
        )
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.CLOSED, frozen_at=_LISTED_AT, ended_at=at, frozen_count=0, frozen_up_to=None
    )
    Transition.objects.filter(pk=found.pk).update(state=TransitionState.ANNOUNCED, announced_at=at)
    find_running.forget()
    return Transition.objects.select_related("notice").get(pk=found.pk)


def join(transition: Transition, *, told: bool = True, days_ago: int = 60) -> UUID:
    """Return the id of an invented client whose account is older than the notice, told of it or not."""
    at = _LISTED_AT - timedelta(days=1)
    account = Account.objects.create(
        password="!",  # noqa: S106  opens nothing
        state=AccountState.ACTIVE,
        verified_at=at,
        state_changed_at=at,
    )
    if told and transition.notice is not None:
        tell(transition.notice, account.pk, days_ago=days_ago)
    return account.pk


def tell(notice: Notice, subject_id: UUID, *, days_ago: int = 60) -> None:
    """Write that the notice was handed over to a client."""
    Delivery.objects.create(
        notice=notice,
        subject_id=subject_id,
        state=DeliveryState.ACCEPTED,
        ended_at=clock.now() - timedelta(days=days_ago),
    )


def label() -> str:
    """Return the label of the value that an invented transition would pass on."""
    return _LABEL
