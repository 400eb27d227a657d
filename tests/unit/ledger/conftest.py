"""A record with a key, and rows to seal."""

from collections.abc import Callable, Iterator
from typing import Any
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
def ledger_key(db: None) -> Iterator[Any]:
    """Make a fresh key for this test's record, as the key file outlives the tables; put back what was there."""
    folder = settings.ENVIRONMENT.secrets
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    former = {name: (folder / name).read_bytes() for name in (FILE, NEXT_FILE) if (folder / name).exists()}
    for name in former:
        (folder / name).unlink()
    yield ensure_key(folder)
    for name in (FILE, NEXT_FILE):
        (folder / name).unlink(missing_ok=True)
    for name, content in former.items():
        (folder / name).write_bytes(content)


@pytest.fixture
def write(ledger_key: Any) -> Callable[[int], list[UUID]]:
    """Return a function that records rows, as a member of staff, and returns their ids in order."""
    subject_id = new_id()

    def write_rows(many: int) -> list[UUID]:
        with acting(actor=staff_member(new_id()), purpose=Purpose.SUPPORT):
            return [
                record(event=Event.DRILL_RUN, subject_id=subject_id, fields=["name"], count=number)
                for number in range(many)
            ]

    return write_rows
