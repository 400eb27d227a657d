"""The card processor's contract: the real adapter, with the real library, over real HTTP to the stand-in."""

import json
import time
from datetime import timedelta

import pytest

from tests.standins import SECRET
from troth.accounts.api import Profile
from troth.disclosures.api import list_left_of
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.ports import register_system_job, system_jobs
from troth.kernel.purposes import Purpose
from troth.processors.api import (
    CardEventKind,
    CardState,
    ChargeRequest,
    Unreachable,
    ask_deletion,
    card_event_handlers,
    card_processor,
    catalogue_names,
)
from troth.processors.hooks.intake import hand_on_waiting
from troth.processors.models import HeldThere, HookEvent
from troth.standins.card.company import sign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("furnished")]

JOB = "cardtest"
if JOB not in system_jobs:
    register_system_job(name=JOB, words="a test", purposes=(Purpose.BILLING,))


@pytest.fixture(autouse=True)
def sold(monkeypatch):
    """A catalogue with one thing in it."""
    monkeypatch.setitem(catalogue_names._items, "test", lambda name: name == "Catalogue of lamps")


@pytest.fixture(autouse=True)
def billing(ada):
    with acting(actor=system(JOB), purpose=Purpose.BILLING):
        yield


def ask_for(ada, *, minor=4200, lines=None, save_card=False, attempt_id=None):
    profile = Profile.of(ada.id)
    return ChargeRequest(
        attempt_id=attempt_id or new_id(),
        subject_id=ada.id,
        order_number="T2026-00001",
        payer={"name": profile.name, "email": profile.email},
        amount=Money(minor, "USD"),
        lines=lines or [("Catalogue of lamps", Money(minor, "USD"))],
        save_card=save_card,
        return_url="https://troth.localhost:8443/orders/paid/",
        cancel_url="https://troth.localhost:8443/orders/left/",
    )


def test_a_page_is_paid_once_and_says_what_was_taken(ada, card_standin):
    card = card_processor()
    request = ask_for(ada)
    page = card.start_checkout(request)
    assert page.expires_at > clock.now()
    assert card.find_checkout(page.session_ref, subject_id=ada.id).state is CardState.OPEN
    assert card.start_checkout(request).session_ref == page.session_ref
    assert card_standin.pay(page.url).status_code in {302, 303}
    paid = card.find_checkout(page.session_ref, subject_id=ada.id)
    assert (paid.state, paid.amount) == (CardState.PAID, Money(4200, "USD"))
    assert (paid.card.last4, paid.card.expires_year, paid.saved_card_ref) == ("4242", 2034, "")
    assert card.find_payment(paid.payment_ref, subject_id=ada.id).state is CardState.PAID
    assert [each.amount for each in card.list_settlements(since=clock.now() - timedelta(hours=1))] == [
        Money(4200, "USD")
    ]


def test_what_left_is_name_and_address_once_and_stands_in_the_record(ada, card_standin):
    card = card_processor()
    for _time in range(2):
        card.start_checkout(ask_for(ada))
    rows = [each for each in list_left_of(ada.id) if each.recipient == "card-processor"]
    assert [set(each.fields) for each in rows] == [{"accounts.Profile.name", "accounts.Profile.email"}]
    bodies = json.dumps([request["body"] for request in card_standin.requests()])
    assert bodies.count("ada@example.org") == 1
    assert "+44" not in bodies


def test_a_decline_says_why_and_another_card_may_follow(ada, card_standin):
    card = card_processor()
    page = card.start_checkout(ask_for(ada))
    answer = card_standin.pay(page.url, "4000000000009995")
    assert answer.status_code == 422
    outcome = card.find_checkout(page.session_ref, subject_id=ada.id)
    assert (outcome.state, outcome.reason) == (CardState.OPEN, "insufficient_funds")
    card_standin.pay(page.url)
    assert card.find_checkout(page.session_ref, subject_id=ada.id).state is CardState.PAID


def test_a_saved_card_is_charged_and_a_no_of_the_bank_is_an_outcome(ada, card_standin):
    card = card_processor()
    page = card.start_checkout(ask_for(ada, save_card=True))
    card_standin.pay(page.url)
    first = card.find_checkout(page.session_ref, subject_id=ada.id)
    assert first.saved_card_ref
    charged = card.charge_saved(
        ask_for(ada, minor=900), customer_ref=first.customer_ref, saved_card_ref=first.saved_card_ref
    )
    assert (charged.state, charged.amount) == (CardState.PAID, Money(900, "USD"))
    card.forget_card(subject_id=ada.id, customer_ref=first.customer_ref, saved_card_ref=first.saved_card_ref)
    with pytest.raises(Refused):
        card.charge_saved(ask_for(ada, minor=900), customer_ref=first.customer_ref, saved_card_ref=first.saved_card_ref)


