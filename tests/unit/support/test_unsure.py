"""A mail of which nobody knows whether it arrived is not sent again by itself; one that surely did not is."""

import smtplib

import pytest
from django.core import mail

from tests.unit.support.test_gate import answer, ask
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import NotSent
from troth.kernel.purposes import Purpose
from troth.support import sending, tasks
from troth.support.actions.reaching import settle_stuck, settle_unsure
from troth.support.models import Outbound
from troth.support.queries import LONGEST_WAIT, stuck_mails, unsure_mails
from troth.support.words import Going


@pytest.fixture
def outbound(furnished, ada, heron):
    case = ask(ada)
    answer(heron, case)
    mail.outbox.clear()
    row = Outbound.objects.get(case=case)
    Outbound.objects.filter(pk=row.pk).update(state=Going.WAITING, begun_at=None, tries=0, not_before=row.made_at)
    return row


def fail(monkeypatch, error):
    def send(_letter):
        raise error

    monkeypatch.setattr(sending, "send_letter", send)


def test_a_relay_that_said_no_is_asked_again(outbound, monkeypatch):
    with monkeypatch.context() as patch:
        fail(patch, NotSent())
        assert not tasks.deliver_outbound.call(outbound_id=str(outbound.id))
    outbound.refresh_from_db()
    assert (outbound.state, outbound.begun_at) == (Going.WAITING, None)
    Outbound.objects.update(not_before=outbound.made_at)
    assert sending.deliver(outbound.id)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("error", [TimeoutError(), smtplib.SMTPServerDisconnected("the line broke"), BrokenPipeError()])
def test_a_line_that_broke_leaves_it_to_a_person(outbound, monkeypatch, error):
    with monkeypatch.context() as patch:
        fail(patch, error)
        assert not tasks.deliver_outbound.call(outbound_id=str(outbound.id))
    assert list(unsure_mails()) == [outbound]
    Outbound.objects.update(not_before=outbound.made_at)
    assert not sending.deliver(outbound.id)
    assert mail.outbox == []


def test_a_program_that_was_killed_while_it_sent_does_not_send_again(outbound, monkeypatch):
    with monkeypatch.context() as patch:
        fail(patch, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            sending.deliver(outbound.id)
    Outbound.objects.update(not_before=outbound.made_at)
    assert not sending.deliver(outbound.id)
    assert list(unsure_mails()) == [outbound]
    assert mail.outbox == []


def test_a_person_has_it_sent_again_or_leaves_it_at_that_once(outbound, heron, ada):
    def settle(*, arrived):
        with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT):
            settle_unsure(outbound, arrived=arrived)

    Outbound.objects.update(state=Going.UNSURE, begun_at=outbound.made_at)
    with acting(actor=client(ada.id), purpose=Purpose.SUPPORT), pytest.raises(AccessDenied):
        settle_unsure(outbound, arrived=True)
    settle(arrived=False)
    assert sending.deliver(outbound.id) or Outbound.objects.get().state == Going.DONE
    assert len(mail.outbox) == 1
    with pytest.raises(Refused):
        settle(arrived=True)
    Outbound.objects.update(state=Going.UNSURE)
    settle(arrived=True)
    assert Outbound.objects.get().state == Going.DONE
    assert len(mail.outbox) == 1


def grow_old(row, **values):
    Outbound.objects.filter(pk=row.pk).update(made_at=row.made_at - LONGEST_WAIT, **values)


def test_a_mail_that_was_given_up_or_waits_for_hours_is_stuck_and_one_that_left_is_not(outbound):
    assert not stuck_mails().exists()
    grow_old(outbound)
    assert list(stuck_mails()) == [outbound]
    assert list(stuck_mails(clause="G2")) == [outbound]
    assert not stuck_mails(clause="C3").exists()
    assert sending.deliver(outbound.id)
    assert not stuck_mails().exists()
    Outbound.objects.update(state=Going.FAILED, made_at=outbound.made_at)
    assert list(stuck_mails()) == [outbound]


@pytest.mark.parametrize("again", [True, False])
def test_a_person_has_a_stuck_mail_tried_anew_or_leaves_it(outbound, heron, ada, again):
    def settle():
        with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT):
            settle_stuck(outbound, again=again)

    with pytest.raises(Refused):
        settle()
    grow_old(outbound, state=Going.FAILED, tries=sending.MOST_TRIES)
    with acting(actor=client(ada.id), purpose=Purpose.SUPPORT), pytest.raises(AccessDenied):
        settle_stuck(outbound, again=again)
    settle()
    sending.deliver(outbound.id)
    assert Outbound.objects.get().state == (Going.DONE if again else Going.DROPPED)
    assert len(mail.outbox) == int(again)
    assert not stuck_mails().exists()


def test_a_mail_that_the_door_refuses_holds_no_other_back(outbound, monkeypatch):
    def refuse(_letter):
        raise Refused("The register does not allow it.")

    fail_at = [outbound.id]
    monkeypatch.setattr(sending, "find_due", lambda: fail_at)
    monkeypatch.setattr(sending, "send_letter", refuse)
    assert tasks.deliver_due_answers.call() == 0
    outbound.refresh_from_db()
    assert (outbound.state, outbound.begun_at, outbound.tries) == (Going.WAITING, None, 1)


class Relay:
    """A mail server that behaves as told."""

    def __init__(self, *, at_open=None, at_send=None):
        self.at_open, self.at_send = at_open, at_send

    def open(self):
        if self.at_open:
            raise self.at_open

    def send_messages(self, _messages):
        if self.at_send:
            raise self.at_send

    def close(self):
        pass


@pytest.mark.parametrize(
    ("relay", "raised"),
    [
        (Relay(at_open=ConnectionRefusedError()), NotSent),
        (Relay(at_open=TimeoutError()), NotSent),
        (Relay(at_send=smtplib.SMTPDataError(550, b"no, a@example.org")), NotSent),
        (Relay(at_send=smtplib.SMTPRecipientsRefused({})), NotSent),
        (Relay(at_send=TimeoutError()), TimeoutError),
        (Relay(at_send=smtplib.SMTPServerDisconnected()), smtplib.SMTPServerDisconnected),
    ],
)
def test_the_courier_tells_the_one_from_the_other(monkeypatch, relay, raised):
    from troth.processors import courier

    monkeypatch.setattr(courier, "mailers", {"default": relay})
    with pytest.raises(raised) as error:
        courier.hand_to_relay(object())
    assert type(error.value) is raised
    assert "example.org" not in str(error.value)
