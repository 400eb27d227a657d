"""The door: each refusal stands beside the same look allowed."""

import pytest
from django.db import transaction

from tests.unit.vault.samples import JOB, Person, as_client, as_job, make_person
from troth.kernel.acting import VISITOR, ActorKind, Case, acting, client, staff_member, system
from troth.kernel.errors import AccessDenied
from troth.kernel.ids import new_id
from troth.kernel.ports import judges
from troth.kernel.purposes import Purpose
from troth.ledger.api import looks_at
from troth.vault import probe
from troth.vault.door import judge_access
from troth.vault.events import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def person():
    return make_person(notes="Secret of hers")


@pytest.fixture
def no_staff_judge():
    """Take away whoever answers for staff, so that the test does not depend on the rooms above."""
    judge = judges._items.pop(ActorKind.STAFF, None)
    yield
    judges._items.pop(ActorKind.STAFF, None)
    if judge is not None:
        judges.register(ActorKind.STAFF, judge)


def test_nobody_acting_opens_nothing_and_the_client_does(person):
    with pytest.raises(AccessDenied):
        person.open("notes")
    with as_client(person.subject_id):
        assert person.open("notes").notes == "Secret of hers"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_client_opens_what_is_about_itself_for_any_purpose_and_leaves_no_row(person, purpose):
    with acting(actor=client(person.subject_id), purpose=purpose):
        assert person.notes.open() == "Secret of hers"
    assert looks_at(person.subject_id) == []


def test_another_client_opens_nothing(person):
    with as_client(new_id()), pytest.raises(AccessDenied, match="about itself"):
        person.open("notes")


def test_a_visitor_opens_nothing(person):
    with acting(actor=VISITOR, purpose=Purpose.SUPPORT), pytest.raises(AccessDenied, match="Nobody answers"):
        person.open("notes")


def test_a_job_opens_for_a_purpose_of_the_value_and_leaves_a_row(person):
    with as_job():
        assert person.open("notes", "name").notes == "Secret of hers"
    (look,) = looks_at(person.subject_id)
    assert (look.actor, look.purpose, look.fields) == (system(JOB), Purpose.SUPPORT, ("notes", "name"))
    assert (look.event, look.object_id) == (Event.VALUES_OPENED, str(person.pk))


def test_a_purpose_that_the_value_was_not_collected_for_opens_nothing(person):
    with as_job(Purpose.NEWS), pytest.raises(AccessDenied, match="not collected for"):
        person.open("notes")
    assert looks_at(person.subject_id) == []


def test_a_purpose_that_the_job_does_not_have_opens_nothing(person):
    with as_job(Purpose.RIGHTS), pytest.raises(AccessDenied, match="may not act"):
        person.open("notes")


def test_a_job_that_is_not_registered_opens_nothing(person):
    with acting(actor=system("nobody"), purpose=Purpose.SUPPORT), pytest.raises(AccessDenied, match="not registered"):
        person.open("notes")


def test_staff_opens_only_where_a_judge_says_so(person, no_staff_judge):
    class Judge:
        def judge(self, request):
            if request.acting.case is None:
                raise AccessDenied("No case.")

    staff_id = new_id()
    with acting(actor=staff_member(staff_id), purpose=Purpose.SUPPORT, case=Case("ticket", "1")):
        with pytest.raises(AccessDenied, match="Nobody answers"):
            person.open("notes")
        judges.register(ActorKind.STAFF, Judge())
        assert person.open("notes").notes == "Secret of hers"
    with acting(actor=staff_member(staff_id), purpose=Purpose.SUPPORT), pytest.raises(AccessDenied, match="No case"):
        person.open("notes")
    (look,) = looks_at(person.subject_id)
    assert look.case == Case("ticket", "1")


def test_refused_looks_at_a_damaged_record_decrypt_nothing(person):
    Person._base_manager.filter(pk=person.pk).update(sealed=b"damaged")
    with as_client(new_id()), pytest.raises(AccessDenied):
        Person._base_manager.get(pk=person.pk).open("notes")


@pytest.mark.django_db(transaction=True)
def test_a_look_inside_a_transaction_is_refused_as_undoing_it_would_undo_the_trace(person):
    with transaction.atomic(), as_job(), pytest.raises(RuntimeError, match="durable"):
        person.open("notes")
    assert looks_at(person.subject_id) == []


@pytest.mark.django_db(transaction=True)
def test_where_the_row_cannot_be_written_the_value_is_not_given(person, monkeypatch):
    def fail(**_arguments):
        raise OSError("The disk is full.")

    monkeypatch.setattr("troth.vault.door.record", fail)
    with as_job(), pytest.raises(OSError, match="full"):
        person.open("notes")


def test_changing_is_judged_like_looking(person):
    with as_job(Purpose.NEWS):
        person.notes = "changed"
        with pytest.raises(AccessDenied):
            person.save()
    with as_job():
        person.save()
    with as_client(person.subject_id):
        assert person.open("notes").notes == "changed"


def test_confirming_and_deleting_are_judged_like_looking(person):
    for act in (person.confirm, person.delete):
        with as_client(new_id()), pytest.raises(AccessDenied):
            act()
    with as_client(person.subject_id):
        person.confirm()
        person.delete()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_check_of_the_door_passes_it_for_its_own_sample_and_for_no_client(person, purpose):
    with acting(actor=system(probe.JOB), purpose=Purpose.UPKEEP):
        judge_access(subject_id=probe.PROBE, model=person._meta.label, attributes=[Person.notes])
    with acting(actor=system(probe.JOB), purpose=purpose), pytest.raises(AccessDenied):
        person.open("notes")
    assert looks_at(person.subject_id) == []
