"""A breach finds whom it concerns from the record, tells them, and is not closed before."""

from datetime import timedelta

import pytest

from tests.unit.law.conftest import act_as
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.errors import Refused
from troth.kernel.ids import first_id_at, new_id
from troth.kernel.ports import contact_gates
from troth.kernel.purposes import Purpose
from troth.law.actions.breaches import (
    add_step,
    move_breach,
    record_breach,
    scope_breach,
    tell_affected,
    tell_authority,
)
from troth.law.contacts import compose_notice
from troth.law.holder import LawHolder
from troth.law.kinds import BreachKind, BreachState
from troth.law.reach import Reach
from troth.ledger.api import looks_by_actor, record
from troth.vault.api import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def breach(officer):
    with act_as(officer):
        return record_breach(
            kind=BreachKind.SEEN,
            began_at=clock.now() - timedelta(hours=1),
            discovered_at=clock.now(),
            high_risk=True,
            values={"description": "A list was seen.", "notice": "A list was seen.\n\nChange nothing."},
        )


@pytest.fixture
def told(monkeypatch):
    asked = []

    class Gate:
        def contact(self, request):
            asked.append(request)

        def permits(self, _letter):
            return True

    monkeypatch.setitem(contact_gates._items, "support", Gate())
    return asked


def look(heron, subject_id, *fields):
    with acting(actor=staff_member(heron.id), purpose=Purpose.SUPPORT):
        record(
            event=Event.VALUES_OPENED,
            subject_id=subject_id,
            fields=fields,
            object_type="accounts.Profile",
            object_id="1",
        )


def test_the_looks_of_one_actor_are_found_by_time(heron, officer, ada):
    look(heron, ada.id, "email")
    look(officer, ada.id, "telephone")
    now = clock.now()
    found = list(looks_by_actor(str(heron.id), since=now - timedelta(minutes=1), until=now + timedelta(minutes=1)))
    assert [entry.fields for entry in found] == [("email",)]
    assert list(looks_by_actor(str(heron.id), since=now - timedelta(hours=2), until=now - timedelta(hours=1))) == []


def test_the_first_id_of_a_moment_comes_before_those_drawn_then():
    now = clock.now()
    assert first_id_at(now - timedelta(milliseconds=2)) < new_id() < first_id_at(now + timedelta(seconds=2))


def test_those_whose_values_were_seen_are_found_told_once_and_shown(breach, heron, officer, ada, told):
    look(heron, ada.id, "email", "telephone")
    reach = Reach(actor_ref=str(heron.id), since=breach.began_at, until=clock.now() + timedelta(minutes=1))
    with act_as(officer):
        assert scope_breach(breach, reach=reach) == 1
        assert scope_breach(breach, reach=reach) == 0
    assert tell_affected(breach) == 1
    assert tell_affected(breach) == 0
    assert [request.subject_id for request in told] == [ada.id]
    (item,) = LawHolder().show(ada.id)
    assert "email, telephone" in item.values.values()
    assert LawHolder().show(new_id()) == []
    with acting(actor=system("law-clerk"), purpose=Purpose.SERVICE_MESSAGES):
        facts = compose_notice(ada.id, told[0].facts)
    assert facts["paragraphs"] == ["A list was seen.", "Change nothing."]


def test_a_table_reaches_everybody_of_whom_it_holds_something(breach, officer, ada, bob):
    with act_as(officer):
        added = scope_breach(breach, reach=Reach(model="accounts.Profile", fields=("email",)))
    assert {ada.id, bob.id} <= set(breach.affected.values_list("subject_id", flat=True))
    assert added == breach.affected.count()


def test_a_breach_is_closed_only_when_everybody_was_told(breach, officer, heron, ada, told):
    look(heron, ada.id, "email")
    with act_as(officer):
        move_breach(breach, state=BreachState.CONTAINED)
        with pytest.raises(Refused, match="looked yet"):
            move_breach(breach, state=BreachState.CLOSED)
        scope_breach(breach, reach=Reach(actor_ref=str(heron.id), since=breach.began_at, until=clock.now()))
        with pytest.raises(Refused, match="told"):
            move_breach(breach, state=BreachState.CLOSED)
    tell_affected(breach)
    with act_as(officer):
        tell_authority(breach, told_at=clock.now())
        add_step(breach, text="The list was taken down.")
        move_breach(breach, state=BreachState.CLOSED)
    assert breach.state == BreachState.CLOSED


def test_times_that_cannot_be_are_refused(officer):
    now = clock.now()
    for began, found in ((now, now - timedelta(hours=1)), (now, now + timedelta(hours=1))):
        with pytest.raises(Refused), act_as(officer):
            record_breach(
                kind=BreachKind.LOST, began_at=began, discovered_at=found, high_risk=False, values={"description": "x"}
            )
