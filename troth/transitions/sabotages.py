"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from troth.accounts.api import AccountState
from troth.announcements.api import Delivery
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.sabotage import meddle, swap
from troth.kernel.undoing import undone
from troth.transitions import banners, evidence, queries
from troth.transitions.canary import announce_invented, join
from troth.transitions.models import Passed, Transition


def shorten_the_days() -> AbstractContextManager[None]:
    """Count 29 full days for 30."""
    return swap(queries, "FULL_DAYS", 28)


def forget_the_unlisted() -> AbstractContextManager[None]:
    """Miss nobody on the list."""
    return swap(queries, "count_unlisted", lambda _notice: 0)


def count_from_announcing() -> AbstractContextManager[None]:
    """Count the days from the announcement, and not from the last mail."""

    def find(transition: Transition) -> datetime | None:
        return transition.announced_at

    return swap(queries, "find_opening", find)


def count_one_voice() -> AbstractContextManager[None]:
    """Take one voice for enough."""
    return swap(queries, "count_needed", lambda _notice: 1)


def ignore_changes() -> AbstractContextManager[None]:
    """Take no notice of what is registered now."""

    def name(transition: Transition) -> str:
        return transition.notice.about if transition.notice else ""

    return swap(queries, "name_of", name)


@contextmanager
def pass_on_untold() -> Iterator[None]:
    """Let something have passed on of a client who was never told."""
    with undone():
        found = announce_invented(mailed_days_ago=60, reviewers=2)
        subject_id = join(found, told=False)
        Passed.objects.create(
            transition=found, subject_id=subject_id, part=1, digest="0" * 64, disclosure_id=new_id(), at=clock.now()
        )
        yield


def overlook_objections() -> AbstractContextManager[None]:
    """Leave the objectors in."""

    def keep(_transition: Transition, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return rows

    return swap(queries, "without_objectors", keep)


def keep_leavers() -> AbstractContextManager[None]:
    """Count accounts that are being deleted."""
    return swap(queries, "HELD", (*queries.HELD, AccountState.LEAVING))


def pass_on_more() -> AbstractContextManager[None]:
    """Let every value that there is pass for announced."""
    judge = evidence.find_evidence

    def find(evidence_id: Any, wanted: Any) -> Any:
        return judge(evidence_id, replace(wanted, fields=("accounts.Profile.email",)))

    return swap(evidence, "find_evidence", find)


def lose_banner() -> AbstractContextManager[None]:
    """Find nothing that is announced."""
    return swap(banners, "find_running", lambda: None)


def hide_party() -> AbstractContextManager[None]:
    """Have the page of a transition name nobody."""

    def change(request: Any, response: Any) -> None:
        if request.path.startswith("/transitions/"):
            response.content = response.content.replace(b"Invented Museum", b"another")

    return meddle(change)
