"""Transactional tests empty the record between them, and the guards are back in place afterwards."""

import pytest
from django.db import connection

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.actions import record
from troth.ledger.events import Event
from troth.ledger.guards import missing_guards
from troth.ledger.models import EntryRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_round", [1, 2])
def test_each_round_begins_with_an_empty_guarded_record(_round):
    assert EntryRow.objects.count() == 0
    assert missing_guards(connection) == []
    with acting(actor=system("ledger"), purpose=Purpose.UPKEEP):
        record(event=Event.KEY_ROTATED)
