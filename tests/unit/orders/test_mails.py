"""What clients are told of orders: by the wished channel, with what to do, and nothing that is no longer so (C3)."""

import re

import pytest
from django.core import mail

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product, settle
from troth.accounts.api import Profile
from troth.kernel.acting import acting, client, system
from troth.kernel.money import Money
from troth.kernel.ports import ContactGone, contact_kinds
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.deciding import decide_refund
from troth.orders.mails import compose
from troth.orders.models import OrderState, Paper, PaperKind, RefundCause, WaitCause
from troth.orders.states import lock_order, move_order
from troth.orders.telling import News, tell_client
from troth.support.actions.reaching import change_wish
from troth.support.models import Outbound
from troth.support.sending import deliver
from troth.ui.api import render_mail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


@pytest.fixture
def ada():
    return make_account()


@pytest.fixture
def order(ada):
    return make_order(ada.id, make_product())


def sent(about):
    """Send what waits of one kind, as the worker does, and return the mails."""
    mail.outbox.clear()
    for outbound in Outbound.objects.filter(about=about):
        deliver(outbound.id)
    return list(mail.outbox)


def wait(order, cause):
    from django.db import transaction

    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING), transaction.atomic():
        move_order(lock_order(order.pk), OrderState.WAITING, cause="test", waits_for=cause)
    order.refresh_from_db()


def tell(order, news, **facts):
    from django.db import transaction

    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING), transaction.atomic():
        tell_client(order, news, **facts)


def test_an_order_that_came_in_is_told_with_its_page_and_no_value_of_the_client(order):
    (letter,) = sent("orders.order_placed")
    assert letter.to == ["ada@example.org"]
    assert order.number not in letter.subject
    for body in (letter.body, letter.alternatives[0][0]):
        assert f"/orders/{order.number}/" in body
        assert "1 × Glass vase" in body
        assert "Example Street" not in body


def test_a_paid_order_is_told_with_its_invoice_and_the_first_mail_is_not_sent_late(order):
    settle(order)
    (letter,) = sent("orders.order_paid")
    paper = Paper.objects.get(kind=PaperKind.INVOICE)
    for body in (letter.body, letter.alternatives[0][0]):
        assert paper.number in body
        assert f"/orders/{order.number}/papers/{paper.pk}/" in body
    assert sent("orders.order_placed") == []


def test_who_wishes_for_the_telephone_gets_a_call_and_no_mail(ada, order):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(ada.id)
        profile.telephone = "+1 212 555 0100"
        profile.save()
        change_wish(subject_id=ada.id, values={"orders": "telephone"})
    wait(order, WaitCause.PAYMENT_FAILED)
    tell(order, News.PAYMENT_FAILED)
    call = Outbound.objects.get(about="orders.payment_failed")
    assert call.channel == "telephone"
    assert sent("orders.payment_failed") == []


def test_a_failed_payment_says_why_and_what_to_do_unless_it_was_made_meanwhile(order):
    wait(order, WaitCause.PAYMENT_FAILED)
    tell(order, News.PAYMENT_FAILED)
    settle(order)
    assert sent("orders.payment_failed") == []
    with pytest.raises(ContactGone):
        compose(News.PAYMENT_FAILED, order.subject_id, {"order": str(order.pk)})


def test_an_order_that_waits_says_for_what(order):
    wait(order, WaitCause.PROCESSOR)
    tell(order, News.WAITS)
    (letter,) = sent("orders.order_waits")
    assert "Nothing was sent to it" in letter.body.replace("\n", " ")


def test_a_refund_says_how_much_and_names_its_credit_note(order):
    settle(order)
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        decide_refund(order=order, amount=Money(1_500, "USD"), cause=RefundCause.GOODWILL)
    tell(order, News.REFUND_PAID, amount_minor=1_500)
    (letter,) = sent("orders.refund_paid")
    for body in (letter.body, letter.alternatives[0][0]):
        assert "$15.00" in body
        assert Paper.objects.get(kind=PaperKind.CREDIT_NOTE).number in body


def test_nobody_is_told_of_an_order_whose_account_is_erased(order):
    from troth.accounts.api import Account

    Outbound.objects.all().delete()
    Account.objects.filter(pk=order.subject_id).delete()
    tell(order, News.REFUND_PAID, amount_minor=100)
    assert not Outbound.objects.exists()


@pytest.mark.parametrize("news", list(News))
def test_text_and_page_of_every_mail_say_the_same(order, news):
    kind = contact_kinds.get(f"orders.{news}")
    assert kind is not None
    settle(order)
    facts = {"order": str(order.pk), "amount_minor": 4_500}
    try:
        found = compose(news, order.subject_id, facts)
    except ContactGone:
        found = {**compose(News.PAID, order.subject_id, facts), "wait_words": "It waits."}
    rendered = render_mail(template=kind.template, context={"greeting": "Ada", **found}, language="en")
    page = re.sub(r"<style>.*?</style>|<[^>]+>", " ", rendered.html, flags=re.DOTALL)
    for sentence in re.split(r"(?<=[.:])\s+", " ".join(rendered.text.split("-- \n")[0].split())):
        if len(sentence) > 30 and "https://" not in sentence:
            assert sentence.rstrip(":") in " ".join(page.split()), sentence
    assert "Ada" not in rendered.subject
    assert "{{" not in rendered.text
    assert len(rendered.subject) < 70
