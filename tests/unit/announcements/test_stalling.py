"""A notice that stands still is named; one that waits as it should is not."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.announcements.conftest import act_as
from troth.announcements.models import Pace
from troth.announcements.running import begin_notice, pause_notice
from troth.announcements.sending import Sender
from troth.announcements.stalling import find_stalled
from troth.kernel import clock

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def later(**span):
    return time_machine.travel(clock.now() + timedelta(**span))


def test_mails_that_are_due_and_do_not_go_are_named_after_an_hour(ada, begin):
    notice = begin()
    with later(minutes=50):
        assert find_stalled() == []
    with later(minutes=70):
        assert [found for found, _why in find_stalled()] == [notice]


def test_a_listing_that_was_broken_off_is_named(ada, approve, author):
    with act_as(author):
        notice = begin_notice(approve())
    with later(hours=2):
        assert [found for found, _why in find_stalled()] == [notice]


def test_a_limit_of_the_relay_is_no_standstill(ada, begin, monkeypatch):
    begin()
    with later(hours=2):
        Pace.objects.update_or_create(pk=1, defaults={"slow_until": clock.now() + timedelta(minutes=1)})
        assert find_stalled() == []


def test_what_was_sent_stands_not_still(ada, begin, mailbox):
    Sender(begin()).run(windows=5)
    with later(days=9):
        assert find_stalled() == []


def test_a_pause_is_named_once_it_is_forgotten(ada, author, begin):
    with act_as(author):
        notice = pause_notice(begin())
    with later(days=2):
        assert find_stalled() == []
    with later(days=4):
        assert [found for found, _why in find_stalled()] == [notice]
