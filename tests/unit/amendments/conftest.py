"""A house whose statement is published, with members who write and decide, clients, and a way to carry a change on."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine

from tests.unit.accounts.conftest import mailbox
from tests.unit.announcements.conftest import act_as, ada, author, bob, employ, fresh_fence, reviewer, second_reviewer
from tests.unit.rights.conftest import house, open_features
from troth.amendments.drafting import Terms, begin_amendment, earliest_day, edit_section, set_terms, submit_amendment
from troth.amendments.models import Amendment
from troth.amendments.practice import ensure_practice
from troth.amendments.publishing import publish_amendment
from troth.amendments.reviewing import review_amendment
from troth.amendments.tasks import keep_statement
from troth.announcements.models import Notice
from troth.announcements.running import list_recipients
from troth.announcements.sending import Sender
from troth.kernel.remembering import forget_all
from troth.statement.queries import forget_current_version

__all__ = [
    "ada",
    "author",
    "bob",
    "employ",
    "fresh_fence",
    "house",
    "mailbox",
    "open_features",
    "reviewer",
    "second_reviewer",
]

REASONS = {"en": "We say more plainly what we sell.", "de": "Wir sagen klarer, was wir verkaufen."}
OLD, NEW = "You can buy memberships and services here.", "You may buy memberships, services and goods here."


@pytest.fixture(autouse=True)
def published(furnished, house):
    """Publish version 1 with its practice; what is remembered of another test's database is forgotten."""
    forget_all()
    ensure_practice()
    yield
    forget_all()
    forget_current_version()


@contextmanager
def at(moment):
    """Be at another moment, with nothing remembered of the one before."""
    forget_all()
    with time_machine.travel(moment, tick=False):
        yield
    forget_all()


@pytest.fixture
def write(author):
    """Return a function that writes a change and hands it over."""

    def write_change(*, material=True, against="", submit=True):
        with act_as(author):
            amendment = begin_amendment()
            edit_section(amendment, "orders", {"en": section_of(amendment, "orders", "en").replace(OLD, NEW)})
            day = earliest_day() if material else None
            set_terms(amendment, Terms(material=material, reasons=REASONS, planned_on=day, against_opinion=against))
            if submit:
                submit_amendment(amendment)
        return Amendment.objects.get(pk=amendment.pk)

    return write_change


@pytest.fixture
def decide(reviewer, second_reviewer):
    """Return a function that has two others approve a change."""

    def approve(amendment, by=None):
        for member in by or (reviewer, second_reviewer):
            with act_as(member):
                review_amendment(amendment, approve=True, content_hash=amendment.content_hash)
        return Amendment.objects.get(pk=amendment.pk)

    return approve


@pytest.fixture
def announce(write, decide, author):
    """Return a function that writes, approves and publishes a change."""

    def publish(**more):
        amendment = decide(write(**more))
        with act_as(author):
            publish_amendment(amendment)
        forget_all()
        return Amendment.objects.get(pk=amendment.pk)

    return publish


def section_of(amendment, slug, language):
    sections = amendment.texts.get(language=language).sections
    return next(section["markdown"] for section in sections if section["slug"] == slug)


def send(amendment):
    """Send all its mails, and note who was told."""
    notice = list_recipients(Notice.objects.get(pk=amendment.notice_id))
    Sender(notice).run(windows=20)
    keep()


def keep():
    """Do what the schedule does each minute."""
    keep_statement.func()
    forget_all()


def days(number):
    return timedelta(days=number)