def test_money_goes_back_in_parts_and_never_more_than_was_paid(ada, card_standin):
    card = card_processor()
    page = card.start_checkout(ask_for(ada))
    card_standin.pay(page.url)
    paid = card.find_checkout(page.session_ref, subject_id=ada.id)
    refund_id = new_id()

    def give(minor, refund_id):
        return card.refund(
            refund_id=refund_id, subject_id=ada.id, payment_ref=paid.payment_ref, amount=Money(minor, "USD")
        )

    first = give(1000, refund_id)
    assert first.state == "paid"
    assert give(1000, refund_id).refund_ref == first.refund_ref
    assert give(9999, new_id()).state == "failed"
    assert give(3200, new_id()).state == "paid"


def test_a_page_is_closed_and_a_paid_one_stays_paid(ada, card_standin):
    card = card_processor()
    page, paid = card.start_checkout(ask_for(ada)), card.start_checkout(ask_for(ada))
    card.cancel_checkout(page.session_ref, subject_id=ada.id)
    assert card.find_checkout(page.session_ref, subject_id=ada.id).state is CardState.EXPIRED
    card_standin.pay(paid.url)
    card.cancel_checkout(paid.session_ref, subject_id=ada.id)
    assert card.find_checkout(paid.session_ref, subject_id=ada.id).state is CardState.PAID


def test_a_lost_answer_is_asked_for_again_and_charges_once(ada, card_standin):
    card = card_processor()
    card.start_checkout(ask_for(ada))
    request = ask_for(ada)
    card_standin.fail("lost", path="/v1/checkout")
    with pytest.raises(Unreachable):
        card.start_checkout(request)
    page = card.start_checkout(request)
    assert len([each for each in card_standin.things("cs") if each["id"] == page.session_ref]) == 1
    assert len(card_standin.things("cs")) == 2


def test_what_is_no_name_of_the_catalogue_never_leaves(ada, card_standin):
    with pytest.raises(Refused):
        card_processor().start_checkout(ask_for(ada, lines=[("For Ada of 12 Example Road", Money(4200, "USD"))]))
    assert "Example Road" not in json.dumps(card_standin.requests())
    credit = [("Catalogue of lamps", Money(5200, "USD")), ("Catalogue of lamps", Money(-1000, "USD"))]
    page = card_processor().start_checkout(ask_for(ada, lines=credit))
    assert page.url


