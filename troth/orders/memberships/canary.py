"""Invented members whose renewals are carried through day by day, and undone: for the checks (A12).

Days are handed to the same functions that the hourly run calls; only two things are invented: the outside company,
which pays or declines as told, and the gate's note, which hears what the real gate decides.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from troth.accounts.api import open_account, verify
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.money import Money
from troth.kernel.ports import ContactOutcome, ContactRequest, contact_gates, rehearse_contact
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.orders.actions import paying
from troth.orders.actions.cards import save_card
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.settling import settle_attempt
from troth.orders.memberships import charging, queries, renewals
from troth.orders.memberships.contacts import compose_renewal
from troth.orders.memberships.standing import DAY
from troth.orders.models import (
    Membership,
    PaymentAttempt,
    Plan,
    Price,
    Product,
    ProductKind,
    Renewal,
    SavedCard,
    Term,
    TermRule,
)
from troth.orders.pricing import LineWanted
from troth.processors.api import CardHint, CardOutcome, CardState
from troth.ui.api import render_mail

CURRENCY, PRICE, LAST4 = "USD", 4200, "0341"
_CONTACT = OrderContactValues(name="Canary", email="canary@example.org")


@dataclass
class Story:
    """What happened to one invented member.

    Arguments:
        membership: the membership.
        ends_on: the last day that was paid when the story began.
        told: day, kind of contact and its text, in order.
        charged: day and amount of each charge, in order.
        steps: day and what was done.
        members: the days on which it counted as a member.
        refused: kind of contact, and why its mail would not leave.
    """

    membership: Membership
    ends_on: date
    told: list[tuple[date, str, str]] = field(default_factory=list)
    charged: list[tuple[date, Money]] = field(default_factory=list)
    steps: list[tuple[date, str]] = field(default_factory=list)
    members: set[date] = field(default_factory=set)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def told_of(self, name: str) -> list[tuple[date, str]]:
        """Return day and text of each contact of this kind."""
        return [(day, text) for day, kind, text in self.told if kind == name]


class _Listening:
    """The real gate, with somebody who notes what it decides."""

    def __init__(self, real: Any, note: Callable[[ContactRequest, ContactOutcome], None]) -> None:
        self._real = real
        self._note = note

    def contact(self, request: ContactRequest) -> ContactOutcome:
        """Let the gate decide, and note what it lets through."""
        outcome: ContactOutcome = self._real.contact(request)
        if outcome.channel is not None:
            self._note(request, outcome)
        return outcome

    def permits(self, letter: Any) -> bool:
        """Return what the gate says."""
        return bool(self._real.permits(letter))

    def rehearse(self, decision_id: UUID) -> str:
        """Return what the gate says."""
        return str(self._real.rehearse(decision_id))


def begin_story(*, by_card: bool = True) -> Story:
    """Make an invented member with a term of a month that was paid today; in a block that is undone."""
    tag = secrets.token_hex(6)
    values = {"name": f"Canary {tag}", "email": f"canary-{tag}@example.org", "user_name": f"canary-{tag}"}
    account = open_account(values=values, encoded=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20), welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        verify(account)
    product = _make_plan(tag)
    with acting(actor=client(account.id), purpose=Purpose.BILLING):
        hint = CardHint("visa", LAST4, 12, clock.today().year + 3)
        saved = CardOutcome(CardState.PAID, card=hint, saved_card_ref=f"c-{tag}", customer_ref=f"u-{tag}")
        save_card(subject_id=account.id, outcome=saved)
        order = place_order(
            subject_id=account.id,
            wanted=[LineWanted(product=product)],
            contact=_CONTACT,
            currency=CURRENCY,
            renews_by_card=by_card,
        )
    _pay(order)
    membership = Membership.objects.get(subject_id=account.id)
    return Story(membership, Term.objects.get(membership=membership).ends_on)


def live_on(story: Story, *, pays: bool, until: date, each_day: Callable[[date], None] = lambda _day: None) -> None:
    """Let the days pass until the last one: announce, take the steps that are due, and note what happened.

    Arguments:
        story: whose days.
        pays: whether the card pays.
        until: the last day.
        each_day: what else happens at the end of each day.
    """
    day = queries.today()
    while day <= until:
        with _outside(story, pays=pays, day=day):
            _run(story, day)
        each_day(day)
        if queries.standing_of(story.membership, on=day).is_member:
            story.members.add(day)
        day += DAY


def _run(story: Story, day: date) -> None:
    for term in list(renewals.find_to_announce(day, membership=story.membership)):
        renewals.announce(term, day, contact=_CONTACT if term.membership.renews else None)
    due = Renewal.objects.filter(membership=story.membership, closed_at=None, due_on__lte=day)
    for renewal_id in list(due.values_list("pk", flat=True)):
        step = charging.take_step(renewal_id, day)
        story.steps.append((day, step))


@contextmanager
def _outside(story: Story, *, pays: bool, day: date) -> Iterator[None]:
    """Put an invented company in place of the card processor's answer, and listen at the gate."""

    def answer(renewal: Renewal, _card: SavedCard) -> PaymentAttempt | None:
        if renewal.order is None:
            return None
        story.charged.append((day, renewal.order.total))
        return _pay(renewal.order, pays=pays)

    def note(request: ContactRequest, outcome: ContactOutcome) -> None:
        if request.subject_id == story.membership.subject_id:
            name = request.about.removeprefix("orders.")
            story.told.append((day, name, _read_text(story.membership.subject_id, name, request.facts)))
            story.refused += [(name, why)] if (why := rehearse_contact(outcome)) else []

    real = contact_gates.withdraw("support")
    contact_gates.register("support", _Listening(real, note))
    try:
        with swap(charging, "_ask", answer):
            yield
    finally:
        contact_gates.withdraw("support")
        contact_gates.register("support", real)


def _read_text(subject_id: UUID, name: str, facts: Mapping[str, str | int]) -> str:
    """Return what the member reads; empty for what is not about a renewal."""
    if "renewal" not in facts:
        return ""
    with acting(actor=client(subject_id), purpose=Purpose.BILLING):
        said = compose_renewal(subject_id, facts)
    mail = render_mail(template=f"orders/emails/{name}", context={"greeting": "Canary", **said}, language="en")
    return str(mail.text)


def _pay(order: Any, *, pays: bool = True) -> PaymentAttempt:
    """Note an answer of the invented company, by the functions that note the real one's."""
    attempt = paying._open_attempt(order, saves_card=False, off_session=True)  # noqa: SLF001  the charge without the call
    if attempt is None:
        return PaymentAttempt.objects.filter(order=order).latest("made_at")
    ref = f"canary-{attempt.pk}"
    outcome = (
        CardOutcome(CardState.PAID, payment_ref=ref, amount=order.total)
        if pays
        else CardOutcome(CardState.FAILED, payment_ref=ref, reason="insufficient_funds")
    )
    return settle_attempt(attempt, outcome)


def _make_plan(tag: str) -> Product:
    product = Product.objects.create(
        key=f"canary-{tag}", kind=ProductKind.MEMBERSHIP, names={"en": "Canary"}, descriptions={"en": ""}
    )
    Price.objects.create(product=product, currency=CURRENCY, minor=PRICE, valid_from=clock.now() - DAY)
    Plan.objects.create(product=product, term_rule=TermRule.MONTHS, months=1)
    return product
