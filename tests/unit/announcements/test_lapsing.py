"""An approval does not count for ever, nor beyond the authorisation of whoever gave it."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.announcements.conftest import act_as
from troth.announcements.kinds import NoticeState
from troth.announcements.models import Notice
from troth.announcements.reviewing import count_approvals, review_notice
from troth.announcements.running import begin_notice
from troth.announcements.tasks import go_on_with_notices
from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.staff.api import Role

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_an_approval_counts_for_its_days_and_no_longer(approve, author):
    notice = approve()
    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert count_approvals(notice) == 1
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert count_approvals(notice) == 0
        with act_as(author), pytest.raises(Refused):
            begin_notice(notice)


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.SERVICE}])
def test_the_word_of_who_may_review_no_more_counts_no_more(approve, author, reviewer, change):
    notice = approve()
    type(reviewer).objects.filter(pk=reviewer.pk).update(**change)
    with act_as(author), pytest.raises(Refused):
        begin_notice(notice)


def test_what_lapsed_waits_for_others_again_and_is_approved_anew_by_the_same_person(approve, author, reviewer):
    notice = approve()
    with time_machine.travel(clock.now() + timedelta(days=31)):
        type(reviewer).objects.filter(pk=reviewer.pk).update(certificate_until=clock.now() + timedelta(days=9))
        go_on_with_notices.func()
        notice = Notice.objects.get(pk=notice.pk)
        assert notice.state == NoticeState.IN_REVIEW
        with act_as(reviewer):
            review_notice(notice, approve=True, content_hash=notice.content_hash)
        with act_as(author):
            assert begin_notice(notice).state == NoticeState.FREEZING


def test_what_is_approved_stays_so_within_its_days(approve):
    notice = approve()
    go_on_with_notices.func()
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.APPROVED


def test_what_was_begun_keeps_its_words_though_the_reviewer_leaves(begin, reviewer):
    notice = begin()
    type(reviewer).objects.filter(pk=reviewer.pk).update(active=False)
    with time_machine.travel(clock.now() + timedelta(days=100)):
        assert count_approvals(notice) == 1
