"""The checks of renewals: told before they are charged (C2), and each failure told with what to do (C3)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Observation, Sabotage, contact_kinds, controls
from troth.kernel.undoing import undone
from troth.orders.memberships import changes, queries, sabotages
from troth.orders.memberships.canary import LAST4, Story, begin_story, live_on
from troth.orders.memberships.links import LinkKind, write_code
from troth.orders.memberships.standing import DAY
from troth.orders.memberships.terms import legal_day
from troth.orders.models import AttemptState, RenewalTry
from troth.ui.api import format_date, format_money

MOST_ROWS = 2000


@dataclass
class _Notes:
    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self, **evidence: object) -> Observation:
        return Observation(examined=self.examined, failures=self.failures, evidence=evidence)


# -- C2: told before each charge, and stopped by one click -------------------------------------------------------------


def observe_notices() -> Observation:
    """Let invented members be renewed, stop by the mail's link, and choose no renewal; and look at the newest tries."""
    notes = _Notes()
    numbers = read_operator().numbers
    with undone():
        paying = begin_story()
        live_on(paying, pays=True, until=paying.ends_on + DAY)
        _expect_notice(notes, paying)
        notes.expect(len(paying.charged) == 1, "a renewal that was paid is charged more than once, or not at all")
        standing = queries.standing_of(paying.membership, on=paying.ends_on + DAY)
        notes.expect(
            standing.paid_until is not None and standing.paid_until > paying.ends_on,
            "a renewal that was paid does not extend the term",
        )
        stopping = begin_story()
        live_on(stopping, pays=True, until=stopping.ends_on - DAY)
        changes.stop_by_link(write_code(LinkKind.STOP, stopping.membership.pk))
        live_on(stopping, pays=True, until=stopping.ends_on + numbers.renewal_grace_days * DAY)
        notes.expect(not stopping.charged, "who stopped the renewal by the mail’s link is charged all the same")
        notes.expect(stopping.ends_on in stopping.members, "who stopped the renewal loses a day that is paid")
        choosing = begin_story(by_card=False)
        live_on(choosing, pays=True, until=choosing.ends_on + numbers.renewal_grace_days * DAY)
        notes.expect(not choosing.charged, "who chose no automatic renewal is charged")
    _look_at_tries(notes)
    _expect_leaving(notes, paying, clause="C2")
    return notes.observation()


def _expect_notice(notes: _Notes, story: Story) -> None:
    told = story.told_of("renewal_announced")
    notes.expect(len(told) == 1, "a renewal is charged without a notice, or told more than once")
    if not told or not story.charged:
        return
    (told_on, text), (charged_on, amount) = told[0], story.charged[0]
    days = read_operator().numbers.renewal_notice_days
    notes.expect(charged_on - told_on >= days * DAY, f"the notice comes less than {days} days before the charge")
    plain = text.replace("\u00a0", " ")
    for what, words in (
        ("the amount that is charged", format_money(amount)),
        ("the day of the charge", format_date(charged_on)),
        ("the card’s last digits", LAST4),
        ("the link that stops it", "/membership/stop/"),
    ):
        notes.expect(words.replace("\u00a0", " ") in plain, f"the notice does not name {what}")


def _look_at_tries(notes: _Notes) -> None:
    """Hold each of the newest tries against its notice, what the order costs, and the member's wish."""
    numbers, zone = read_operator().numbers, read_operator().time_zone
    rows = RenewalTry.objects.select_related("renewal__order", "renewal__membership", "attempt").order_by("-begun_at")
    for row in rows[:MOST_ROWS]:
        renewal, day = row.renewal, legal_day(row.begun_at, zone)
        told_on = legal_day(renewal.announced_at, zone)
        notes.expect(day - told_on >= numbers.renewal_notice_days * DAY, f"{row.pk}: charged too soon after the notice")
        if row.attempt is not None and renewal.order is not None:
            notes.expect(row.attempt.amount == renewal.order.total, f"{row.pk}: charged another amount than was told")


# -- C3: each failure told, with what to do ----------------------------------------------------------------------------


