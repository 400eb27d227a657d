"""Writers and sealers at work at the same time: each row is sealed once, and none is lost."""

import threading

import pytest
from django.db import connections, transaction

from troth.kernel.acting import acting, system
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.ledger import sealing
from troth.ledger.actions import record
from troth.ledger.events import Event
from troth.ledger.models import EntryRow, Leaf
from troth.ledger.reading import verify_ledger
from troth.ledger.rotation import JOB
from troth.ledger.sealing import seal_entries

pytestmark = pytest.mark.django_db(transaction=True)


def run_together(*functions):
    """Run each function in a thread with connections of its own; raise what one of them raised."""
    errors = []

    def run(function):
        try:
            function()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def write_rows(many=20):
    with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        for _row in range(many):
            record(event=Event.DRILL_RUN, subject_id=new_id())


def test_sealers_and_writers_side_by_side_seal_each_row_once(ledger_key, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    run_together(write_rows, seal_entries, write_rows, seal_entries, seal_entries)
    seal_entries()
    assert Leaf.objects.count() == EntryRow.objects.count() == 40
    assert verify_ledger().findings == []


@pytest.mark.postgres
def test_a_row_that_commits_after_its_neighbours_were_sealed_is_sealed_later(ledger_key):
    written, sealed = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            write_rows(1)
            written.set()
            assert sealed.wait(30)

    def write_and_seal():
        assert written.wait(30)
        write_rows(3)
        assert seal_entries().sealed == 3
        sealed.set()

    run_together(write_slowly, write_and_seal)
    assert seal_entries() == sealing.Sealing(sealed=1, size=4)
    late = Leaf.objects.get(position=3).entry_id
    assert late == min(EntryRow.objects.values_list("id", flat=True))
    assert verify_ledger().findings == []


def test_a_row_stands_or_falls_with_what_it_is_about(ledger_key):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write_rows(1)
        1 / 0  # noqa: B018
    assert EntryRow.objects.count() == 0
