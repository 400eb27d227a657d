"""Memberships through the real actions: a settled payment begins one, the run renews it as published, and gives up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from troth.accounts.models import Account, AccountState
from troth.kernel import clock, console
from troth.kernel.acting import acting
from troth.kernel.acting import client as client_actor
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.ports import Channel, ContactOutcome, ContactRequest, contact_gates
from troth.kernel.purposes import Purpose
from troth.orders import processor
from troth.orders.actions.cards import save_card
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.paying import charge_order
from troth.orders.memberships import changes, charging, queries, renewals, sharing
from troth.orders.memberships.contacts import compose_renewal
from troth.orders.memberships.links import LinkKind, write_code
from troth.orders.memberships.standing import DAY, State
from troth.orders.models import (
    AttemptState,
    Membership,
    PaymentAttempt,
    Plan,
    Price,
    Product,
    ProductKind,
    Renewal,
    RenewalTry,
    Term,
    TermRule,
)
from troth.orders.pricing import LineWanted
from troth.processors.card import CardHint, CardOutcome, CardState, ChargeRequest
from troth.ui.api import render_mail

pytestmark = pytest.mark.django_db


class Gate:
    """Notes who is told what."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def contact(self, request: ContactRequest) -> ContactOutcome:
        name = request.about.removeprefix("orders.")
        if name not in {"order_placed", "order_paid"}:  # what is told of the order itself is looked at in test_mails
            self.told.append(name)
        return ContactOutcome(uuid4(), Channel.EMAIL, "default")

    def permits(self, letter: object) -> bool:
        return True


class Cards:
    """A card that pays or does not."""

    def __init__(self) -> None:
        self.pays = True
        self.charged: list[ChargeRequest] = []

    def start_checkout(self, request: ChargeRequest) -> None:
        raise Refused("Nobody answers.")

    def charge_saved(self, request: ChargeRequest, **_refs: str) -> CardOutcome:
        self.charged.append(request)
        if not self.pays:
            return CardOutcome(CardState.FAILED, payment_ref=f"p-{uuid4()}", reason="insufficient_funds")
        return CardOutcome(CardState.PAID, payment_ref=f"p-{uuid4()}", amount=request.amount)


@pytest.fixture
def gate() -> Iterator[Gate]:
    before = contact_gates.withdraw("support") if "support" in contact_gates else None
    mine = Gate()
    contact_gates.register("support", mine)
    yield mine
    contact_gates.withdraw("support")
    if before is not None:
        contact_gates.register("support", before)


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Cards:
    made = Cards()
    monkeypatch.setattr(processor.processors, "card_processor", lambda: made, raising=False)
    return made


def make_plan(key: str, minor: int, **more: object) -> Plan:
    product = Product.objects.create(key=key, kind=ProductKind.MEMBERSHIP, names={"en": key}, descriptions={"en": ""})
    began = clock.now() - timedelta(days=1)
    Price.objects.create(product=product, currency="USD", minor=minor, valid_from=began)
    return Plan.objects.create(product=product, term_rule=TermRule.MONTHS, **more)


def buy(account: Account, plan: Plan, *, by_card: bool = True) -> Membership | None:
    with acting(actor=client_actor(account.id), purpose=Purpose.BILLING):
        hint = CardHint("visa", "4242", 12, clock.today().year + 3)
        outcome = CardOutcome(CardState.PAID, card=hint, saved_card_ref="c", customer_ref="u")
        card = save_card(subject_id=account.id, outcome=outcome)
    with acting(actor=client_actor(account.id), purpose=Purpose.ORDERS):
        contact = OrderContactValues(name="Ada Example", email="ada@example.org")
        wanted = [LineWanted(product=plan.product)]
        order = place_order(
            subject_id=account.id, wanted=wanted, contact=contact, currency="USD", renews_by_card=by_card
        )
        charge_order(order=order, card=card)
    return queries.find_membership(account.id)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def run() -> list[str]:
    day = queries.today()
    renewals.announce_due(day)
    return [charging.take_step(renewal_id, day) for renewal_id in list(renewals.list_due(day))]


def joined(account: Account) -> Membership:
    membership = buy(account, make_plan("yearly", 5000))
    assert membership is not None
    return membership


def test_it_renews_by_itself_a_year_later_at_the_price_that_the_notice_said(gate: Gate, cards: Cards) -> None:
    membership = joined(make_account())
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    with time_machine.travel(noon(ends_on - 14 * DAY), tick=False) as clock_hand:
        assert run() == []
        assert gate.told[-1] == "renewal_announced"
        Price.objects.create(
            product=membership.plan.product, currency="USD", minor=9900, valid_from=clock.now() - timedelta(hours=1)
        )
        clock_hand.move_to(noon(ends_on))
        assert run() == ["renewed"]
        assert run() == []
        assert cards.charged[-1].amount == Money(5000, "USD")
        assert queries.standing_of(membership).paid_until > ends_on + 300 * DAY
        assert Term.objects.filter(membership=membership).count() == 2


