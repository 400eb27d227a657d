"""A house with keys and clients, members of staff who write and review, and a server that takes mail or refuses it."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.factories.accounts import make_account
from tests.unit.accounts.conftest import mailbox
from tests.unit.rights.conftest import house, open_features
from troth.accounts.api import Profile
from troth.announcements.drafting import Blocks, Particulars, submit_notice, write_notice
from troth.announcements.kinds import NoticeClass, Reason
from troth.announcements.models import Notice
from troth.announcements.reviewing import review_notice
from troth.announcements.running import begin_notice, list_recipients
from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member, system
from troth.kernel.purposes import Purpose
from troth.staff.api import Role, invite_member
from troth.staff.job import JOB

__all__ = ["house", "mailbox", "open_features"]

TEXTS = {
    "en": Blocks("The site is closed on Sunday", "We move to new machines.", "Nothing can be ordered.", "Nothing."),
    "de": Blocks("Die Website ist am Sonntag zu", "Wir ziehen um – auf neue Geräte.", "Keine Bestellungen.", "Nichts."),
}


def employ(name, role):
    account = make_account(name=f"{name} Worker", email=f"{name}@example.com", user_name=name)
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(subject_id=account.id, role=role, certificate_until=clock.now() + timedelta(days=90))


def act_as(member):
    return acting(actor=staff_member(member.id), purpose=Purpose.UPKEEP)


@pytest.fixture(autouse=True)
def fresh_fence():
    """Forget how many windows went: the note outlives the tables of a test, as it outlives a database."""
    (settings.ENVIRONMENT.data / "notices.windows").unlink(missing_ok=True)


@pytest.fixture
def author(house):
    return employ("author", Role.ADMINISTRATOR)


@pytest.fixture
def reviewer(house):
    return employ("reviewer", Role.REVIEWER)


@pytest.fixture
def second_reviewer(house):
    return employ("second", Role.REVIEWER)


@pytest.fixture
def ada(house):
    account = make_account(interests=["events"])
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(account.id)
        profile.language = "de"
        profile.save()
    return account


@pytest.fixture
def bob(house):
    return make_account(name="Bob Sample", email="bob@example.org", user_name="bob")


@pytest.fixture
def approve(author, reviewer):
    """Return a function that writes a notice, has it approved by another, and returns it."""

    def write(kind=NoticeClass.SERVICE, *, reviewers=(reviewer,), **more):
        if kind == NoticeClass.SERVICE:
            more.setdefault("reason", Reason.MAINTENANCE)
        with act_as(author):
            notice = submit_notice(write_notice(kind, Particulars(**more), TEXTS))
        for each in reviewers:
            with act_as(each):
                review_notice(notice, approve=True, content_hash=notice.content_hash)
        return Notice.objects.get(pk=notice.pk)

    return write


@pytest.fixture
def begin(approve, author):
    """Return a function that writes, approves and begins a notice; its recipients are listed."""

    def start(*args, **more):
        notice = approve(*args, **more)
        with act_as(author):
            return list_recipients(begin_notice(notice))

    return start
