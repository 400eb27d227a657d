"""Where a membership stands: computed of its paid terms and of today's date, here and nowhere else.

No column holds the state. A term is a row that a settled payment made, so that a payment that failed cannot be seen
from here, and cannot shorten anything. All dates are days in the operator's zone: the end of a term is a legal date.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words

DAY = timedelta(days=1)


class State(StrEnum):
    """Where a membership stands."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDING = "ending"
    GRACE = "grace"
    LAPSED = "lapsed"
    ENDED = "ended"

    @property
    def words(self) -> Words:
        """The state in words for the member."""
        return _WORDS[self]


_WORDS: dict[State, Words] = {
    State.PENDING: _("not begun yet"),
    State.ACTIVE: _("running"),
    State.ENDING: _("running, and ending"),
    State.GRACE: _("to be renewed"),
    State.LAPSED: _("lapsed"),
    State.ENDED: _("ended"),
}

MEMBER_STATES = frozenset({State.ACTIVE, State.ENDING, State.GRACE})
"""The states in which somebody is a member. Grace counts: what is published as grace is given as grace."""


class Step(StrEnum):
    """What takes a membership from one state to another."""

    PAID = "a payment settles"
    STOPPED = "the member stops the renewal"
    RESUMED = "the member resumes the renewal"
    TERM_OVER = "the paid term is over"
    GRACE_OVER = "the days of grace are over"
    CAME_BACK = "a payment settles after the end"
    TAKEN_BACK = "the term is taken back"


TRANSITIONS: tuple[tuple[State, Step, State], ...] = (
    (State.PENDING, Step.PAID, State.ACTIVE),
    (State.ACTIVE, Step.PAID, State.ACTIVE),
    (State.ACTIVE, Step.STOPPED, State.ENDING),
    (State.ACTIVE, Step.TERM_OVER, State.GRACE),
    (State.ACTIVE, Step.TAKEN_BACK, State.ENDED),
    (State.ACTIVE, Step.TAKEN_BACK, State.ENDING),
    (State.ENDING, Step.PAID, State.ENDING),
    (State.ENDING, Step.RESUMED, State.ACTIVE),
    (State.ENDING, Step.TERM_OVER, State.ENDED),
    (State.ENDING, Step.TAKEN_BACK, State.ENDED),
    (State.GRACE, Step.PAID, State.ACTIVE),
    (State.GRACE, Step.STOPPED, State.ENDED),
    (State.GRACE, Step.GRACE_OVER, State.LAPSED),
    (State.LAPSED, Step.CAME_BACK, State.ACTIVE),
    (State.ENDED, Step.CAME_BACK, State.ACTIVE),
)
"""All that may happen. ``docs/developer/memberships.md`` draws it; the machine of the tests walks it."""


@dataclass(frozen=True, slots=True)
class PaidTerm:
    """A stretch of days that a settled payment bought.

    Arguments:
        starts_on, ends_on: the first and the last day, both counted.
        ended_early_on: where it was taken back or exchanged, the last day that counted; it may be before ``starts_on``.
    """

    starts_on: date
    ends_on: date
    ended_early_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        return self.ends_on if self.ended_early_on is None else min(self.ends_on, self.ended_early_on)

    @property
    def counts(self) -> bool:
        """Whether a day of it counts."""
        return self.last_day >= self.starts_on


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a membership stands on a day.

    Arguments:
        state: see ``State``.
        paid_until: the last paid day without a gap from here, or the last one there was; None where nothing was paid.
        grace_until: the last day of grace after ``paid_until``; None where there is none to come.
        came_back_on: where there was a gap before the present stretch, the day on which it began.
    """

    state: State
    paid_until: date | None = None
    grace_until: date | None = None
    came_back_on: date | None = None

    @property
    def is_member(self) -> bool:
        """Whether this is a member today; the one answer to the question, for the door, the site and other systems."""
        return self.state in MEMBER_STATES

    @property
    def member_until(self) -> date | None:
        """The last day on which this is a member as things stand; None where this is no member."""
        if not self.is_member:
            return None
        return self.grace_until if self.state == State.GRACE else self.paid_until


def find_standing(terms: Sequence[PaidTerm], *, stopped: bool, today: date, grace_days: int) -> Standing:
    """Return where a membership stands.

    Arguments:
        terms: all its terms, in any order; one that was taken back counts to its ``ended_early_on``.
        stopped: whether the member said that it shall not renew, or had its money back; it touches no day that is paid.
        today: the day in the operator's zone.
        grace_days: how long a membership that is not stopped is kept after its last paid day, as published.
    """
    stretches = list(_join(term for term in terms if term.counts))
    begun = [stretch for stretch in stretches if stretch[0] <= today]
    if not begun:
        if terms and stopped and not stretches:
            return Standing(State.ENDED)
        return Standing(State.PENDING, paid_until=stretches[-1][1] if stretches else None)
    starts_on, paid_until = begun[-1]
    came_back_on = starts_on if len(begun) > 1 else None
    if today <= paid_until:
        grace = None if stopped else paid_until + grace_days * DAY
        return Standing(State.ENDING if stopped else State.ACTIVE, paid_until, grace, came_back_on)
    if stopped:
        return Standing(State.ENDED, paid_until, None, came_back_on)
    grace_until = paid_until + grace_days * DAY
    if today <= grace_until:
        return Standing(State.GRACE, paid_until, grace_until, came_back_on)
    return Standing(State.LAPSED, paid_until, None, came_back_on)


def _join(terms: Iterable[PaidTerm]) -> Iterator[tuple[date, date]]:
    """Yield the stretches without a gap, first and last day of each, in order."""
    first: date | None = None
    last = date.min
    for term in sorted(terms, key=lambda each: (each.starts_on, each.last_day)):
        if first is not None and term.starts_on <= last + DAY:
            last = max(last, term.last_day)
            continue
        if first is not None:
            yield first, last
        first, last = term.starts_on, term.last_day
    if first is not None:
        yield first, last


def draw_transitions() -> str:
    """Return the diagram of ``TRANSITIONS`` as Mermaid, for the docs."""
    lines = [f"    {before.value} --> {after.value}: {step.value}" for before, step, after in TRANSITIONS]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.PENDING.value}", *lines])