def test_an_event_is_kept_once_handed_on_and_a_forged_one_is_not(ada, card_standin, client, monkeypatch):
    seen = []
    monkeypatch.setitem(card_event_handlers._items, "test", seen.append)
    card = card_processor()
    request = ask_for(ada)
    page = card.start_checkout(request)
    card_standin.pay(page.url)
    posts = card_standin.posts()
    assert posts
    for post in [*posts, *reversed(posts)]:
        assert post.deliver(client, "/hooks/card/").status_code == 200
    HookEvent.objects.update(next_try_at=clock.now())
    hand_on_waiting()
    assert len({event.event_ref for event in seen}) == len(seen)
    finished = [event for event in seen if event.kind is CardEventKind.CHECKOUT]
    assert [(event.object_ref, event.attempt_id) for event in finished] == [(page.session_ref, request.attempt_id)]
    stored = json.dumps(list(HookEvent.objects.values("facts", "object_ref", "kind")))
    assert "ada@example.org" not in stored
    body = posts[0].body
    for signature in ("", "t=1,v1=00", sign(body, secret="whsec_other")["Stripe-Signature"]):
        answer = client.post(
            "/hooks/card/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        assert answer.status_code == 400
    old = sign(body, secret=SECRET, at=time.time() - 3600)["Stripe-Signature"]
    answer = client.post("/hooks/card/", data=body, content_type="application/json", headers={"Stripe-Signature": old})
    assert answer.status_code == 400


def test_the_payer_is_deleted_there_and_the_answer_is_kept(ada, card_standin):
    card_processor().start_checkout(ask_for(ada))
    (held,) = HeldThere.objects.filter(subject_id=ada.id)
    (row,) = [each for each in ask_deletion(ada.id) if each.processor == "card-processor"]
    assert row.answer == "deleted"
    assert not HeldThere.objects.filter(subject_id=ada.id).exists()
    (customer,) = [each for each in card_standin.things("cus") if each["id"] == held.ref]
    assert customer.get("deleted") is True


def test_a_charge_and_a_refund_whose_answers_were_lost_are_found_again(ada, card_standin):
    card = card_processor()
    page = card.start_checkout(ask_for(ada, save_card=True))
    card_standin.pay(page.url)
    first = card.find_checkout(page.session_ref, subject_id=ada.id)
    request, refund_id = ask_for(ada, minor=900), new_id()
    assert card.find_charge(request.attempt_id, subject_id=ada.id) is None
    card_standin.fail("lost", path="/v1/payment_intents")
    with pytest.raises(Unreachable):
        card.charge_saved(request, customer_ref=first.customer_ref, saved_card_ref=first.saved_card_ref)
    found = card.find_charge(request.attempt_id, subject_id=ada.id)
    assert (found.state, found.amount) == (CardState.PAID, Money(900, "USD"))

    asked = {"subject_id": ada.id, "payment_ref": found.payment_ref}
    assert card.search_refund(refund_id, **asked) is None
    card_standin.fail("lost", path="/v1/refunds")
    with pytest.raises(Unreachable):
        card.refund(refund_id=refund_id, amount=Money(300, "USD"), **asked)
    given = card.search_refund(refund_id, **asked)
    assert (given.state, given.amount) == ("paid", Money(300, "USD"))
    assert card.search_refund(new_id(), **asked) is None


def test_a_corrected_name_and_address_arrive_and_are_written_down_as_what_left(ada, card_standin):
    from troth.kernel.acting import client
    from troth.processors.correcting import pass_on_due
    from troth.processors.models import CorrectionState, RelayedCorrection

    card_processor().start_checkout(ask_for(ada))
    profile = Profile.of(ada.id)
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        profile.name = "Ada King"
        profile.save()
    card_standin.fail("down")
    assert pass_on_due() == 0
    assert card_standin.things("cus")[0]["name"] != "Ada King"
    RelayedCorrection.objects.update(next_try_at=clock.now())
    assert pass_on_due() == 1
    assert RelayedCorrection.objects.get().state == CorrectionState.DONE
    assert card_standin.things("cus")[0]["name"] == "Ada King"
    left = list_left_of(ada.id)[0]
    assert (left.operation, left.fields, left.outcome) == (
        "card.correct_customer",
        ("accounts.Profile.name",),
        "accepted",
    )


def test_a_request_to_delete_waits_while_nobody_answers_and_is_done_when_somebody_does(ada, card_standin):
    from troth.processors.models import DeletionRequest
    from troth.processors.passing_on import ask_again, pass_on_erasure

    card_processor().start_checkout(ask_for(ada))
    card_standin.fail("down")
    (told,) = pass_on_erasure(ada.id)
    assert told == "Lantern Card Services (invented): asked, and not answered yet"
    assert not card_standin.things("cus")[0].get("deleted")
    card_standin.fail("lost")
    DeletionRequest.objects.update(next_try_at=clock.now())
    assert ask_again() == 0
    assert card_standin.things("cus")[0]["deleted"]
    DeletionRequest.objects.update(next_try_at=clock.now())
    assert ask_again() == 1
    assert pass_on_erasure(ada.id) == ["Lantern Card Services (invented): customer and cards deleted"]


def test_the_books_of_the_company_agree_with_the_record_and_a_forged_row_is_seen(ada, card_standin):
    from troth.disclosures.models import Disclosure
    from troth.processors.books_control import BOOKS

    card_processor().start_checkout(ask_for(ada))
    seen = BOOKS.observe()
    assert not seen.failures and seen.examined > 3
    row = Disclosure.objects.get(subject_id=ada.id)
    Disclosure.objects.filter(pk=row.pk).update(fields="accounts.Profile.email")
    assert any("brought email, name" in failure for failure in BOOKS.observe().failures)
    Disclosure.objects.filter(pk=row.pk).update(fields=row.fields)
    assert not BOOKS.observe().failures
    for sabotage in BOOKS.sabotages:
        with sabotage.breach():
            assert BOOKS.observe().failures, sabotage.key
    assert not BOOKS.observe().failures
