"""A house with clients, a privacy officer, two reviewers, a server that takes mail, and the other party's key."""

from datetime import timedelta

import pyrage
import pytest

from tests.unit.announcements.conftest import act_as, ada, bob, employ, fresh_fence, house, mailbox, open_features
from troth.announcements.api import list_recipients
from troth.announcements.models import Notice
from troth.announcements.sending import Sender
from troth.kernel import clock
from troth.staff.api import Role
from troth.transitions.actions import (
    Terms,
    announce_transition,
    register_transition,
    review_transition,
    submit_transition,
)
from troth.transitions.kinds import TransitionKind
from troth.transitions.models import Transition

__all__ = ["ada", "bob", "fresh_fence", "house", "mailbox", "open_features"]


@pytest.fixture(scope="session")
def successor():
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def officer(house):
    return employ("officer", Role.PRIVACY_OFFICER)


@pytest.fixture
def reviewers(house):
    return [employ("first", Role.REVIEWER), employ("second", Role.REVIEWER)]


@pytest.fixture
def terms(successor):
    return Terms(
        kind=TransitionKind.SALE,
        other_party="Harbour Museum",
        contact="Ines Sample, privacy@example.org",
        planned_on=clock.today() + timedelta(days=60),
        labels=["accounts.Profile.email", "accounts.Profile.name"],
        recipient_key=str(successor.to_public()),
    )


@pytest.fixture
def submitted(officer, terms):
    with act_as(officer):
        return submit_transition(register_transition(terms))


def approve(transition, *members):
    for member in members:
        with act_as(member):
            review_transition(
                transition, approve=True, content_hash=Notice.objects.get(pk=transition.notice_id).content_hash
            )


def send(notice_id):
    """Hand over all mails of a notice."""
    notice = list_recipients(Notice.objects.get(pk=notice_id))
    Sender(notice).run(windows=20)


@pytest.fixture
def clients(ada, bob):
    return ada, bob


@pytest.fixture
def announced(submitted, reviewers, officer, clients, mailbox):
    """A transition of which everybody has been told, this moment."""
    approve(submitted, *reviewers)
    with act_as(officer):
        announce_transition(submitted)
    send(submitted.notice_id)
    return Transition.objects.select_related("notice").get(pk=submitted.pk)
