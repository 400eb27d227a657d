"""News of the card processor about saved cards and disputes, from its own books by its signed posts (C1, C2)."""

from typing import Any

import pytest

from tests.contracts.test_renewals import GOOD, join, plan, told
from tests.factories.accounts import make_account
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.books.checking import check_books
from troth.orders.models import Dispute, DisputeState, PaymentAttempt, Plan, SavedCard
from troth.processors.hooks.intake import hand_on_waiting

__all__ = ["plan"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


@pytest.fixture
def membership(plan: Plan, card_standin: Any) -> Any:
    membership = join(make_account(), plan.product, card_standin, GOOD)
    card_standin.posts()
    return membership


def deliver(card_standin: Any, client: Any, *, backwards: bool = False) -> list[str]:
    """Post what waits, each twice; return what it was."""
    posts = card_standin.posts()
    for post in posts[::-1] if backwards else posts:
        for _each in range(2):
            assert post.deliver(client, "/hooks/card/").status_code < 300
    hand_on_waiting()
    return [post.name for post in posts]


def saved(card_standin: Any) -> str:
    return str(next(each["id"] for each in card_standin.things("pm") if each["customer"]))


def test_a_card_removed_at_the_processors_desk_is_removed_here_and_its_owner_told_once(
    membership: Any, card_standin: Any, client: Any
) -> None:
    card_standin.control(f"cards/{saved(card_standin)}", change="remove")
    assert deliver(card_standin, client) == ["payment_method.detached"]
    assert not SavedCard.objects.exists()
    assert told(membership) == ["card_gone"]


def test_a_card_that_its_bank_issued_anew_keeps_renewing_under_its_new_digits(
    membership: Any, card_standin: Any, client: Any
) -> None:
    before = SavedCard.objects.get()
    card_standin.control(f"cards/{saved(card_standin)}", change="renew", last4="1881")
    assert deliver(card_standin, client) == ["payment_method.automatically_updated"]
    card = SavedCard.objects.get()
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        opened = card.open("last4", "card_ref")
        assert (opened.last4, opened.card_ref) == ("1881", before.open("card_ref").card_ref)
    assert card.expires_on.year == before.expires_on.year + 4 and told(membership) == []


def test_news_of_a_card_that_is_nobodys_changes_nothing(membership: Any, card_standin: Any, client: Any) -> None:
    card_standin.control(f"cards/{saved(card_standin)}", change="remove")
    SavedCard.objects.update(replaced_at=membership.terms.get().made_at)
    deliver(card_standin, client)
    assert SavedCard.objects.count() == 1 and told(membership) == []


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_a_bank_that_only_asks_takes_no_money_until_it_is_a_dispute(
    membership: Any, card_standin: Any, client: Any, backwards: bool
) -> None:
    payment = PaymentAttempt.objects.get().payment_ref
    card_standin.control("disputes", payment=payment, stage="inquiry")
    ref = card_standin.things("du")[0]["id"]
    deliver(card_standin, client, backwards=backwards)
    found = Dispute.objects.get()
    assert (found.state, found.is_inquiry) == (DisputeState.NEEDS_ANSWER, True)
    assert not check_books().differences
    card_standin.control(f"disputes/{ref}", outcome="escalated")
    assert "charge.dispute.funds_withdrawn" in deliver(card_standin, client, backwards=backwards)
    found.refresh_from_db()
    assert (found.state, found.is_inquiry) == (DisputeState.NEEDS_ANSWER, False)
    assert not check_books().differences
    card_standin.control(f"disputes/{ref}", outcome="won")
    assert "charge.dispute.funds_reinstated" in deliver(card_standin, client, backwards=backwards)
    found.refresh_from_db()
    assert found.state == DisputeState.WON and not check_books().differences


def test_a_bank_that_asked_and_let_it_be_leaves_the_payment_as_it_is(
    membership: Any, card_standin: Any, client: Any
) -> None:
    card_standin.control("disputes", payment=PaymentAttempt.objects.get().payment_ref, stage="inquiry")
    card_standin.control(f"disputes/{card_standin.things('du')[0]['id']}", outcome="closed")
    deliver(card_standin, client)
    assert Dispute.objects.get().state == DisputeState.WON
