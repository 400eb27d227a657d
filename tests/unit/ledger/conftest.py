"""A record with a key, and rows to seal."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.conf import settings

from troth.kernel.acting import acting, staff_member
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.ledger.actions import record
from troth.ledger.events import Event
from troth.ledger.keys import FILE, NEXT_FILE, ensure_key


@pytest.fixture
def ledger_key(db):
    """Make a fresh key for this test's record, as the key file outlives the tables between tests."""
    folder = settings.ENVIRONMENT.secrets
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (FILE, NEXT_FILE):
        (folder / name).unlink(missing_ok=True)
    yield ensure_key(folder)
    for name in (FILE, NEXT_FILE):
        (folder / name).unlink(missing_ok=True)


@pytest.fixture
def write(ledger_key) -> Callable[[int], list[UUID]]:
    """Return a function that records rows, as a member of staff, and returns their ids in order."""
    subject_id = new_id()

    def write_rows(many: int) -> list[UUID]:
        with acting(actor=staff_member(new_id()), purpose=Purpose.SUPPORT):
            return [
                record(event=Event.DRILL_RUN, subject_id=subject_id, fields=["name"], count=number)
                for number in range(many)
            ]

    return write_rows
