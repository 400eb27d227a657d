"""Where a membership stands, how long a term runs, what a change costs: every day of invented histories."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from troth.kernel.money import Money
from troth.orders.memberships.numbers import draw_number, read_number
from troth.orders.memberships.standing import (
    DAY,
    TRANSITIONS,
    PaidTerm,
    Standing,
    State,
    Step,
    draw_transitions,
    find_standing,
)
from troth.orders.memberships.terms import (
    PricedTerm,
    Rule,
    add_months,
    days_of_tries,
    end_of_term,
    legal_day,
    price_change,
    start_of_next,
)

GRACE = 14
START = date(2026, 3, 1)
END = date(2027, 2, 28)
TERM = PaidTerm(START, END)


def stand(*terms: PaidTerm, today: date, stopped: bool = False) -> Standing:
    return find_standing(terms, stopped=stopped, today=today, grace_days=GRACE)


@pytest.mark.parametrize(
    ("today", "stopped", "state"),
    [
        (START - DAY, False, State.PENDING),
        (START, False, State.ACTIVE),
        (END, False, State.ACTIVE),
        (END, True, State.ENDING),
        (END + DAY, True, State.ENDED),
        (END + DAY, False, State.GRACE),
        (END + GRACE * DAY, False, State.GRACE),
        (END + (GRACE + 1) * DAY, False, State.LAPSED),
    ],
)
def test_the_state_of_each_edge_of_a_term(today: date, stopped: bool, state: State) -> None:
    assert stand(TERM, today=today, stopped=stopped).state == state


def test_without_a_settled_payment_nothing_runs() -> None:
    assert stand(today=START) == Standing(State.PENDING)
    assert not stand(today=START).is_member


def test_a_term_that_was_taken_back_has_no_grace() -> None:
    cut = PaidTerm(START, END, ended_early_on=START + 9 * DAY)
    assert stand(cut, today=START + 9 * DAY, stopped=True).state == State.ENDING
    assert stand(cut, today=START + 10 * DAY, stopped=True).state == State.ENDED
    assert stand(PaidTerm(START, END, START - DAY), today=START, stopped=True).state == State.ENDED


def test_who_comes_back_is_active_with_the_day_of_return() -> None:
    back = PaidTerm(END + 90 * DAY, END + 400 * DAY)
    standing = stand(TERM, back, today=END + 100 * DAY)
    assert standing.state == State.ACTIVE
    assert standing.came_back_on == END + 90 * DAY


def test_an_early_renewal_goes_on_from_the_end_a_late_one_too_and_one_after_the_lapse_begins_today() -> None:
    for days, expected in ((-30, END + DAY), (0, END + DAY), (GRACE, END + DAY), (GRACE + 1, END + (GRACE + 1) * DAY)):
        today = END + days * DAY
        assert start_of_next(stand(TERM, today=today), today) == expected


@pytest.mark.parametrize(
    ("starts_on", "rule", "ends_on"),
    [
        (date(2026, 1, 31), Rule(months=1), date(2026, 2, 27)),
        (date(2024, 2, 29), Rule(months=12), date(2025, 2, 27)),
        (date(2026, 3, 1), Rule(months=12), date(2027, 2, 28)),
        (date(2026, 3, 1), Rule(fixed_month=12, fixed_day=31), date(2026, 12, 31)),
        (date(2026, 12, 31), Rule(fixed_month=12, fixed_day=31), date(2026, 12, 31)),
        (date(2027, 1, 1), Rule(fixed_month=12, fixed_day=31), date(2027, 12, 31)),
        (date(2025, 3, 1), Rule(fixed_month=2, fixed_day=29), date(2026, 2, 28)),
    ],
)
def test_the_last_day_of_a_term(starts_on: date, rule: Rule, ends_on: date) -> None:
    assert end_of_term(starts_on, rule) == ends_on


def test_a_day_is_the_operators_day_whatever_utc_says() -> None:
    late_evening = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
    assert legal_day(late_evening, "America/New_York") == date(2026, 6, 29)
    assert legal_day(late_evening, "Pacific/Auckland") == date(2026, 6, 30)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_terms_of_months_follow_one_another_without_a_gap(starts_on: date, months: int) -> None:
    ends_on = end_of_term(starts_on, Rule(months=months))
    assert starts_on <= ends_on < add_months(starts_on, months)
    assert end_of_term(ends_on + DAY, Rule(months=months)) > ends_on


@given(st.integers(1, 10), st.integers(0, 365))
def test_tries_are_no_more_than_published_and_leave_days_to_pay_by_hand(tries: int, grace: int) -> None:
    days = days_of_tries(tries=tries, grace_days=grace)
    assert days[0] == 0
    assert len(days) <= tries
    assert days[-1] < max(grace, 1)


def test_four_tries_within_fourteen_days() -> None:
    assert days_of_tries(tries=4, grace_days=14) == (0, 3, 7, 10)


@given(
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.integers(1, 800),
    st.integers(-10, 900),
)
def test_a_change_of_plan_is_fair(worth: int, price: int, days: int, used: int) -> None:
    term = PricedTerm(START, START + (days - 1) * DAY, Money(worth, "USD"))
    change = price_change([term], price=Money(price, "USD"), today=START + used * DAY)
    assert change.due.minor >= 0
    assert change.due.minor + change.credit.minor == price
    left = min(max(days - used, 0), days)
    exact = worth * left / days
    assert exact - 1 < change.credit.minor + change.lost.minor <= exact


@given(st.integers())
def test_a_number_is_read_however_it_is_typed_and_no_single_wrong_digit_passes(_seed: int) -> None:
    number = draw_number()
    digits = number.replace("-", "").replace("M", "")
    assert read_number(f" m {digits[:5]} {digits[5:]}") == number
    for place, digit in enumerate(digits):
        wrong = digits[:place] + str((int(digit) + 1) % 10) + digits[place + 1 :]
        assert read_number(wrong) is None


class History(RuleBasedStateMachine):
    """Pays, stops, resumes, takes back and lets days go by; each change must stand in the table."""

    def __init__(self) -> None:
        super().__init__()
        self.today = START
        self.terms: list[PaidTerm] = []
        self.stopped = False
        self.paid_days: set[date] = set()

    @property
    def standing(self) -> Standing:
        return stand(*self.terms, today=self.today, stopped=self.stopped)

    def step(self, *allowed: Step, before: State) -> None:
        after = self.standing.state
        known = {(old, how, new) for old, how, new in TRANSITIONS}
        assert after == before or any((before, how, after) in known for how in allowed), (before, allowed, after)

    @precondition(lambda self: len(self.terms) < 6)
    @rule(months=st.integers(1, 6))
    def pay(self, months: int) -> None:
        before = self.standing
        starts_on = start_of_next(before, self.today)
        ends_on = end_of_term(starts_on, Rule(months=months))
        assert not any(term.starts_on <= starts_on <= term.last_day for term in self.terms), "a day is paid twice"
        self.terms.append(PaidTerm(starts_on, ends_on))
        # To go on while it is stopped is no wish to be charged by itself; to come back is a new agreement.
        self.stopped = self.stopped and before.state == State.ENDING
        if starts_on <= self.today or before.state in {State.ACTIVE, State.ENDING, State.GRACE}:
            self.step(Step.PAID, Step.CAME_BACK, before=before.state)
        assert (self.standing.paid_until or date.min) >= (before.paid_until or date.min)

    @rule()
    def fail_to_pay(self) -> None:
        # A payment that fails makes no row: there is nothing that it could be told by.
        before = self.standing
        assert self.standing == before

    @precondition(lambda self: self.terms)
    @rule()
    def stop(self) -> None:
        before = self.standing
        self.stopped = True
        assert self.standing.paid_until == before.paid_until
        if before.state != State.LAPSED:
            self.step(Step.STOPPED, before=before.state)

    @precondition(lambda self: self.stopped and self.standing.state == State.ENDING)
    @rule()
    def resume(self) -> None:
        before = self.standing.state
        self.stopped = False
        self.step(Step.RESUMED, before=before)

    @precondition(lambda self: self.standing.state in {State.ACTIVE, State.ENDING})
    @rule()
    def take_back(self) -> None:
        before = self.standing.state
        self.terms = [
            term if term.last_day < self.today else PaidTerm(term.starts_on, term.ends_on, self.today - DAY)
            for term in self.terms
        ]
        self.stopped = True
        self.step(Step.TAKEN_BACK, before=before)
        assert not self.standing.is_member

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        for _day in range(days):
            before = self.standing
            self.today += DAY
            self.step(Step.TERM_OVER, Step.GRACE_OVER, before=before.state)

    @invariant()
    def a_paid_day_is_a_members_day(self) -> None:
        paid = any(term.starts_on <= self.today <= term.last_day for term in self.terms)
        if paid:
            assert self.standing.is_member
        if self.standing.state in {State.LAPSED, State.ENDED}:
            assert not paid


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_the_diagram_in_the_docs_is_the_table() -> None:
    text = Path("docs/developer/memberships.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{draw_transitions()}\n```" in text


def test_grace_of_no_days_lapses_at_once() -> None:
    standing = find_standing([TERM], stopped=False, today=END + timedelta(days=1), grace_days=0)
    assert standing.state == State.LAPSED
