"""What waits because something may not leave, and how it goes on (A13).

A room whose things wait registers a ``Waiter``. When a company may receive again (a new agreement, an audit done, a
value allowed), every waiter is told, by a task after the commit and again every ten minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import Max

from troth.kernel import clock
from troth.kernel.ports import Registry, Words
from troth.processors import standing
from troth.processors.errors import ABOUT_ONE_CLIENT, Cause
from troth.processors.models import Kind, Processor, RefusalCount, RegisterChange, State

_MEMORY = timedelta(days=30)
_NO_CHANGE = {*ABOUT_ONE_CLIENT, Cause.UNREGISTERED, Cause.NO_AGREEMENT, Cause.AUDIT_OVERDUE, Cause.CLOSED}
"""Causes that ``may_receive`` judges itself, that pass by themselves, or that lie with one client."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things of one sort that wait; nothing of whose they are.

    Arguments:
        words: what they are, such as "orders that cannot be paid".
        count: how many.
        oldest_at: since when the oldest waits.
        url: where staff see them, or empty.
    """

    words: Words
    count: int
    oldest_at: datetime | None = None
    url: str = ""


class Waiter(Protocol):
    """A room whose things wait for a company of one kind."""

    def list_waiting(self, kind: Kind) -> Sequence[Waiting]:
        """Return what waits for a company of this kind."""

    def go_on(self, kind: Kind) -> int:
        """Go on with what waited, as the company may receive again; return with how many. May be called twice."""


waiters: Registry[str, Waiter] = Registry("waiter")


def list_waiting(processor: Processor) -> list[Waiting]:
    """Return what waits for a company, only sorts of which something waits."""
    kind = Kind(processor.kind)
    return [waiting for waiter in waiters for waiting in waiter.list_waiting(kind) if waiting.count]


def go_on_with(key: str) -> int:
    """Tell those who wait for a company that it may receive again, if it may; return with how many they go on."""
    processor = standing.find_processor(key)
    if processor is None or not may_receive(processor):
        return 0
    return sum(waiter.go_on(Kind(processor.kind)) for waiter in waiters)


def go_on_with_all() -> int:
    """Tell the same of every company in use: an agreement may have begun by itself; return with how many they go on.

    A company to which something was refused that only a change of the register mends is left out: what waits for it
    would go on to be refused again. The change itself has them go on (``actions.carry_out``).
    """
    keys = Processor.objects.filter(state=State.ACTIVE).values_list("key", flat=True)
    return sum(go_on_with(key) for key in keys if not _needs_a_change(key))


def is_way_open(kind: Kind) -> bool:
    """Return whether a company in use may receive what is of this kind, under an agreement and audited."""
    companies = Processor.objects.filter(kind=kind, state=State.ACTIVE).exclude(adapter="")
    return any(may_receive(processor) for processor in companies)


def _needs_a_change(key: str) -> bool:
    changed = RegisterChange.objects.filter(processor__key=key).aggregate(at=Max("done_at"))["at"]
    refused = RefusalCount.objects.filter(processor=key, day__gte=clock.today() - _MEMORY).exclude(cause__in=_NO_CHANGE)
    return (refused.filter(day__gte=changed.date()) if changed else refused).exists()


def may_receive(processor: Processor) -> bool:
    """Return whether a company is in use, under an agreement, and audited."""
    verdicts = (standing.judge_entry(processor), standing.judge_contract(processor))
    return all(verdict.cause is None for verdict in verdicts)
