"""The deliberate breaches of what the help desk promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import connection

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.ports import Channel, contact_kinds
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.support import clocks, gate, guards, queries
from troth.support.actions import handling, opening
from troth.support.models import Case, Decision, Outbound, inbox, struck
from troth.support.reach import Wish
from troth.support.words import Going, Rule


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


def give_a_mail_up(clause: str) -> AbstractContextManager[None]:
    """Let a mail have been given up after ten tries."""
    return _mail_that_stays(clause, state=Going.FAILED, tries=10)


def let_a_mail_wait(clause: str) -> AbstractContextManager[None]:
    """Let a mail wait since yesterday, whose task was lost."""
    return _mail_that_stays(clause, made_at=clock.now() - timedelta(days=1))


@contextmanager
def _mail_that_stays(clause: str, **values: object) -> Iterator[None]:
    """Let a mail that keeps this promise stand as told, to nobody whom there is; take it away at the end."""
    subject_id: UUID = new_id()
    about = next(kind.key for kind in contact_kinds if kind.clause == clause)
    decision = Decision.objects.create(
        subject_id=subject_id,
        purpose=Purpose.SUPPORT,
        about=about,
        channel=Channel.EMAIL,
        allowed=True,
        rule=Rule.DEFAULT,
    )
    later = {"not_before": clock.now() + timedelta(days=365)}  # no worker may take it meanwhile
    row = Outbound.objects.create(
        decision=decision, subject_id=subject_id, channel=Channel.EMAIL, about=about, **{**later, **values}
    )
    try:
        yield
    finally:
        row.delete()
        decision.delete()


def strike_nothing() -> AbstractContextManager[None]:
    """Seal every text as it was written."""
    return swap(struck, "strike_card_numbers", lambda text: text)


def keep_mails() -> AbstractContextManager[None]:
    """Seal the bytes of every mail as they came."""
    return swap(inbox, "strike_mail", lambda raw: raw)


def tell_nobody() -> AbstractContextManager[None]:
    """Strike out, and say nothing of it."""
    return swap(opening, "_tell_of_card", lambda *_args, **_more: None)