def test_a_payment_that_fails_is_tried_as_published_then_given_up_then_lapses_and_comes_back(
    gate: Gate, cards: Cards
) -> None:
    account = make_account()
    membership = joined(account)
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    cards.pays, steps = False, []
    for offset in range(-14, 17):
        with time_machine.travel(noon(ends_on + offset * DAY), tick=False):
            steps += [(offset, step) for step in run()]
            expected = State.ACTIVE if offset <= 0 else State.GRACE if offset <= 14 else State.LAPSED
            assert queries.standing_of(membership).state == expected
            assert queries.is_member(account.id) == (offset <= 14)
    assert steps == [(0, "failed"), (3, "failed"), (7, "failed"), (10, "given_up"), (15, "lapsed")]
    assert len(cards.charged) == 1 + 4
    said = ["renewal_announced", *["renewal_failed"] * 3, "renewal_given_up", "membership_lapsed"]
    assert [each for each in gate.told if each in said] == said
    membership.refresh_from_db()
    assert not membership.renews
    cards.pays = True
    with time_machine.travel(noon(ends_on + 90 * DAY), tick=False):
        again = buy(account, membership.plan)
        assert again is not None and again.number == membership.number
        assert queries.standing_of(again).state == State.ACTIVE
        assert queries.standing_of(again).came_back_on == queries.today()


def test_who_stopped_or_went_away_is_not_charged(gate: Gate, cards: Cards) -> None:
    account = make_account()
    membership = joined(account)
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    with time_machine.travel(noon(ends_on - 10 * DAY), tick=False):
        run()
        assert changes.stop_by_link(write_code(LinkKind.STOP, membership.pk))
        assert not changes.stop_by_link(write_code(LinkKind.STOP, membership.pk))
    with time_machine.travel(noon(ends_on + 5 * DAY), tick=False):
        assert run() == []
        membership.refresh_from_db()
        assert queries.standing_of(membership).state == State.ENDED
    assert len(cards.charged) == 1


def test_a_deactivated_account_is_called_off(gate: Gate, cards: Cards) -> None:
    account = make_account()
    membership = joined(account)
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    with time_machine.travel(noon(ends_on - 5 * DAY), tick=False):
        run()
        Account.objects.filter(pk=account.pk).update(state=AccountState.DEACTIVATED)
    with time_machine.travel(noon(ends_on + 9 * DAY), tick=False):
        assert run() == ["called_off"]
    assert len(cards.charged) == 1


