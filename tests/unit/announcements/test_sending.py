"""A notice goes to each recipient once, in its language, and the states add up at every moment."""

import pytest
from django.db import connections

from tests.unit.announcements.conftest import act_as
from troth.accounts.api import deactivate
from troth.announcements.kinds import DeliveryState, NoticeClass, NoticeState, SkipCause
from troth.announcements.models import Delivery, Notice, Pace
from troth.announcements.pace import read_windows
from troth.announcements.queries import count_states
from troth.announcements.running import hold_notices, list_recipients, resume_notice
from troth.announcements.sending import Sender, reconcile
from troth.announcements.tokens import make_return_path, read_return_path
from troth.disclosures.api import list_left_of
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
from troth.processors.many import Relay

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def send(notice):
    return Sender(Notice.objects.get(pk=notice.pk)).run(windows=20)


def by_address(mailbox):
    return {mail["To"]: mail for mail in mailbox.mails}


def test_everybody_gets_it_once_in_their_own_language(ada, bob, begin, mailbox):
    notice = begin()
    assert notice.frozen_count == 4
    assert send(notice) == 4
    mails = by_address(mailbox)
    assert set(mails) == {"ada@example.org", "bob@example.org", "author@example.com", "reviewer@example.com"}
    assert "Wir ziehen um – auf neue Geräte." in mailbox.text_of(mails["ada@example.org"])
    assert "We move to new machines." in mailbox.text_of(mails["bob@example.org"])
    assert send(notice) == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.CLOSED
    assert count_states(notice) == {DeliveryState.ACCEPTED: 4}


def test_a_service_announcement_has_no_list_unsubscribe_and_its_own_message_id_and_return_path(ada, begin, mailbox):
    send(begin())
    mail = by_address(mailbox)["ada@example.org"]
    assert mail["List-Unsubscribe"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert len({each["Message-ID"] for each in mailbox.mails}) == len(mailbox.mails)
    assert "/admin/deactivate/" in mailbox.text_of(mail)


def test_each_mail_stands_in_the_record_of_what_left_before_it_leaves(ada, begin, mailbox):
    notice = begin()
    lines = []

    def count_lines():
        lines.append(sum(left.operation == "announcements.service" for left in list_left_of(ada.id)))
        connections.close_all()

    mailbox.on_arrival = count_lines
    send(notice)
    assert min(lines) == 1
    [left] = [left for left in list_left_of(ada.id) if left.operation == "announcements.service"]
    assert left.fields == ("accounts.Profile.email",)


def test_who_deactivates_meanwhile_gets_no_announcement(ada, bob, begin, mailbox):
    notice = begin()
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        deactivate(subject_id=ada.id)
    assert send(notice) == 3
    assert "ada@example.org" not in by_address(mailbox)
    assert Delivery.objects.get(notice=notice, subject_id=ada.id).skipped_for == SkipCause.ACCOUNT


def test_a_notice_of_the_statement_reaches_a_deactivated_account_too(ada, begin, mailbox, reviewer, second_reviewer):
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        deactivate(subject_id=ada.id)
    send(begin(NoticeClass.POLICY, about="statement:2", reviewers=(reviewer, second_reviewer)))
    assert "ada@example.org" in by_address(mailbox)


def test_news_goes_to_those_who_chose_it_and_carries_one_click(ada, bob, begin, mailbox):
    send(begin(NoticeClass.NEWS, interest="events"))
    assert set(by_address(mailbox)) == {"ada@example.org"}
    mail = mailbox.mails[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://")


def test_a_server_that_says_not_now_loses_nothing_and_doubles_nothing(ada, bob, begin, mailbox):
    mailbox.refusing = True
    notice = begin()
    assert send(notice) == 0
    assert count_states(notice) == {DeliveryState.PENDING: 4}
    mailbox.refusing = False
    Delivery.objects.update(next_try_at=clock.now())
    Pace.objects.update(slow_until=None)
    assert send(notice) == 4
    assert len(mailbox.mails) == 4


def test_the_return_path_names_the_delivery_and_a_forged_one_nothing(ada, begin, mailbox):
    address = make_return_path(7)
    assert read_return_path(address) == 7
    assert read_return_path(address.replace("bounce-7-", "bounce-8-")) is None


def test_a_run_that_was_killed_is_settled_by_the_class(ada, begin, mailbox, monkeypatch):
    for kind, more, state in (
        (NoticeClass.SERVICE, {}, DeliveryState.PENDING),
        (NoticeClass.NEWS, {"interest": "events"}, DeliveryState.UNCERTAIN),
    ):
        notice = begin(kind, **more)

        def die(*_args, **_named):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Relay, "send", die)
            send(notice)
        assert DeliveryState.INFLIGHT in count_states(notice)
        Delivery.objects.filter(notice=notice).update(leased_until=clock.now())
        reconcile(notice)
        assert set(count_states(notice)) == {state}
        Notice.objects.filter(pk=notice.pk).update(frozen_at=notice.frozen_at.replace(year=2024))


def test_a_database_older_than_what_went_sends_nothing_until_a_person_looked(ada, begin, author, mailbox):
    send(begin(NoticeClass.NEWS, interest="events"))
    assert read_windows() == 1
    Pace.objects.update(windows=0)
    notice = begin()
    assert send(notice) == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.HELD
    with act_as(author):
        resume_notice(notice)
    assert send(notice) == 3


def test_after_a_restore_what_was_being_sent_is_held_until_a_person_looked(ada, begin, author, mailbox):
    notice = begin()
    assert hold_notices() == 1
    assert send(notice) == 0
    with act_as(author):
        resume_notice(notice)
    assert send(notice) == 3
    assert hold_notices() == 0


def test_a_notice_held_before_all_were_listed_is_listed_to_its_end_first(ada, begin, author, mailbox):
    notice = begin()
    Delivery.objects.filter(notice=notice).delete()
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.FREEZING, frozen_count=None, frozen_up_to=None)
    hold_notices()
    with act_as(author):
        resume_notice(notice)
    notice.refresh_from_db()
    assert notice.state == NoticeState.FREEZING
    list_recipients(notice)
    assert send(notice) == 3
