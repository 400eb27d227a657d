"""A correction goes to who got what it corrects, is shown with it, and has a small number of its own."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.accounts import make_account
from tests.unit.announcements.conftest import act_as
from tests.unit.announcements.test_pages import enter, second_factor
from troth.announcements.budget import read_budget
from troth.announcements.calendar import make_calendar
from troth.announcements.drafting import Blocks, Particulars, submit_notice, write_notice
from troth.announcements.kinds import DeliveryState, NoticeClass, NoticeState
from troth.announcements.models import Delivery, Notice
from troth.announcements.queries import list_under_way, pick_text
from troth.announcements.reviewing import review_notice
from troth.announcements.running import begin_notice, cancel_notice, list_recipients
from troth.announcements.sending import Sender
from troth.announcements.texts import hash_content, make_templates
from troth.kernel import clock
from troth.kernel.crawl import SiteBrowser
from troth.kernel.errors import Refused

__all__ = ["second_factor"]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

WORDS = {"en": Blocks("It is Monday", "Not Sunday."), "de": Blocks("Es ist Montag", "Nicht Sonntag.")}


@pytest.fixture
def correct(author, reviewer):
    """Return a function that writes what corrects a notice, has it approved, and begins it."""

    def write(corrected, words=WORDS, **more):
        with act_as(author):
            notice = submit_notice(
                write_notice(
                    NoticeClass.SERVICE, Particulars(reason=corrected.reason, corrects=corrected, **more), words
                )
            )
        with act_as(reviewer):
            review_notice(notice, approve=True, content_hash=notice.content_hash)
        with act_as(author):
            return list_recipients(begin_notice(Notice.objects.get(pk=notice.pk)))

    return write


def test_it_reaches_those_alone_who_were_sent_what_it_corrects(ada, bob, begin, correct, mailbox):
    first = begin()
    Delivery.objects.filter(notice=first, subject_id=bob.id).update(state=DeliveryState.SKIPPED, skipped_for="account")
    later = make_account(name="Later", email="later@example.org", user_name="later")
    Sender(first).run(windows=5)
    listed = set(Delivery.objects.filter(notice=correct(first)).values_list("subject_id", flat=True))
    assert ada.id in listed
    assert not {bob.id, later.id} & listed


def test_it_is_not_counted_in_the_year_and_its_own_number_is_two(ada, begin, correct):
    first = begin()
    correct(first)
    correct(first)
    budget = read_budget()
    assert (budget.sent, budget.corrections) == (1, 2)
    with pytest.raises(Refused, match="at most 2 times"):
        correct(first)


def test_what_is_past_is_corrected_no_more(ada, begin, correct):
    first = begin(begins_at=clock.now(), ends_at=clock.now() + timedelta(hours=1))
    with time_machine.travel(clock.now() + timedelta(hours=2)), pytest.raises(Refused):
        correct(first)


@pytest.mark.parametrize(
    "words",
    [
        {"en": Blocks("It is Monday", "x" * 1001), "de": WORDS["de"]},
        {"en": Blocks("It is Monday", "Not Sunday.", "And more."), "de": WORDS["de"]},
    ],
)
def test_it_is_short(ada, begin, correct, words):
    with pytest.raises(Refused):
        correct(begin(), words)


def test_a_correction_and_news_are_not_corrected(ada, begin, correct):
    with pytest.raises(Refused):
        correct(correct(begin()))
    with pytest.raises(Refused):
        correct(begin(NoticeClass.NEWS, interest="events"))


def test_its_hash_names_what_it_corrects_and_the_hash_of_others_is_as_it_was(ada, begin, correct):
    first = begin()
    correction = correct(first)
    before = hash_content(correction)
    correction.corrects = None
    assert hash_content(correction) != before


def test_its_mail_says_what_it_corrects(ada, begin, correct):
    templates = make_templates(correct(begin()))
    assert templates["en"].subject == "Correction: It is Monday"
    assert "This corrects our announcement “The site is closed on Sunday” of" in templates["en"].text
    assert "deactivate your account" in templates["en"].text
    assert "List-Unsubscribe" not in templates["en"].content.decode()


def test_both_are_read_on_one_page_whichever_link_is_followed(ada, begin, correct):
    first = begin()
    second = correct(first)
    for each in (first, second):
        page = SiteBrowser().get(f"/announcements/{each.pk}/").content.decode()
        assert "It is Monday" in page
        assert "The site is closed on Sunday" in page
    listed = SiteBrowser().get("/announcements/").content.decode()
    assert listed.count("<article") == 1
    assert "It is Monday" in listed


def test_a_correction_that_was_cancelled_is_not_shown(ada, author, begin, correct):
    first = begin()
    with act_as(author):
        cancel_notice(correct(first))
    assert "It is Monday" not in SiteBrowser().get(f"/announcements/{first.pk}/").content.decode()


def test_a_new_time_replaces_the_old_one_in_banner_and_calendar(ada, begin, correct):
    now = clock.now()
    first = begin(begins_at=now + timedelta(days=1))
    second = correct(first, begins_at=now + timedelta(days=2))
    assert list_under_way() == [second]
    old, new = (make_calendar(each, pick_text(each, "en"), url="") for each in (first, second))
    assert f"UID:{first.pk}@notice" in old
    assert f"UID:{first.pk}@notice" in new
    assert "SEQUENCE:0" in old
    assert "SEQUENCE:1" in new


def test_it_is_written_in_the_console_and_corrects_nothing_else(ada, author, begin):
    first, browser = begin(), enter(author)
    assert b"Correct it" in browser.get(f"/console/notices/{first.pk}/").content
    address = f"/console/notices/{first.pk}/correct/"
    assert browser.get(address).status_code == 200
    sent = {"subject_en": "Monday", "what_en": "Not Sunday.", "subject_de": "Montag", "what_de": "Nicht Sonntag."}
    assert browser.post(address, sent).status_code == 302
    notice = Notice.objects.get(corrects=first)
    assert (notice.reason, notice.state) == (first.reason, NoticeState.DRAFT)
    assert browser.post(f"/console/notices/{notice.pk}/edit/", {**sent, "subject_en": "Tuesday"}).status_code == 302
    assert Notice.objects.get(pk=notice.pk).corrects_id == first.pk
