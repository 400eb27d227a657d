"""The demo's members, with a past: joined, renewed, lapsed, in grace, joint, and given, each by the pages' own actions.

The past is told to the clock. The payments are real ones at the card stand-in, made now, so that both books agree and a
refund goes through; what is old is told to nobody, and what is of this month is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.ids import new_id
from troth.kernel.ports import ContactOutcome, ContactRequest, contact_gates
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.orders import jobs
from troth.orders.actions import paying
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.settling import ask_processor, settle_attempt
from troth.orders.books.checking import check_books
from troth.orders.memberships import books, charging, queries, renewals, sharing
from troth.orders.memberships.links import LinkKind, write_code
from troth.orders.models import Order, PaymentAttempt, Price, Product, Renewal, SavedCard, Term
from troth.orders.pricing import LineWanted
from troth.orders.processor import card_processor
from troth.orders.tasks import draw_left_papers
from troth.ui.api import absolute_url

RECENT = timedelta(days=30)
GOOD, DECLINED_LATER = "4242424242424242", "4000000000000341"

type TypeCard = Callable[[str, str], None]
"""Types a card's number on a page of the processor, as its owner would."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened.

    Arguments:
        days_ago: when.
        act: what.
    """

    days_ago: int
    act: Callable[[], object]


def make_demo_members(people: Mapping[str, UUID], *, type_card: TypeCard) -> None:
    """Let it all happen, in the order of time.

    Arguments:
        people: user name to id of the demo's clients.
        type_card: see ``TypeCard``.
    """
    Price.objects.update(valid_from=_noon(950))
    story = _Story(people, type_card)
    steps = [
        Step(940, lambda: story.buy("ottilie", "collector", renews=True)),
        *(Step(days, story.run_for("ottilie")) for days in (589, 575, 224, 210)),
        Step(800, lambda: story.buy("jörg.w", "collector", currency="EUR")),
        *(Step(days, story.run_for("jörg.w")) for days in (449, 435, 420)),
        Step(376, lambda: story.buy("nneka", "collector", renews=True, card=DECLINED_LATER)),
        *(Step(days, story.run_for("nneka")) for days in (26, 12, 9, 5, 2)),
        Step(230, lambda: story.buy("sakura", "joint", renews=True)),
        Step(228, lambda: story.share("sakura", "wilhelmina")),
        Step(95, lambda: story.give("ottilie", "casimir")),
        Step(20, lambda: story.buy("ottilie", "gift")),
    ]
    for step in sorted(steps, key=lambda each: -each.days_ago):
        with clock.told(_noon(step.days_ago)), _quiet(when=step.days_ago > RECENT.days):
            step.act()
    draw_left_papers.call()
    check_books(until=clock.now() + timedelta(hours=1))


def _noon(days_ago: int) -> datetime:
    return clock.now().replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)


class _Story:
    def __init__(self, people: Mapping[str, UUID], type_card: TypeCard) -> None:
        self._people = people
        self._type_card = type_card

    def buy(self, name: str, key: str, *, renews: bool = False, card: str = GOOD, currency: str = "USD") -> Order:
        """Order one thing, and pay it on the processor's page."""
        subject_id = self._people[name]
        with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
            opened, language = books.read_contact(subject_id)
            order = place_order(
                subject_id=subject_id,
                wanted=[LineWanted(product=Product.objects.get(key=key))],
                contact=OrderContactValues(name=opened.name, email=opened.email),
                currency=currency,
                language=language,
                renews_by_card=renews,
            )
            moment = clock.now()
            with clock.told(None):
                back = absolute_url(reverse("orders:order", kwargs={"number": order.number}))
                page = paying.begin_payment(order=order, save_card=renews, pages=paying.Pages(paid=back, left=back))
        if page is None:
            return order
        self._type_card(page.url, card)
        self._settle(PaymentAttempt.objects.get(order=order), moment)
        return order

    def run_for(self, name: str) -> Callable[[], None]:
        """Return what announces the renewal of one member, or takes the step that is due."""
        return lambda: self._run(self._people[name])

    def share(self, owner: str, other: str) -> None:
        """Let one take the place that another offers."""
        membership = queries.find_membership(self._people[owner])
        if membership is None:
            return
        with acting(actor=client(self._people[owner]), purpose=Purpose.ORDERS):
            invitation = sharing.offer_seat(membership)
        with acting(actor=client(self._people[other]), purpose=Purpose.ORDERS):
            sharing.take_seat(write_code(LinkKind.SEAT, invitation.pk), self._people[other])

    def give(self, giver: str, receiver: str) -> None:
        """Let one buy a gift, and another redeem it."""
        self.buy(giver, "gift")
        gift = sharing.list_gifts(self._people[giver])[0]
        with acting(actor=client(self._people[receiver]), purpose=Purpose.ORDERS):
            sharing.redeem_gift(write_code(LinkKind.GIFT, gift.pk), self._people[receiver])

    def _run(self, subject_id: UUID) -> None:
        day, membership = queries.today(), queries.find_membership(subject_id)
        if membership is None:
            return
        for term in list(renewals.find_to_announce(day, membership=membership)):
            self._announce(term, day)
        with swap(charging, "_ask", self._charge):
            for renewal in Renewal.objects.filter(subject_id=subject_id, closed_at=None, due_on__lte=day):
                charging.take_step(renewal.pk, day)

    def _announce(self, term: Term, day: date) -> None:
        with acting(actor=client(term.subject_id), purpose=Purpose.ORDERS):
            contact = books.read_contact(term.subject_id)[0] if term.membership.renews else None
        renewals.announce(term, day, contact=contact)

    def _charge(self, renewal: Renewal, card: SavedCard) -> PaymentAttempt | None:
        """Charge the saved card at the stand-in now, and note it at the moment that the story has reached."""
        if renewal.order is None:
            return None
        attempt = paying._open_attempt(renewal.order, saves_card=False, off_session=True)  # noqa: SLF001  in two times
        if attempt is None:
            return None
        with clock.told(None), acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
            opened = card.open("customer_ref", "card_ref")
            request = paying._write_request(attempt, paying.Pages(paid="", left=""))  # noqa: SLF001
            outcome = card_processor().charge_saved(
                request, customer_ref=opened.customer_ref, saved_card_ref=opened.card_ref
            )
        return settle_attempt(attempt, outcome)

    def _settle(self, attempt: PaymentAttempt, moment: datetime) -> None:
        with clock.told(None):
            outcome = ask_processor(attempt)
        PaymentAttempt.objects.filter(pk=attempt.pk).update(made_at=moment)
        if outcome is not None:
            settle_attempt(attempt, outcome)


class _Silence:
    """A gate that lets nothing through: nobody is told today of what happened long ago."""

    def contact(self, _request: ContactRequest) -> ContactOutcome:
        """Say that nobody is contacted."""
        return ContactOutcome(decision_id=new_id(), channel=None, reason="past")

    def permits(self, _letter: Any) -> bool:
        """Let no mail leave."""
        return False

    def rehearse(self, _decision_id: UUID) -> str:
        """Say that nothing was to leave."""
        return ""


@contextmanager
def _quiet(*, when: bool) -> Iterator[None]:
    if not when:
        yield
        return
    real = contact_gates.withdraw("support")
    contact_gates.register("support", _Silence())
    try:
        yield
    finally:
        contact_gates.withdraw("support")
        contact_gates.register("support", real)
