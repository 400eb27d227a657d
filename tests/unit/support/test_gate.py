"""The gate: the wish decides, a decision is a row, and nothing goes out without one, not even by SQL."""

from itertools import chain, combinations

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from troth.kernel.acting import VISITOR, acting, client
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Channel
from troth.kernel.purposes import Purpose
from troth.support import gate
from troth.support.actions.handling import answer_case, take_case
from troth.support.actions.opening import Inquiry, open_inquiry
from troth.support.actions.reaching import change_wish, record_call, show_number
from troth.support.models import Case, Decision, Outbound
from troth.support.queries import find_newest, find_told_since
from troth.support.reach import Reach, Wish
from troth.support.sending import deliver
from troth.support.words import CallOutcome, Rule, State

SETS = list(chain.from_iterable(combinations(Channel, count) for count in range(4)))


def ask(account):
    with acting(actor=client(account.id), purpose=Purpose.SUPPORT):
        return open_inquiry(subject_id=account.id, inquiry=Inquiry(title="A question", body="Where is it?"))


def as_staff(heron, case):
    from troth.kernel.acting import staff_member

    return acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT, case=case.as_case)


def answer(heron, case, text="Here it is.", **more):
    with as_staff(heron, case):
        take_case(case)
        return answer_case(case, text=text, seen=find_newest(case).id, **more)


def wish(account, **values):
    with acting(actor=client(account.id), purpose=Purpose.SUPPORT):
        change_wish(subject_id=account.id, values=values)


@pytest.mark.parametrize("channels", SETS)
@pytest.mark.parametrize("wished", ["", *Channel])
@pytest.mark.parametrize("has_account", [True, False])
def test_a_wish_is_kept_or_nothing_goes_out(channels, wished, has_account):
    reach = Reach(frozenset(channels), has_account, True, Channel.EMAIL)
    channel, allowed, _rule = gate.judge(reach=reach, wish=Wish(channel=wished), is_answer=True)
    assert not allowed or channel in channels
    assert not wished or channel == wished


def test_a_deactivated_account_hears_answers_alone():
    reach = Reach(frozenset(Channel), True, False, Channel.EMAIL)
    assert gate.judge(reach=reach, wish=Wish(), is_answer=True)[1]
    assert gate.judge(reach=reach, wish=Wish(), is_answer=False) == (Channel.EMAIL, False, Rule.DEACTIVATED)


def test_without_a_wish_an_answer_goes_by_mail_once(furnished, ada, heron):
    case = ask(ada)
    answer(heron, case)
    outbound = Outbound.objects.get(case=case)
    mail.outbox.clear()
    assert deliver(outbound.id)
    assert not deliver(outbound.id)
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert "Here it is." in mail.outbox[0].body
    assert f"+{case.number.lower()}." in mail.outbox[0].reply_to[0]
    assert "Auto-Submitted" not in mail.outbox[0].extra_headers
    case.refresh_from_db()
    assert case.state == State.WAITING


def test_whoever_has_no_account_is_answered_by_mail_as_well(furnished, heron):
    visitor = Inquiry(
        title="Opening hours",
        body="When do you open?",
        sender={"sender_name": "Vera Visitor", "sender_email": "vera@visitors.example.org"},
    )
    with acting(actor=VISITOR, purpose=Purpose.SUPPORT):
        case = open_inquiry(subject_id=None, inquiry=visitor)
    answer(heron, case, text="At ten.")
    mail.outbox.clear()
    assert deliver(Outbound.objects.get(case=case).id)
    assert [message.to for message in mail.outbox] == [["vera@visitors.example.org"]]
    assert find_told_since(new_id()) is None


def test_with_telephone_a_call_waits_and_no_mail_leaves(ada, heron):
    wish(ada, answers="telephone")
    case = ask(ada)
    mail.outbox.clear()
    answer(heron, case, text="We found it.")
    call = Outbound.objects.select_related("case").get(case=case)
    assert call.channel == Channel.TELEPHONE
    assert not deliver(call.id)
    assert mail.outbox == []
    with as_staff(heron, call.case):
        assert show_number(call) == "+44 20 7946 0018"
        record_call(call, outcome=CallOutcome.REACHED)
    case.refresh_from_db()
    assert case.state == State.WAITING
    assert mail.outbox == []


def test_telephone_cannot_be_wished_without_a_number(bob):
    with pytest.raises(Refused):
        wish(bob, answers="telephone")


def test_an_outbound_row_without_an_allowing_decision_is_refused_by_the_database(ada):
    def insert(decision):
        with transaction.atomic(), connection.cursor():
            Outbound.objects.create(decision=decision, subject_id=ada.id, channel=Channel.EMAIL, about="support.answer")

    def decide(**more):
        facts = {"subject_id": ada.id, "channel": Channel.EMAIL, "allowed": True, "about": "support.answer", **more}
        return Decision.objects.create(purpose=Purpose.SUPPORT, rule=Rule.DEFAULT, **facts)

    insert(decide())
    for wrong in ({"allowed": False}, {"channel": Channel.LETTER}, {"subject_id": new_id()}, {"about": "orders.other"}):
        with pytest.raises(DatabaseError):
            insert(decide(**wrong))
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.update(allowed=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        decide(wished="telephone")


def test_an_answer_is_refused_where_somebody_wrote_meanwhile(ada, heron):
    case = ask(ada)
    with as_staff(heron, case):
        take_case(case)
        with pytest.raises(Refused):
            answer_case(case, text="Too late.", seen=None)
    assert Case.objects.get().state == State.OPEN
