"""News is chosen by the client and by nobody else; the check of that sees its breach."""

import pytest

from tests.factories.accounts import make_account
from tests.unit.rights.conftest import house, open_features
from troth.accounts.models import Profile
from troth.kernel.acting import ActorKind, acting, client, staff_member, system
from troth.kernel.errors import AccessDenied
from troth.kernel.ids import new_id
from troth.kernel.ports import controls, judges
from troth.kernel.purposes import Purpose
from troth.vault.api import find_subjects

__all__ = ["house", "open_features"]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEY = "accounts.own_choice"


@pytest.fixture(autouse=True)
def open_door(monkeypatch):
    """Let every look pass: what stands behind the door is tested here."""
    for kind in (ActorKind.STAFF, ActorKind.SYSTEM):
        monkeypatch.setattr(type(judges.get(kind)), "judge", lambda _self, _request: None)


def choose(actor, account, chosen):
    with acting(actor=actor, purpose=Purpose.NEWS):
        profile = Profile.of(account.id)
        profile.interests = chosen
        profile.save()


def test_the_client_chooses(house):
    ada = make_account()
    choose(client(ada.id), ada, ["events"])
    assert find_subjects(Profile.interests, "events") == [ada.id]


@pytest.mark.parametrize("actor", [staff_member(new_id()), system("news-ender")], ids=["staff", "job"])
def test_nobody_else_adds_a_choice_and_anybody_with_a_right_to_it_takes_one_away(house, actor):
    ada = make_account(interests=["events"])
    with pytest.raises(AccessDenied, match="Only the client itself"):
        choose(actor, ada, ["events", "appraisals"])
    assert find_subjects(Profile.interests, "appraisals") == []
    choose(client(ada.id), ada, ["events", "appraisals"])
    choose(actor, ada, ["events"])
    assert find_subjects(Profile.interests, "appraisals") == []
    choose(actor, ada, None)
    assert find_subjects(Profile.interests, "events") == []


def test_the_check_sees_a_whole_house_and_its_breach(house):
    control = controls.get(KEY)
    assert list(control.observe().failures) == []
    assert control.observe().examined > 4
    for sabotage in control.sabotages:
        with sabotage.breach():
            assert list(control.observe().failures)
    assert list(control.observe().failures) == []
