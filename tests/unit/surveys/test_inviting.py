"""Invitations by mail: to those who wished them, once, and once again; never to who decided (D1, D3)."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories.accounts import make_account
from tests.unit.accounts.conftest import mailbox
from tests.unit.announcements.conftest import fresh_fence
from tests.unit.surveys.conftest import act_as, answer_as
from troth.announcements.api import (
    Delivery,
    DeliveryState,
    Notice,
    begin_notice,
    list_recipients,
    review_notice,
    send_notice,
)
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.models import EntryRow
from troth.surveys.actions.answering import decline_survey, wish_never_to_be_asked
from troth.surveys.actions.inviting import PAUSE, wish_invitations, write_mail
from troth.surveys.actions.running import close_survey
from troth.surveys.holder import SurveyHolder
from troth.surveys.models import Invitee

__all__ = ["fresh_fence", "mailbox"]
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def wish(account, wording="Invite me."):
    with acting(actor=client(account.id), purpose=Purpose.SURVEYS):
        wish_invitations(wording=wording)


@pytest.fixture
def people(house):
    """Five clients; all but the last wish to be invited."""
    names = ("willing", "answered", "declined", "never", "unasked")
    made = {name: make_account(name=f"{name} One", email=f"{name}@example.org", user_name=name) for name in names}
    for name in names[:-1]:
        wish(made[name])
    return made


def read_by_another(notice, author, reviewer):
    with act_as(reviewer):
        review_notice(notice, approve=True, content_hash=notice.content_hash)
    with act_as(author):
        return begin_notice(Notice.objects.get(pk=notice.pk))


def send(survey, author, reviewer, *, reminder=False):
    with act_as(author):
        notice = write_mail(survey, reminder=reminder)
    send_notice.func(str(read_by_another(notice, author, reviewer).pk))
    return Notice.objects.get(pk=notice.pk)


def readers_of(mailbox):
    return sorted(mail["To"].split("@")[0] for mail in mailbox.mails if "survey" in mail["Subject"])


def decide(people, survey):
    answer_as(people["answered"].id, survey, {"came": "1"})
    with acting(actor=client(people["declined"].id), purpose=Purpose.SURVEYS):
        decline_survey(survey)
    with acting(actor=client(people["never"].id), purpose=Purpose.SURVEYS):
        wish_never_to_be_asked(never=True)


def test_one_invitation_and_one_reminder_reach_those_who_wished_and_did_not_decide(
    people, opened, author, reviewer, mailbox
):
    survey = opened()
    mailbox.mails.clear()
    notice = send(survey, author, reviewer)
    assert notice.state == "closed"
    assert readers_of(mailbox) == ["answered", "declined", "never", "willing"]
    decide(people, survey)
    mailbox.mails.clear()
    with clock.told(clock.now() + PAUSE + timedelta(hours=1)):
        send(survey, author, reviewer, reminder=True)
        assert readers_of(mailbox) == ["willing"]
        for reminder in (True, False):
            with act_as(author), pytest.raises(Refused):
                write_mail(survey, reminder=reminder)


def test_who_decides_between_listing_and_mail_is_left_out_and_no_row_tells_who(
    people, opened, author, reviewer, mailbox
):
    survey = opened()
    with act_as(author):
        notice = write_mail(survey)
    list_recipients(read_by_another(notice, author, reviewer))
    decide(people, survey)
    mailbox.mails.clear()
    send_notice.func(str(notice.pk))
    assert readers_of(mailbox) == ["willing"]
    skipped = Delivery.objects.filter(notice=notice, state=DeliveryState.SKIPPED)
    assert [(row.skipped_for, row.subject_id) for row in skipped] == [("opted_out", None)] * 3
    assert Delivery.objects.filter(notice=notice).count() == Notice.objects.get(pk=notice.pk).frozen_count


def test_a_reminder_waits_for_its_invitation_and_some_days_and_none_goes_after_the_close(
    people, opened, author, reviewer, mailbox
):
    survey = opened()
    with act_as(author), pytest.raises(Refused):
        write_mail(survey, reminder=True)
    send(survey, author, reviewer)
    with act_as(author), pytest.raises(Refused):
        write_mail(survey, reminder=True)
    with clock.told(clock.now() + PAUSE), act_as(author):
        reminder = write_mail(survey, reminder=True)
        close_survey(survey)
        with act_as(reviewer):
            review_notice(reminder, approve=True, content_hash=reminder.content_hash)
        with act_as(author), pytest.raises(Refused):
            begin_notice(Notice.objects.get(pk=reminder.pk))


def test_the_database_refuses_a_second_invitation(people, opened, author, reviewer, mailbox):
    survey = opened()
    first = send(survey, author, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind="survey", about=first.about, written_by="x", frozen_at=clock.now())


def test_an_invitation_is_read_by_another_before_it_goes(people, opened, author, reviewer):
    survey = opened()
    with act_as(author):
        notice = write_mail(survey)
        with pytest.raises(Refused):
            begin_notice(notice)


def test_one_click_ends_invitations_without_a_cookie(people, opened, author, reviewer, mailbox):
    survey, account = opened(), people["willing"]
    mailbox.mails.clear()
    send(survey, author, reviewer)
    mail = next(each for each in mailbox.mails if each["To"] == "willing@example.org")
    link = urlsplit(re.search(r"https://\S+/news/end/\S+", mail["List-Unsubscribe"])[0].rstrip(">")).path
    assert Client().get(link, secure=True).status_code == 200
    assert Invitee.objects.filter(subject_id=account.id).exists()
    assert (
        Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}, secure=True).status_code == 200
    )
    assert not Invitee.objects.filter(subject_id=account.id).exists()
    assert EntryRow.objects.filter(subject_id=account.id, event="surveys:invitations:ended").count() == 1


def test_the_wish_is_shown_kept_with_its_words_ended_and_erased(people):
    account, holder = people["willing"], SurveyHolder()
    assert Invitee.objects.get(subject_id=account.id).wording == "Invite me."
    assert [item.key for item in holder.show(account.id)] == ["survey-invitations"]
    wish(account, "")
    assert holder.count(account.id) == 0
    wish(account)
    assert holder.erase(account.id) == 1
    assert holder.count(account.id) == 0
