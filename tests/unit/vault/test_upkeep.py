"""The index is mended from the rows: unsettled claims, and the whole of it after a restore."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from tests.unit.vault.samples import Person, as_client, make_person
from troth.kernel import clock
from troth.kernel.errors import NotConfigured
from troth.vault import index
from troth.vault.api import Taken, find_subjects, rebuild_index, reconcile_index
from troth.vault.models import IndexEntry
from troth.vault.upkeep import check_index

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples")]


def later():
    return time_machine.travel(clock.now() + timedelta(minutes=11))


def test_the_claim_of_a_change_that_was_undone_is_freed():
    person = make_person(email="old@example.org")
    with pytest.raises(ZeroDivisionError), as_client(person.subject_id), transaction.atomic():
        person.email = "new@example.org"
        person.save()
        _ = 1 / 0
    with pytest.raises(Taken):
        make_person(email="new@example.org")
    assert reconcile_index() == 0
    with later():
        assert reconcile_index() == 2  # the address of the undone change, and the name of the one who was refused it
    assert find_subjects(Person.email, "old@example.org") == [person.subject_id]
    assert find_subjects(Person.email, "new@example.org") == []
    make_person(email="new@example.org")


def test_a_change_that_was_killed_before_it_settled_is_settled(monkeypatch):
    person = make_person(email="old@example.org")
    with monkeypatch.context() as patch, as_client(person.subject_id):
        patch.setattr(index, "settle", lambda *_args, **_more: None)
        person.email = "new@example.org"
        person.save()
    with later():
        reconcile_index()
    assert find_subjects(Person.email, "old@example.org") == []
    assert find_subjects(Person.email, "new@example.org") == [person.subject_id]
    assert not IndexEntry.objects.filter(claimed_at__isnull=False).exists()


def test_the_claim_of_a_subject_that_never_came_to_be_goes():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_person(email="ada@example.org")
        _ = 1 / 0
    with later():
        reconcile_index()
    assert not IndexEntry.objects.exists()


def test_a_rebuilt_index_is_the_same_as_the_one_that_grew():
    people = [make_person(interests=["maps"], telephone=f"+4420794600{number:02}") for number in range(12)]
    before = sorted(IndexEntry.objects.values_list("code", "digest", "subject_id", "unique"))
    IndexEntry.objects.all().delete()
    IndexEntry.objects.create(code=1, digest=b"stale", subject_id=people[0].subject_id, unique=False)
    assert rebuild_index() == len(before)
    assert sorted(IndexEntry.objects.values_list("code", "digest", "subject_id", "unique")) == before


def test_a_row_that_does_not_open_is_left_out_of_the_rebuilt_index():
    damaged, person = make_person(), make_person()
    Person._base_manager.filter(pk=damaged.pk).update(sealed=b"damaged")
    rebuild_index()
    assert set(IndexEntry.objects.values_list("subject_id", flat=True)) == {person.subject_id}


def test_an_index_that_was_lost_is_told_at_start_and_one_that_nobody_stands_in_yet_is_not():
    check_index()
    make_person(email="lost@example.org")
    check_index()
    IndexEntry.objects.all().delete()
    with pytest.raises(NotConfigured, match="troth index rebuild"):
        check_index()
    rebuild_index()
    check_index()
