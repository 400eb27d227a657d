"""A change of the statement, from the draft to the day on which it governs: what is refused on the way (O3)."""

import pytest

from tests.unit.amendments.conftest import NEW, REASONS, act_as, at, days, employ, keep, section_of, send
from troth.amendments.drafting import (
    Terms,
    begin_amendment,
    earliest_day,
    edit_section,
    read_amended,
    set_terms,
    submit_amendment,
)
from troth.amendments.kinds import AmendmentState, LetterState, Way
from troth.amendments.letters import note_posted, take_letter
from troth.amendments.models import Amendment, AmendmentText, NoticeLetter, Practice, Told
from troth.amendments.publishing import judge_force, publish_amendment, withdraw_amendment
from troth.amendments.reviewing import review_amendment
from troth.announcements.models import Delivery, Notice
from troth.announcements.running import begin_notice
from troth.kernel import clock
from troth.kernel.errors import AccessDenied, Refused
from troth.staff.api import Role
from troth.statement.api import current_version, find_coming_version, versions
from troth.support.models import ContactWish

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_a_material_change_is_announced_told_and_governs_on_its_day(announce, ada, bob, mailbox):
    amendment = announce()
    assert (amendment.state, amendment.version.number) == (AmendmentState.ANNOUNCED, 2)
    assert current_version().number == 1
    send(amendment)
    assert Told.objects.get(subject_id=ada.id).way == Way.MAIL
    with at(amendment.version.planned_for - days(0.01)):
        keep()
        assert current_version().number == 1
    with at(amendment.version.planned_for):
        keep()
        assert current_version().number == 2
    amendment.refresh_from_db()
    assert amendment.state == AmendmentState.IN_FORCE


def test_the_mail_says_day_reason_and_clauses_in_the_clients_language(announce, ada, bob, mailbox):
    send(announce())
    mails = {mail["To"]: mail for mail in mailbox.mails}
    text = mails["bob@example.org"].get_body(("plain",)).get_content()
    assert REASONS["en"] in text
    assert "These clauses change: C1." in text
    assert "/statement/compare/1/2/" in text
    assert "Our statement changes on" in mails["bob@example.org"]["Subject"]
    assert REASONS["de"] in mails["ada@example.org"].get_body(("plain",)).get_content()


def test_its_day_comes_before_everybody_was_told_and_the_old_version_governs_on(announce, ada, mailbox):
    amendment = announce()
    with at(amendment.version.planned_for + days(1)):
        keep()
        assert current_version().number == 1
        with pytest.raises(Refused, match="not told to everybody"):
            judge_force(amendment.version)
        send(amendment)
        assert current_version().number == 2


def test_an_author_does_not_decide_and_one_other_is_not_enough(write, decide, author, reviewer):
    amendment = write()
    with act_as(author), pytest.raises(AccessDenied, match="wrote some of this"):
        review_amendment(amendment, approve=True, content_hash=amendment.content_hash)
    amendment = decide(amendment, by=(reviewer,))
    assert amendment.state == AmendmentState.IN_REVIEW
    with act_as(author), pytest.raises(Refused, match="Two others"):
        publish_amendment(amendment)


def test_an_edit_after_the_approval_takes_it_back(write, decide, author):
    amendment = decide(write())
    assert amendment.state == AmendmentState.APPROVED
    with act_as(author):
        edit_section(amendment, "orders", {"en": section_of(amendment, "orders", "en") + "\nMore.\n"})
        amendment.refresh_from_db()
        assert amendment.state == AmendmentState.DRAFT
        with pytest.raises(Refused):
            publish_amendment(amendment)
    assert not Notice.objects.exists()


def test_a_text_that_was_changed_behind_the_back_of_the_deciders_is_not_published(write, decide, author):
    amendment = decide(write())
    row = AmendmentText.objects.get(amendment=amendment, language="en")
    row.sections[0]["markdown"] += "\nWe may change our mind.\n"
    AmendmentText.objects.filter(pk=row.pk).update(sections=row.sections)
    with act_as(author), pytest.raises(Refused, match="approved exactly this"):
        publish_amendment(amendment)
    assert len(versions()) == 1


def test_its_mail_cannot_go_before_the_change_is_published(write, decide, author):
    amendment = write()
    with act_as(author), pytest.raises(Refused):
        begin_notice(amendment.notice)


def test_a_day_that_is_too_soon_is_refused(write, author):
    amendment = write(submit=False)
    soon = Terms(material=True, reasons=REASONS, planned_on=earliest_day() - days(1))
    with act_as(author):
        set_terms(amendment, soon)
        with pytest.raises(Refused, match="later day"):
            submit_amendment(amendment)


