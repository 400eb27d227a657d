"""An objection that came by letter: entered by who took the request, once the sender is sure, and not otherwise."""

import pytest

from tests.unit.announcements.conftest import act_as, employ
from tests.unit.announcements.test_pages import enter, second_factor
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.rights.actions.requests import enter_request, take_request, verify_sender
from troth.rights.api import Channel, Kind, Verification
from troth.rights.objecting import list_objecting
from troth.staff.api import Role
from troth.transitions.actions import enter_objection
from troth.transitions.models import Objection
from troth.transitions.queries import list_included

__all__ = ["second_factor"]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def take(officer, clients):
    """Return a function that enters and takes a letter of the first client."""

    def enter_letter(*, kind=Kind.OBJECT, verified=True):
        with acting(actor=staff_member(officer.id), purpose=Purpose.RIGHTS):
            request = enter_request(
                subject_id=clients[0].id,
                kind=kind,
                channel=Channel.LETTER,
                received_at=clock.now(),
                text="I object.",
            )
            take_request(request, staff_id=officer.id)
            if verified:
                verify_sender(request, how=Verification.SIGNED_LETTER)
        return next((each for each in list_objecting(officer.id) if each.id == request.pk), None)

    return enter_letter


def test_it_leaves_the_client_out_and_is_entered_once(announced, clients, officer, take):
    request = take()
    with act_as(officer):
        assert enter_objection(announced, request)
        assert not enter_objection(announced, request)
    assert Objection.objects.get().subject_id == clients[0].id
    assert clients[0].id not in set(list_included(announced).values_list("subject_id", flat=True))


def test_a_request_that_asks_something_else_is_none(announced, take):
    assert take(kind=Kind.ERROR) is None


def test_a_sender_that_is_not_sure_is_refused(announced, officer, take):
    request = take(verified=False)
    with act_as(officer), pytest.raises(Refused):
        enter_objection(announced, request)
    assert not Objection.objects.exists()


def test_who_did_not_take_the_request_enters_nothing(announced, take):
    request = take()
    with act_as(employ("clerk", Role.SERVICE)), pytest.raises(AccessDenied):
        enter_objection(announced, request)
    assert not Objection.objects.exists()


def test_the_page_offers_what_one_took_and_nobody_elses(announced, officer, take, reviewers):
    request = take()
    page, browser = f"/console/transitions/{announced.pk}/", enter(officer)
    address = f"{page}objection/{request.id}/"
    assert address in browser.get(page).content.decode()
    other = enter(reviewers[0])
    other.raise_request_exception = False
    assert address not in other.get(page).content.decode()
    assert other.post(address).status_code == 403
    browser.post(address)
    assert Objection.objects.count() == 1
