"""A hold keeps back a deletion or a view, is named to the client, and ends."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.law.conftest import act_as
from troth.kernel import clock
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ports import withholders
from troth.law.actions.holds import lift_hold, set_hold
from troth.law.holder import LawHolder
from troth.law.kinds import HoldKind
from troth.vault.api import plan_erasure

pytestmark = pytest.mark.django_db(transaction=True)


def keep(request, officer, subject_id, **more):
    given = {"kind": HoldKind.KEEP, "model": "accounts.Profile", "until": clock.today() + timedelta(days=30), **more}
    with act_as(officer):
        return set_hold(request=request, subject_id=subject_id, **given)


def stays(subject_id):
    return {line.table for line in plan_erasure(subject_id).stays}


def test_what_is_held_stays_is_named_and_goes_when_the_hold_ends(request_, officer, ada):
    assert "accounts.Profile" not in stays(ada.id)
    hold = keep(request_, officer, ada.id)
    (line,) = (line for line in plan_erasure(ada.id).stays if line.table == "accounts.Profile")
    assert request_.number in str(line.why)
    assert line.until == hold.until
    assert [item.key for item in LawHolder().show(ada.id)] == ["legal_hold"]
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert "accounts.Profile" not in stays(ada.id)
    with act_as(officer):
        lift_hold(hold)
    assert "accounts.Profile" not in stays(ada.id)


def test_a_ban_leaves_a_hold_without_a_name(banned, officer, ada):
    keep(banned, officer, ada.id)
    (line,) = (line for line in plan_erasure(ada.id).stays if line.table == "accounts.Profile")
    assert str(line.why) == "a legal duty"
    assert LawHolder().show(ada.id) == []


def test_a_part_is_withheld_by_a_named_decision_until_a_day(request_, officer, ada):
    keep(request_, officer, ada.id, kind=HoldKind.WITHHOLD, fields=("telephone",))
    found = withholders.get("law").find(ada.id)
    assert [(each.model, each.fields) for each in found] == [("accounts.Profile", frozenset({"telephone"}))]
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert withholders.get("law").find(ada.id) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": clock.today()},
        {"model": "accounts.Account"},
        {"model": "nothing"},
        {"fields": ("telephone",)},
        {"kind": HoldKind.WITHHOLD, "fields": ("no_such",)},
    ],
)
def test_a_hold_that_fits_nothing_is_refused(request_, officer, ada, wrong):
    with pytest.raises(Refused):
        keep(request_, officer, ada.id, **wrong)
    assert keep(request_, officer, ada.id).pk


def test_only_who_handles_the_request_holds_back(request_, reviewers, officer, ada):
    with pytest.raises(AccessDenied):
        keep(request_, reviewers[0], ada.id)
    assert keep(request_, officer, ada.id).pk
