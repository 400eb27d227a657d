"""The deliberate breaches of what the help desk promises, for the drills. None knows how the checks look."""

from contextlib import AbstractContextManager
from datetime import timedelta

from django.db import connection

from troth.kernel.sabotage import swap
from troth.support import clocks, gate, guards, queries
from troth.support.actions import handling
from troth.support.models import Case
from troth.support.reach import Wish


def list_nothing() -> AbstractContextManager[None]:
    """Leave the list of untaken cases empty."""
    return swap(queries, "unassigned_cases", Case.objects.none)


def take_a_year() -> AbstractContextManager[None]:
    """Let every clock end in a year."""
    return swap(clocks, "answer_due", lambda received_at: received_at + timedelta(days=365))


def swallow_answers() -> AbstractContextManager[None]:
    """Write answers, and put nothing on its way."""
    return swap(handling, "put_out", lambda *_args, **_more: None)


def ignore_wishes() -> AbstractContextManager[None]:
    """Decide as though nobody had wished for anything."""
    return swap(gate, "read_wish", lambda *_args: Wish())


def permit_all() -> AbstractContextManager[None]:
    """Let every mail pass."""
    return swap(gate, "is_permitted", lambda _letter: True)


def lift_guards() -> AbstractContextManager[None]:
    """Take the database's own triggers off."""
    return guards.lifted_guards(connection)