def test_a_run_that_was_killed_after_the_charge_charges_once(
    gate: Gate, cards: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership = joined(make_account())
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    with time_machine.travel(noon(ends_on - 14 * DAY), tick=False) as clock_hand:
        run()
        clock_hand.move_to(noon(ends_on))
        with monkeypatch.context() as patch:
            patch.setattr(charging, "_end_try", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                run()
        run()
    assert len(cards.charged) == 2
    assert PaymentAttempt.objects.filter(state=AttemptState.PAID).count() == 2
    assert RenewalTry.objects.count() == Renewal.objects.count() == 1


def test_a_gift_is_redeemed_once_and_by_somebody_else(gate: Gate, cards: Cards) -> None:
    giver, receiver = make_account(), make_account(email="bo@example.org", user_name="bob")
    assert buy(giver, make_plan("present", 3000, is_gift=True)) is None
    code = write_code(LinkKind.GIFT, sharing.list_gifts(giver.id)[0].pk)
    with acting(actor=client_actor(receiver.id), purpose=Purpose.ORDERS):
        sharing.redeem_gift(code, receiver.id)
        with pytest.raises(Exception, match="does not hold any more"):
            sharing.redeem_gift(code, receiver.id)
    assert queries.is_member(receiver.id) and not queries.is_member(giver.id)


def test_every_page_of_a_member_opens_and_the_stop_link_needs_no_sign_in(
    gate: Gate, cards: Cards, client: Client
) -> None:
    account = make_account()
    membership = joined(account)
    sign_in_directly(client, account.id)
    for name in ("mine", "renew", "card", "card_pdf", "card_code", "card_page"):
        response = client.get(reverse(f"memberships:{name}"))
        assert response.status_code == 200, name
    assert membership.number in client.get(reverse("memberships:mine")).content.decode()
    # Staff find the member by the number on the card, however it is typed.
    typed = membership.number.replace("-", " ").lower()
    assert console.number_finders.get("membership")(typed) == [account.id]
    assert console.number_finders.get("membership")("M-0000-0000-00") == []
    stranger = Client()
    link = reverse("memberships:stop_link", kwargs={"code": write_code(LinkKind.STOP, membership.pk)})
    shown = stranger.get(link, secure=True)
    assert shown.status_code == 200
    assert membership.number not in shown.content.decode()
    assert stranger.post(link, secure=True).status_code == 200
    membership.refresh_from_db()
    assert membership.stopped_at is not None


def test_what_is_told_names_amount_day_and_last_digits(gate: Gate, cards: Cards) -> None:
    membership = joined(make_account())
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    with time_machine.travel(noon(ends_on - 14 * DAY), tick=False):
        run()
        renewal = Renewal.objects.get()
        with acting(actor=client_actor(membership.subject_id), purpose=Purpose.BILLING):
            facts = compose_renewal(membership.subject_id, {"renewal": str(renewal.pk), "number": 1})
        for name in ("renewal_announced", "renewal_failed", "renewal_given_up", "renewal_grace", "membership_lapsed"):
            mail = render_mail(template=f"orders/emails/{name}", context={"greeting": "Ada", **facts}, language="en")
            assert "4242" in mail.text or name in {"renewal_grace", "membership_lapsed"}
        mail = render_mail(
            template="orders/emails/renewal_announced", context={"greeting": "Ada", **facts}, language="en"
        )
        assert "$50.00" in mail.text and "/membership/stop/" in mail.text


def test_who_chose_no_renewal_is_not_charged_though_a_card_is_saved(gate: Gate, cards: Cards) -> None:
    account = make_account()
    membership = buy(account, make_plan("yearly", 5000), by_card=False)
    assert membership is not None and not membership.renews
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    for offset in range(-14, 16):
        with time_machine.travel(noon(ends_on + offset * DAY), tick=False):
            run()
    assert len(cards.charged) == 1
    assert gate.told == [
        "renewal_by_hand",
        "renewal_grace",
        "membership_lapsed",
    ]


def test_who_saves_a_card_later_agrees_to_renew_by_it_and_is_told_anew(gate: Gate, cards: Cards) -> None:
    account = make_account()
    membership = buy(account, make_plan("yearly", 5000), by_card=False)
    assert membership is not None
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    with time_machine.travel(noon(ends_on - 14 * DAY), tick=False) as clock_hand:
        run()
        with acting(actor=client_actor(account.id), purpose=Purpose.ORDERS):
            assert changes.renew_by_card(account.id)
        run()
        assert gate.told[-1] == "renewal_announced"
        clock_hand.move_to(noon(ends_on))
        assert run() == ["renewed"]
    membership.refresh_from_db()
    with (
        time_machine.travel(noon(ends_on + DAY), tick=False),
        acting(actor=client_actor(account.id), purpose=Purpose.ORDERS),
    ):
        changes.stop_renewal(membership)
        assert not changes.renew_by_card(account.id)


def test_the_page_says_what_is_true_in_each_state_of_a_renewal(gate: Gate, cards: Cards, client: Client) -> None:
    account = make_account()
    membership = joined(account)
    ends_on = queries.standing_of(membership).paid_until
    assert ends_on is not None
    cards.pays, said = False, {}
    for offset in (-14, 0, 3, 7, 10, 15):
        with time_machine.travel(noon(ends_on + offset * DAY), tick=False):
            run()
            sign_in_directly(client, account.id)
            page = " ".join(client.get(reverse("memberships:mine")).content.decode().replace("\u00a0", " ").split())
            said[offset] = ("we charge" in page, "The last try was not paid" in page, "do not try again" in page)
    tried = (True, True, False)
    expected = {-14: (True, False, False), 0: tried, 3: tried, 7: tried, 10: (False, False, True), 15: (False,) * 3}
    assert said == expected


def test_renewing_and_changing_by_hand_lead_to_the_order_where_the_processor_cannot_be_asked(
    gate: Gate, cards: Cards, client: Client
) -> None:
    account = make_account()
    membership = joined(account)
    better = make_plan("better", 9000, rank=5)
    sign_in_directly(client, account.id)
    ways = ({"plan": membership.plan.pk, "renewal": "card"}, {"plan": better.pk, "when": "now"})
    for name, sent in zip(("renew", "change"), ways, strict=True):
        response = client.post(reverse(f"memberships:{name}"), {**sent, "key": uuid4()})
        assert response.status_code == 303, name
        assert client.get(response["Location"]).status_code == 200
