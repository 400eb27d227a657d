"""A breach does not hang on one person, and what the law wants stands on the desk of whoever has it in hand."""

import pytest

from tests.unit.law.conftest import act_as, approve, browse_as, employ, grant
from troth.accounts import api as accounts
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import AccessDenied
from troth.kernel.purposes import Purpose
from troth.law.actions.breaches import record_breach, take_breach
from troth.law.kinds import BreachKind
from troth.law.models import Breach
from troth.staff.api import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """Let every account have a second factor."""
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True, raising=False)


@pytest.fixture
def breach(officer):
    with act_as(officer):
        return record_breach(
            kind=BreachKind.LOST,
            began_at=clock.now(),
            discovered_at=clock.now(),
            high_risk=True,
            values={"description": "A bag was left in the tram."},
        )


def test_a_breach_is_taken_over_from_whoever_recorded_it(breach, officer):
    second = employ("another", Role.PRIVACY_OFFICER)
    page = f"/console/breaches/{breach.id}/"
    desk = browse_as(second)
    assert "left in the tram" not in desk.get(page).content.decode()
    assert desk.post(f"{page}take/").status_code == 302
    assert "left in the tram" in desk.get(page).content.decode()
    assert "left in the tram" not in browse_as(officer).get(page).content.decode()
    assert Breach.objects.get().recorded_by == officer.id


def test_nobody_but_staff_takes_a_breach(breach, ada):
    with acting(actor=client(ada.id), purpose=Purpose.LEGAL), pytest.raises(AccessDenied):
        take_breach(breach)


def test_the_clock_of_a_breach_stands_on_the_desk_and_on_the_board(breach, officer):
    desk = browse_as(officer)
    assert breach.number in desk.get("/console/").content.decode()
    board = desk.get("/console/board/").content.decode()
    assert breach.number in board
    assert "grave" in board


def test_a_reviewer_meets_a_legal_request_among_the_reviews_until_it_has_spoken(request_, officer, reviewers, ada):
    first, second = reviewers
    grant(request_, officer, ada.id, "email")
    for reviewer in (first, second, employ("ines", Role.ADMINISTRATOR)):
        shown = browse_as(reviewer).get("/console/reviews/").content.decode()
        assert request_.number in shown
        assert "Court of Example" not in shown
    assert request_.number not in browse_as(officer).get("/console/reviews/").content.decode()
    approve(request_, [first])
    assert request_.number not in browse_as(first).get("/console/reviews/").content.decode()
    assert "Agreed so far: 1 of 2" in browse_as(second).get("/console/reviews/").content.decode()