def test_an_approval_that_lay_too_long_is_not_published_for_a_day_too_soon(write, decide, author):
    amendment = decide(write())
    with at(clock.now() + days(3)), act_as(author), pytest.raises(Refused, match="30 days"):
        publish_amendment(amendment)


def test_a_change_that_is_not_material_governs_at_once_and_mails_nobody(announce, ada, mailbox):
    amendment = announce(material=False)
    assert (amendment.state, current_version().number) == (AmendmentState.IN_FORCE, 2)
    assert amendment.notice is None
    assert not Delivery.objects.exists()


def test_against_the_opinion_of_the_checks_it_needs_a_reason_that_everybody_reads(write, decide, author, client):
    forget_a_use()
    amendment = write(material=False, submit=False)
    with act_as(author):
        with pytest.raises(Refused, match="everybody will read it"):
            submit_amendment(amendment)
        words = "It was told in the clause before, in other words."
        set_terms(amendment, Terms(material=False, reasons=REASONS, against_opinion=words))
        submit_amendment(amendment)
    amendment = decide(Amendment.objects.get(pk=amendment.pk))
    assert {"kind": "use", "what": "accounts.Profile.email: support"} in amendment.findings
    with act_as(author):
        publish_amendment(amendment)
    assert words in client.get("/statement/versions/", secure=True).content.decode()


def test_what_is_withdrawn_never_governs_and_another_can_follow(announce, author):
    amendment = announce()
    with act_as(author):
        withdraw_amendment(amendment)
    assert find_coming_version() is None
    with at(amendment.version.planned_for + days(1)):
        keep()
        assert current_version().number == 1
        with act_as(author):
            assert begin_amendment().base == 1


def test_whom_the_mail_does_not_reach_gets_a_letter_and_holds_the_change_until_it_is_posted(announce, bob, mailbox):
    amendment = announce()
    send(amendment)
    Delivery.objects.filter(subject_id=bob.id).update(bounced="hard")
    with at(amendment.version.planned_for):
        keep()
        letter = NoticeLetter.objects.get(subject_id=bob.id)
        assert (letter.cause, letter.state) == ("bounced", LetterState.WAITING)
        assert current_version().number == 1
        NoticeLetter.objects.update(state=LetterState.UNREACHABLE)
        keep()
        assert current_version().number == 2


def test_who_wishes_letters_gets_one_and_no_mail_and_the_change_waits_for_it(announce, ada, bob, mailbox):
    ContactWish.objects.create(subject_id=ada.id, answers="letter")
    amendment = announce()
    send(amendment)
    with at(amendment.version.planned_for):
        keep()
        letter = NoticeLetter.objects.get()
        assert (letter.subject_id, letter.cause) == (ada.id, "wished")
        assert Delivery.objects.get(notice=amendment.notice_id, subject_id=ada.id).skipped_for == "letter"
        assert current_version().number == 1
        with act_as(employ("clerk", Role.SERVICE)):
            note_posted(take_letter(letter))
        keep()
        assert current_version().number == 2


def test_a_wrong_section_is_found_and_loses_nothing(write, author):
    amendment = write(submit=False)
    with act_as(author):
        edit_section(amendment, "orders", {"en": "# Orders\n\n{{ nothing }} {#C1}"})
        amendment.refresh_from_db()
        assert any("unknown variable nothing" in str(each) for each in read_amended(amendment).problems)
        with pytest.raises(Refused, match="problems"):
            submit_amendment(amendment)
    assert "{{ nothing }}" in section_of(amendment, "orders", "en")


def test_the_next_change_begins_with_what_the_last_one_wrote(announce, author):
    announce(material=False)
    with act_as(author):
        amendment = begin_amendment()
    words = section_of(amendment, "orders", "en")
    assert NEW in words
    assert "{{ numbers.renewal_notice_days }}" in words


def forget_a_use():
    """Let the version in force not have told that the e-mail address is used to answer."""
    practice = Practice.objects.get()
    practice.facts["uses"]["accounts.Profile.email"].remove("support")
    practice.save()


def test_an_approval_that_lapsed_sends_the_change_back_to_the_others(write, decide, author, reviewer):
    amendment = decide(write(material=False, against="Words alone."))
    type(reviewer).objects.filter(pk=reviewer.pk).update(active=False)
    with act_as(author), pytest.raises(Refused, match="lapsed"):
        publish_amendment(amendment)
    keep()
    assert Amendment.objects.get(pk=amendment.pk).state == AmendmentState.IN_REVIEW
    type(reviewer).objects.filter(pk=reviewer.pk).update(active=True)
    with act_as(author):
        publish_amendment(decide(Amendment.objects.get(pk=amendment.pk), by=(reviewer,)))
    assert current_version().number == 2