def observe_failures() -> Observation:
    """Let an invented member's card decline to the end; and look at the newest tries that failed."""
    notes = _Notes()
    numbers = read_operator().numbers
    with undone():
        story = begin_story()
        grace_until = story.ends_on + numbers.renewal_grace_days * DAY
        live_on(story, pays=False, until=grace_until + 2 * DAY)
    tries = [day for day, _amount in story.charged]
    notes.expect(1 <= len(tries) <= numbers.renewal_tries, "a card is tried more often than is published, or never")
    notes.expect(len(set(tries)) == len(tries), "a card is tried twice on a day")
    notes.expect(all(story.ends_on <= day <= grace_until for day in tries), "a card is tried outside the days of grace")
    for number, day in enumerate(tries):
        _expect_told(notes, story, number=number, day=day, last=day == tries[-1])
    alive = {grace_until - number * DAY for number in range(numbers.renewal_grace_days + 1)}
    notes.expect(alive <= story.members, "a payment that failed takes a day of the term or of the grace away")
    notes.expect(grace_until + DAY not in story.members, "a membership that nobody paid goes on for good")
    notes.expect(
        [day for day, _text in story.told_of("membership_lapsed")] == [grace_until + DAY],
        "a membership lapses, and its member is not told",
    )
    _look_at_failures(notes)
    _expect_leaving(notes, story, clause="C3")
    return notes.observation(tries=len(tries))


def _expect_leaving(notes: _Notes, story: Story, *, clause: str) -> None:
    """Look that what was told would have left: the decision to tell is no mail yet, and the door may refuse it."""
    for name, why in story.refused:
        kind = contact_kinds.get(f"orders.{name}")
        notes.expect(kind is None or kind.clause != clause, f"{name}: its mail would not leave ({why})")
    notes.examined += len(story.told)


def _expect_told(notes: _Notes, story: Story, *, number: int, day: date, last: bool) -> None:
    name = "renewal_given_up" if last else "renewal_failed"
    texts = [text for told_on, text in story.told_of(name) if told_on == day]
    notes.expect(len(texts) == 1, f"try {number + 1} failed, and its member is not told that day")
    for text in texts:
        notes.expect("/membership/renew/" in text, f"try {number + 1}: the message does not say how to pay")
        notes.expect("/membership/payment-card/" in text, f"try {number + 1}: the message does not lead to the card")
        notes.expect("not enough money" in text, f"try {number + 1}: the message does not say why it failed")


def _look_at_failures(notes: _Notes) -> None:
    """Look that no failed try of the last days ended a term, and none is more than the published number."""
    numbers = read_operator().numbers
    since = clock.now() - timedelta(days=400)
    failed = RenewalTry.objects.filter(begun_at__gte=since, attempt__state=AttemptState.FAILED)
    for row in failed.select_related("renewal__membership").order_by("-begun_at")[:MOST_ROWS]:
        notes.expect(row.number <= numbers.renewal_tries, f"{row.pk}: one try more than is published")
        terms = row.renewal.membership.terms.filter(ends_on=row.renewal.term_ends_on)
        shortened = terms.filter(ended_early_on__isnull=False, ended_early_on__lte=legal_day(row.begun_at, "UTC"))
        notes.expect(not shortened.exists(), f"{row.pk}: a term was cut short by a payment that failed")


NOTICES = Control(
    key="orders.notices",
    clauses=("C2",),
    words=_(
        "A renewal is told before it is charged, with amount, day, card and the way to stop it, and charged as told"
    ),
    observe=observe_notices,
    every=timedelta(hours=6),
    sabotages=(
        Sabotage("silent", _("Members are not told before a charge"), sabotages.tell_nobody),
        Sabotage("at_once", _("The card is charged on the day of the notice"), sabotages.charge_at_once),
        Sabotage("amount", _("The notice names another amount"), sabotages.name_another_amount),
        Sabotage("stop", _("The link that stops a renewal does nothing"), sabotages.stop_nothing),
        Sabotage("choice", _("Whoever has a saved card is charged, whatever was chosen"), sabotages.charge_everybody),
        Sabotage("undeclared", _("The notice holds a value that nobody declared for it"), sabotages.tell_more),
    ),
)
FAILURES = Control(
    key="orders.failures",
    clauses=("C3",),
    words=_("A renewal that fails is tried as published, told each time with what to do, and takes no paid day away"),
    observe=observe_failures,
    every=timedelta(hours=6),
    sabotages=(
        Sabotage("silent", _("Members are not told that a payment failed"), sabotages.tell_nobody),
        Sabotage("endless", _("A card is tried each day for a month"), sabotages.try_for_a_month),
        Sabotage("short", _("A payment that fails ends the membership"), sabotages.end_at_failure),
        Sabotage("for_good", _("A membership that nobody paid never lapses"), sabotages.never_lapse),
        Sabotage("way_out", _("The message does not say where to pay"), sabotages.lead_nowhere),
        Sabotage("undeclared", _("The message holds a value that nobody declared for it"), sabotages.tell_more),
    ),
)


def register() -> None:
    """Register the checks; called once, at start-up."""
    for control in (NOTICES, FAILURES):
        controls.register(control.key, control)
