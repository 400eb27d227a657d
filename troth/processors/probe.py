"""An invented subject for the checks of the door: it has values, sends them, and is undone in every database."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
from troth.processors.linking import find_active
from troth.processors.models import Agreement, Kind
from troth.processors.standing import office_day
from troth.vault.api import SealedModel, get_attribute

PROBE = UUID("01a20000-0000-7000-8000-00000d00d0a7")
"""Nobody's id; nothing is ever committed under it."""


class Probe:
    """The details of the invented subject, with a token in each value."""

    def __init__(self) -> None:
        tag = secrets.token_hex(8)
        self.tokens = {"name": f"Honey{tag}", "email": f"honey-{tag}@example.org", "user_name": f"comb-{tag}"}
        details: Any = get_attribute("accounts.Profile", "email").model
        self.row: SealedModel = details(subject_id=PROBE, **self.tokens)
        self.row.save()

    def value(self, name: str) -> Any:
        """Return one value, unopened."""
        return getattr(self.row, name)


@contextmanager
def undone() -> Iterator[None]:
    """Undo in every database whatever happens in the block."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(_undone(alias))
        yield


@contextmanager
def vanishing_probe() -> Iterator[Probe]:
    """Act as the invented subject, and undo all of it."""
    with undone(), acting(actor=client(PROBE), purpose=Purpose.ACCOUNT):
        yield Probe()


def lapse_agreements(kind: Kind) -> None:
    """Let the agreements with this kind of organisation have ended yesterday; call it where everything is undone."""
    yesterday = office_day() - timedelta(days=1)
    Agreement.objects.filter(processor=find_active(kind)).update(ended_on=yesterday)


def find_told_since(subject_id: UUID) -> date | None:
    """Return that the invented subject was told, so that the other judgements can be looked at."""
    return clock.today() if subject_id == PROBE else None


@contextmanager
def _undone(alias: str) -> Iterator[None]:
    with transaction.atomic(using=alias):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=alias)
