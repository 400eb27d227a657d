"""A long record is verified by turns: each row within seven days, and each part proves what the whole would."""

from datetime import timedelta

import pytest
from django.db import connection

from troth.kernel import clock
from troth.ledger import sealing, turns
from troth.ledger.guards import lifted_guards
from troth.ledger.models import Checkpoint, EntryRow, Leaf, Node
from troth.ledger.reading import verify_ledger
from troth.ledger.rotation import rotate_key
from troth.ledger.sealing import seal_entries
from troth.ledger.turns import list_parts, verify_turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_record(write, monkeypatch):
    """Sixty rows in checkpoints of three, sealed ten days ago but for the last twelve, in stretches of five."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr(turns, "WHOLE_UP_TO", 10)
    monkeypatch.setattr(turns, "STRETCH", 5)
    ids = write(60)
    seal_entries()
    with lifted_guards(connection):
        Checkpoint.objects.filter(size__lte=48).update(at=clock.now() - timedelta(days=10))
        yield ids


def find_on(day):
    """Return the kinds and places found by the reading of one day of the seven."""
    found = {(finding.kind, finding.position) for finding in verify_turn(day=day).verification.findings}
    return {place for place in found if place[0] != "missing guard"}


def test_seven_days_in_a_row_read_every_row_and_each_day_the_new_ones(long_record):
    read = set()
    for day in range(100, 107):
        *older, newest = list_parts(size=60, day=day)
        assert (newest.start, newest.end) == (48, 60)
        assert sum(part.end - part.start for part in older) < 48
        read |= {row for part in older for row in range(part.start, part.end)}
    assert read == set(range(48))


def test_an_untouched_record_is_whole_on_every_day(long_record):
    assert [find_on(day) for day in range(7)] == [set()] * 7
    turn = verify_turn()
    assert turn.verification.rows == 60
    assert 12 <= turn.read < 60


def test_a_part_gives_the_same_root_as_the_whole(long_record):
    assert verify_turn().verification.root == verify_ledger().root


def test_a_changed_old_row_is_named_when_its_turn_comes_and_not_before(long_record):
    EntryRow.objects.filter(id=long_record[20]).update(purpose="legal")
    found = [day for day in range(7) if ("changed row", 20) in find_on(day)]
    assert 1 <= len(found) <= 2


def test_a_changed_new_row_is_named_every_day(long_record):
    EntryRow.objects.filter(id=long_record[50]).update(purpose="legal")
    assert all(("changed row", 50) in find_on(day) for day in range(7))


def test_a_removed_old_row_is_missed_by_number_every_day(long_record):
    EntryRow.objects.filter(id=long_record[20]).delete()
    assert all(("removed row", None) in find_on(day) for day in range(7))


def test_a_place_removed_with_its_row_is_missed_by_number_every_day(long_record):
    EntryRow.objects.filter(id=long_record[20]).delete()
    Leaf.objects.filter(position=20).delete()
    assert all(("removed row", None) in find_on(day) for day in range(7))


def test_old_rows_rewritten_with_their_leaves_do_not_fit_what_was_signed(long_record):
    row = EntryRow.objects.filter(id=long_record[20])
    row.update(purpose="legal")
    digest = sealing.hash_leaf(sealing.canonical_entry(sealing.make_facts(row.values().get())))
    Leaf.objects.filter(position=20).update(hash=digest)
    kinds = {kind for day in range(7) for kind, _place in find_on(day)}
    assert "forked tree" in kinds


def test_a_stored_tree_that_does_not_fit_is_named_where_a_part_begins(long_record):
    Leaf.objects.filter(position=47).update(hash=b"x" * 32)
    assert ("damaged tree", 48) in find_on(0)
    assert not Node.objects.exists()


def test_the_end_cut_off_is_named(long_record):
    Leaf.objects.filter(position__gte=57).delete()
    EntryRow.objects.filter(id__in=long_record[57:]).delete()
    assert ("removed row", 57) in find_on(0)


def test_a_part_after_a_change_of_keys_is_held_against_the_newer_key(write, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr(turns, "WHOLE_UP_TO", 10)
    monkeypatch.setattr(turns, "STRETCH", 5)
    write(9)
    seal_entries()
    rotate_key()
    write(20)
    seal_entries()
    with lifted_guards(connection):
        Checkpoint.objects.filter(size__lte=25).update(at=clock.now() - timedelta(days=10))
        assert [find_on(day) for day in range(7)] == [set()] * 7
        other = Checkpoint.objects.get(size=22).note.rpartition(" ")[2]
        note = Checkpoint.objects.get(size=25).note.rpartition(" ")[0]
        Checkpoint.objects.filter(size=25).update(note=f"{note} {other}")
        assert ("broken signature", 25) in find_on(0)
