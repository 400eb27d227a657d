"""Contact details that were left: one member, on that case, until their day; the client reads of each look (D2, A4)."""

from datetime import timedelta

import pytest

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from tests.unit.announcements.conftest import act_as, employ
from tests.unit.surveys.conftest import QUESTIONS, answer_as, define
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.acting import client as acting_client
from troth.kernel.crawl import SiteBrowser
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.models import EntryRow
from troth.staff.api import Role
from troth.surveys.actions.answering import answer_survey
from troth.surveys.actions.contacting import finish_contact, show_contact, take_contact
from troth.surveys.actions.running import close_survey, delete_raw
from troth.surveys.cases import case_of
from troth.surveys.models import Contact, OwnAnswers

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def ada(house):
    return make_account()


@pytest.fixture
def left(opened, ada):
    """Contact details that a client left, and answers beside."""
    survey = opened(
        "contactable", definition=define([*QUESTIONS, {"key": "mail", "kind": "personal", "asks": "email"}])
    )
    answer_as(ada.id, survey, {"came": "1"}, {"email": "ada@example.net"})
    return Contact.objects.get()


@pytest.fixture
def clerk(house):
    return employ("clerk", Role.SERVICE)


def on_case(member, contact, purpose=Purpose.SURVEYS):
    return acting(actor=staff_member(member.id), purpose=purpose, case=case_of(contact))


def test_contact_details_are_kept_with_the_words_agreed_to_and_none_without(opened, ada):
    survey = opened("contactable", definition=define([{"key": "mail", "kind": "personal", "asks": "email"}]))
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, ada.id)
    path, said = f"/surveys/{survey.pk}/answer/", {"step": "0", "said": "{}", "q_mail": "ada@example.net", "way": "on"}
    refused = browser.post(path, said)
    assert "Tick this" in refused.content.decode()
    assert 'value="ada@example.net"' in refused.content.decode()
    assert not Contact.objects.exists()
    browser.post(path, said | {"reach_me": "on"})
    kept = Contact.objects.get()
    assert "You may reach me about this survey" in kept.wording
    assert kept.agreed_at <= clock.now()
    assert kept.wording.split("“")[0] in browser.get(f"/surveys/{survey.pk}/").content.decode()


def test_the_rule_holds_below_the_form_too(opened, ada):
    survey = opened("contactable", definition=define([{"key": "mail", "kind": "personal", "asks": "email"}]))
    with acting(actor=acting_client(ada.id), purpose=Purpose.SURVEYS), pytest.raises(Refused):
        answer_survey(survey, {}, {"email": "ada@example.net"})
    assert not Contact.objects.exists()
    with acting(actor=acting_client(ada.id), purpose=Purpose.SURVEYS):
        answer_survey(survey, {}, {"email": "ada@example.net"}, wording="You may reach me.")
    assert Contact.objects.exists()


def test_contact_details_are_taken_back_after_the_close_as_well(left, ada, author):
    with act_as(author):
        close_survey(left.survey)
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    sign_in_directly(browser, ada.id)
    page = browser.get(f"/surveys/{left.survey_id}/").content.decode()
    assert "Delete my contact details" in page
    browser.post(f"/surveys/{left.survey_id}/reach-no-more/")
    assert not Contact.objects.exists()


def test_who_took_them_sees_them_and_the_client_reads_of_it(left, clerk, ada):
    with on_case(clerk, left):
        take_contact(left)
        assert show_contact(left)["email"] == "ada@example.net"
    events = list(EntryRow.objects.filter(subject_id=ada.id).values_list("event", "object_type"))
    assert ("surveys:contact:taken", "surveys.Contact") in events
    assert any((label == "surveys.Contact" and "read" in event) or "opened" in event for event, label in events)


def test_nobody_sees_them_who_did_not_take_them(left, clerk):
    other = employ("other", Role.SERVICE)
    with on_case(clerk, left):
        take_contact(left)
    with on_case(other, left), pytest.raises(AccessDenied):
        show_contact(left)


def test_neither_another_role_nor_another_purpose_opens_them(left, clerk, author):
    with on_case(clerk, left):
        take_contact(left)
    with on_case(clerk, left, Purpose.SUPPORT), pytest.raises(AccessDenied):
        show_contact(left)
    Contact.objects.update(taken_by=author.id)
    with on_case(author, left), pytest.raises(AccessDenied):
        show_contact(left)


def test_they_justify_no_look_at_the_answers(left, clerk):
    with on_case(clerk, left):
        take_contact(left)
        with pytest.raises(AccessDenied):
            OwnAnswers.objects.get().open("answers")


def test_they_end_on_their_day_and_when_it_is_done(left, clerk):
    with on_case(clerk, left):
        take_contact(left)
        with clock.told(clock.now() + timedelta(days=200)), pytest.raises((Refused, AccessDenied)):
            show_contact(left)
        finish_contact(left)
    assert not Contact.objects.exists()
    assert delete_raw() == 0
