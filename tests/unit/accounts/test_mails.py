"""What leaves by mail: recorded before it goes, nothing personal in its headers, sent once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connections, transaction

from tests.factories.accounts import make_account
from troth.accounts import kept, mails
from troth.accounts.actions import access, registration
from troth.accounts.mails import ask_for_mail
from troth.accounts.models import LinkKind, MailedLink, Message
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import Letter, send_letter
from troth.kernel.purposes import Purpose
from troth.ledger.models import EntryRow

SENT = "processors:mail:sent"


def rows():
    return EntryRow.objects.filter(event=SENT)


def write_letter(account, **changes):
    letter = {
        "subject_id": account.id,
        "to": "ada@example.org",
        "subject": "Your account",
        "text": "Dear Ada",
        "html": "<p>Dear Ada</p>",
        "kind": "accounts.test",
        "purpose": Purpose.SERVICE_MESSAGES,
        "fields": ("name", "email"),
        "message_id": "01a20313-0000-7000-8000-000000000000",
    }
    return Letter(**{**letter, **changes})


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_row_in_the_record_is_committed_before_the_bytes_leave(mailbox, transactional_house):
    account = make_account()
    seen = []

    def look_from_another_connection():
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry WHERE event = %s", [SENT])
            seen.append(cursor.fetchone()[0])
        connections["default"].close()

    mailbox.on_arrival = look_from_another_connection
    mailbox.deliver_all()
    assert len(mailbox.mails) == 1
    row = rows().get(object_type="accounts.welcome")

    assert seen == [1]
    assert (row.subject_id, row.recipient, row.ground) == (account.id, "mail-relay", "informed")
    assert row.fields == "name,email,user_name"
    assert row.purpose == Purpose.SERVICE_MESSAGES


def test_a_mail_that_the_relay_refuses_stands_in_the_record_too(account, mailbox):
    with acting(actor=system(mails.MAILER), purpose=Purpose.SERVICE_MESSAGES):
        send_letter(write_letter(account))
        assert rows().count() == 1
        mailbox.refusing = True
        with pytest.raises(OSError):
            send_letter(write_letter(account))

    assert rows().count() == 2
    assert len(mailbox.mails) == 1


def test_nobody_acting_sends_nothing(account, mailbox):
    with pytest.raises(AccessDenied):
        send_letter(write_letter(account))
    assert not mailbox.mails
    with acting(actor=system(mails.MAILER), purpose=Purpose.SERVICE_MESSAGES):
        send_letter(write_letter(account))
    assert len(mailbox.mails) == 1


def test_a_subject_that_holds_the_address_is_not_sent(account, mailbox):
    with acting(actor=system(mails.MAILER), purpose=Purpose.SERVICE_MESSAGES):
        send_letter(write_letter(account, subject="Your account"))
        with pytest.raises(Refused):
            send_letter(write_letter(account, subject="Hello ada@example.org"))
    assert len(mailbox.mails) == 1


def test_no_header_but_the_address_tells_who_it_is(house, mailbox):
    make_account(name="Wilhelmina Quux", email="zyxw@example.org", user_name="quuxina")
    mailbox.deliver_all()
    (mail,) = mailbox.mails

    headers = "\n".join(f"{name}: {value}" for name, value in mail.items() if name not in {"To", "X-RcptTo"})
    for trace in ("Wilhelmina", "Quux", "quuxina", "zyxw"):
        assert trace not in headers
    assert mail["To"] == "zyxw@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f-]{36}@troth\.localhost>", mail["Message-ID"])
    assert "Wilhelmina Quux" in mailbox.text_of(mail)


def test_text_and_html_say_the_same_and_load_nothing(house, mailbox):
    make_account()
    mailbox.deliver_all()
    (mail,) = mailbox.mails
    html = mail.get_body(preferencelist=("html",)).get_content()

    assert mailbox.link_in(mail, "/join/confirm/") in html
    assert not re.search(r"<(img|link|script|iframe)|url\(|src=", html)


def test_every_account_mail_can_be_written(account, mailbox):
    life = timedelta(hours=1)
    facts = {}
    for kind in (LinkKind.WELCOME, LinkKind.RESET):
        link = MailedLink.objects.create(subject_id=account.id, kind=kind, ends_at=clock.now() + life)
        facts[kind] = {"link": str(link.id)}
    with transaction.atomic():
        for kind in (registration.WELCOME, registration.REMINDER):
            ask_for_mail(subject_id=account.id, kind=kind, facts=facts[LinkKind.WELCOME])
        ask_for_mail(subject_id=account.id, kind=access.RESET, facts=facts[LinkKind.RESET])
        for kind in (registration.ALREADY_REGISTERED, access.RESET_DONE, kept.COPIED):
            ask_for_mail(subject_id=account.id, kind=kind)
    mailbox.deliver_all()

    assert not Message.objects.filter(sent_at=None).exists()
    assert len({mail["Subject"] for mail in mailbox.mails}) == 6


def test_a_mail_about_a_used_link_is_not_sent(house, mailbox):
    account = make_account(verified=False)
    make_account(email="cyd@example.org", user_name="cyd")
    MailedLink.objects.filter(subject_id=account.id).update(used_at=clock.now())
    mailbox.deliver_all()

    assert [mail["To"] for mail in mailbox.mails] == ["cyd@example.org"]


def test_two_runs_of_a_task_send_one_mail(account, mailbox):
    message = Message.objects.get(subject_id=account.id)
    with time_machine.travel(clock.now()):
        assert mails.deliver(message.id)
        assert not mails.deliver(message.id)

    assert len(mailbox.mails) == 1


def test_a_run_that_died_is_taken_up_with_the_same_message_id(account, mailbox):
    message = Message.objects.get(subject_id=account.id)
    mails.deliver(message.id)
    Message.objects.filter(pk=message.pk).update(sent_at=None)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        mailbox.deliver_all()

    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_goes_in_the_clients_language_once_it_is_known(account, mailbox):
    from troth.accounts.models import Profile

    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(account.id)
        profile.greeting = "Frau Beispiel"
        profile.save()
    mailbox.deliver_all()

    assert "Frau Beispiel" in mailbox.text_of(mailbox.mails[0])


def test_the_tasks_carry_ids_only(account):
    from django_tasks_db.models import DBTaskResult

    carried = [result.args_kwargs for result in DBTaskResult.objects.all()]

    assert carried
    assert all(set(each["kwargs"]) == {"message_id"} and not each["args"] for each in carried)
