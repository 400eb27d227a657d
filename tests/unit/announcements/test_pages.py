"""Notices in the console and on the public pages: who may do what, and what is read there."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.visitors import sign_in_directly
from tests.unit.announcements.conftest import act_as, employ
from troth.accounts import api as accounts
from troth.accounts.api import Profile
from troth.announcements.kinds import NoticeClass, NoticeState
from troth.announcements.models import Notice
from troth.announcements.running import cancel_notice
from troth.announcements.sending import Sender
from troth.announcements.tokens import make_news_token
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose
from troth.staff.api import Role

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """The members have one; how it is set up is tested with the accounts."""
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True)


def enter(member):
    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, member.subject_id, methods=("password", "code"))
    return browser


def fill(**more):
    return {
        "reason": "maintenance",
        "begins_at": "2026-12-06T06:00",
        "ends_at": "2026-12-06T09:00",
        "subject_en": "Closed on Sunday morning",
        "what_en": "We move to new machines.",
        "subject_de": "Sonntag früh geschlossen",
        "what_de": "Wir ziehen auf neue Geräte um.",
        **more,
    }


def interests_of(account):
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        return Profile.of(account.id).open("interests").interests


def test_an_announcement_is_written_by_one_read_by_another_and_sent(ada, author, reviewer, mailbox):
    writer, reader = enter(author), enter(reviewer)
    assert writer.get("/console/notices/write/service/").status_code == 200
    page = writer.post("/console/notices/write/service/", fill())
    notice = Notice.objects.get()
    assert page["Location"] == f"/console/notices/{notice.pk}/"
    assert b"Closed on Sunday morning" in writer.get(page["Location"]).content
    writer.post(f"/console/notices/{notice.pk}/submit/")
    shown = reader.get(f"/console/notices/{notice.pk}/").content.decode()
    assert "It may be sent" in shown
    answers = dict.fromkeys(("is_of_class", "offers_nothing", "fact_first", "reaches_right"), "on")
    notice.refresh_from_db()
    reader.post(
        f"/console/notices/{notice.pk}/review/",
        {"decision": "approve", "content_hash": notice.content_hash, **answers},
    )
    notice.refresh_from_db()
    assert notice.state == NoticeState.APPROVED
    writer.post(f"/console/notices/{notice.pk}/send/")
    notice.refresh_from_db()
    assert notice.state == NoticeState.FREEZING
    assert "Closed on Sunday morning" in SiteBrowser().get("/announcements/").content.decode()


def test_an_author_is_offered_no_review_and_gets_none(author, reviewer):
    browser = enter(author)
    browser.post("/console/notices/write/service/", fill())
    notice = Notice.objects.get()
    browser.post(f"/console/notices/{notice.pk}/submit/")
    assert b"It may be sent" not in browser.get(f"/console/notices/{notice.pk}/").content
    notice.refresh_from_db()
    browser.raise_request_exception = False
    answers = dict.fromkeys(("is_of_class", "offers_nothing", "fact_first", "reaches_right"), "on")
    refused = browser.post(
        f"/console/notices/{notice.pk}/review/",
        {"decision": "approve", "content_hash": notice.content_hash, **answers},
    )
    assert refused.status_code == 403
    notice.refresh_from_db()
    assert notice.state == NoticeState.IN_REVIEW


def test_a_review_with_a_question_left_open_says_so_and_changes_nothing(author, reviewer):
    enter(author).post("/console/notices/write/service/", fill())
    notice = Notice.objects.get()
    enter(author).post(f"/console/notices/{notice.pk}/submit/")
    notice.refresh_from_db()
    page = enter(reviewer).post(
        f"/console/notices/{notice.pk}/review/",
        {"decision": "approve", "content_hash": notice.content_hash, "is_of_class": "on"},
    )
    assert page.status_code == 200
    assert b"need mending" in page.content
    notice.refresh_from_db()
    assert notice.state == NoticeState.IN_REVIEW


def test_a_language_that_is_missing_is_asked_for(author):
    page = enter(author).post("/console/notices/write/service/", fill(what_de=""))
    assert page.status_code == 200
    assert not Notice.objects.exists()


def test_service_staff_neither_read_nor_write_notices(house):
    clerk = enter(employ("clerk", Role.SERVICE))
    clerk.raise_request_exception = False
    assert clerk.get("/console/notices/").status_code == 403
    assert clerk.post("/console/notices/write/service/", fill()).status_code == 403


def test_a_draft_is_not_public_and_what_was_sent_is(author, approve, begin):
    draft = approve()
    visitor = SiteBrowser()
    assert visitor.get(f"/announcements/{draft.pk}/").status_code == 404
    Notice.objects.all().delete()
    sent = begin()
    assert visitor.get(f"/announcements/{sent.pk}/").status_code == 200
    assert b"<entry" in visitor.get("/announcements/feed.xml").content


def test_news_is_no_public_announcement(ada, begin):
    news = begin(NoticeClass.NEWS, interest="events")
    assert SiteBrowser().get(f"/announcements/{news.pk}/").status_code == 404


def test_a_mail_programs_one_click_ends_the_news_without_cookie_or_token_of_a_form(ada):
    path = f"/news/end/{make_news_token(ada.id, 'events')}/"
    visitor = SiteBrowser()
    assert visitor.get(path).status_code == 200
    assert interests_of(ada) == ["events"]
    assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not interests_of(ada)
    assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_forged_link_ends_nothing(ada, bob):
    path = f"/news/end/{make_news_token(bob.id, 'events')}x/"
    assert SiteBrowser().post(path).status_code == 404
    assert interests_of(ada) == ["events"]


def test_the_page_of_a_link_says_nothing_personal(ada):
    page = SiteBrowser().get(f"/news/end/{make_news_token(ada.id, 'events')}/").content.decode()
    assert "ada@example.org" not in page
    assert "Ada Example" not in page


def test_a_client_reads_on_the_admin_page_what_was_sent(ada, begin, client, mailbox):
    Sender(begin()).run(windows=5)
    sign_in_directly(client, ada.id, fresh=True)
    assert "Die Website ist am Sonntag zu" in client.get("/admin/").content.decode()


def test_a_withdrawn_right_to_write_is_withdrawn_at_once(author, approve):
    notice = approve()
    browser = enter(author)
    with act_as(author):
        author.role = Role.SERVICE
        author.save()
    browser.raise_request_exception = False
    assert browser.post(f"/console/notices/{notice.pk}/send/").status_code == 403


def test_a_client_reads_of_what_is_under_way_until_it_is_past_and_a_visitor_does_not(ada, begin, client, author):
    now = clock.now()
    notice = begin(begins_at=now, ends_at=now + timedelta(hours=2))
    sign_in_directly(client, ada.id)
    assert "Die Website ist am Sonntag zu" in client.get("/cookies/").content.decode()
    assert "The site is closed on Sunday" not in SiteBrowser().get("/cookies/").content.decode()
    with time_machine.travel(now + timedelta(hours=3)):
        assert "Die Website ist am Sonntag zu" not in client.get("/cookies/").content.decode()
    with act_as(author):
        cancel_notice(notice)
    assert "Die Website ist am Sonntag zu" not in client.get("/cookies/").content.decode()
