"""Deliberate breaches of the door out, for the drills. Rows that are written are undone with the block."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from troth.disclosures.api import Evidence, GroundKind, Wanted, drop_row, rewrite_row, search_left, write_disclosure
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.ports import Letter, courier
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.processors import books, egress, standing
from troth.processors import payload as payload_of
from troth.processors.models import Agreement, Answer, Audit, DatedException, DeletionRequest, Processor
from troth.processors.probe import PROBE, undone


def forget_contracts() -> Any:
    """Find every contract in order."""
    return swap(standing, "judge_contract", lambda *_arguments: standing.FINE)


def forget_fields() -> Any:
    """Allow every value."""
    return swap(standing, "judge_fields", lambda *_arguments, **_named: standing.FINE)


def trust_any_host() -> Any:
    """Find every host right."""
    return swap(standing, "judge_host", lambda *_arguments: standing.FINE)


def ignore_metadata() -> Any:
    """Look for no opened value among the plain ones."""
    return swap(egress.Attempt, "_require_untold", lambda *_arguments: None)


@contextmanager
def ignore_schema() -> Iterator[None]:
    """Hold no leaf to its schema."""
    attempt: Any = egress.Attempt
    with swap(attempt, "_judge_leaf", lambda *_arguments: None), swap(attempt, "_require_untold", lambda *_a: None):
        yield


def write_no_row() -> Any:
    """Say that a row was written, and write none."""
    return swap(egress, "write_disclosure", lambda **_named: new_id())


def add_a_field() -> Any:
    """Put the subject's name into every payload, after it was judged."""
    honest = payload_of.rebuild

    def careless(payload: Any, opened: Any, path: Any = ()) -> Any:
        built = honest(payload, opened, path)
        from troth.vault.api import get_attribute

        model: Any = get_attribute("accounts.Profile", "name").model
        row = model.of(PROBE)
        return {**built, "extra": [dict(row.open())]} if row and not path else built

    return swap(egress, "rebuild", careless)


class _PastTheDoor:
    """A courier that would hand mails over by itself; here it hands them to nobody."""

    def send(self, letter: Letter) -> None:
        """Take the mail, and write nothing."""


@contextmanager
def mail_past_the_door() -> Iterator[None]:
    """Put another courier in place."""
    honest = courier.withdraw("mail")
    courier.register("mail", _PastTheDoor())
    try:
        yield
    finally:
        courier.withdraw("mail")
        courier.register("mail", honest)


@contextmanager
def delete_a_row() -> Iterator[None]:
    """Write a disclosure as the door does, and take its row away."""
    with undone():
        drop_row(_write())
        yield


@contextmanager
def change_a_row() -> Iterator[None]:
    """Write a disclosure as the door does, and give it another recipient afterwards."""
    with undone():
        rewrite_row(_write(), recipient="somebody-else")
        yield


@contextmanager
def invent_a_row() -> Iterator[None]:
    """Write a disclosure as the door does, and let its row stand under another id."""
    with undone():
        rewrite_row(_write(), id=new_id())
        yield


@contextmanager
def send_without_agreement() -> Iterator[None]:
    """Let all agreements begin next month, while something left today."""
    with undone():
        _write()
        later = clock.today() + timedelta(days=30)
        Agreement.objects.update(signed_on=later, runs_until=later)
        yield


@contextmanager
def end_exceptions() -> Iterator[None]:
    """Let every exception have ended last month."""
    with undone():
        DatedException.objects.update(until=clock.today() - timedelta(days=30))
        yield


@contextmanager
def refuse_deletion() -> Iterator[None]:
    """Let a request to delete come to nothing."""
    with undone():
        DeletionRequest.objects.create(processor="mail-relay", processor_name="Relay", answer=Answer.FAILED)
        yield


@contextmanager
def drop_audits() -> Iterator[None]:
    """Throw the plan of audits away."""
    with undone():
        Audit.objects.all().delete()
        yield


@contextmanager
def call_without_a_row() -> Iterator[None]:
    """Let a call with a name and an address have reached the card processor, of which nothing was written."""
    with _arriving(_quiet_moment()):
        yield


@contextmanager
def call_with_more() -> Iterator[None]:
    """Write that an address left to the card processor, and let a name have arrived with it."""
    moment = _quiet_moment()
    with undone(), _arriving(moment):
        with clock.told(moment):
            _write(recipient="card-processor")
        yield


@contextmanager
def lose_the_adapter() -> Iterator[None]:
    """Let the register name a part of the program for each company that nobody wrote."""
    with undone():
        Processor.objects.exclude(adapter="").update(adapter="nobody")
        yield


def _arriving(moment: datetime) -> Any:
    """Let one more call stand in the card processor's books; where none runs here, as in a drill, it stands alone."""
    honest = books.read_calls
    body = {"name": "Honey Comb", "email": "honey@example.org"}
    call = {"at": moment.timestamp(), "method": "POST", "path": "/v1/customers", "body": body, "status": 200}
    return swap(books, "read_calls", lambda kind: [*(honest(kind) or []), *([call] if kind == "card" else [])])


def _quiet_moment() -> datetime:
    """Return a moment shortly ago, around which nothing left to the card processor: no row must account for a call."""
    moment, apart = clock.now(), timedelta(minutes=5)
    while search_left(recipient="card-processor", since=moment - apart, until=moment + apart, limit=1):
        moment -= apart
    return moment


def _write(recipient: str = "mail-relay") -> Any:
    wanted = Wanted(subject_id=PROBE, recipient=recipient, purpose=Purpose.UPKEEP, fields=("accounts.Profile.email",))
    evidence = Evidence(kind=GroundKind.INFORMED, ref="statement:1", since=clock.today())
    return write_disclosure(
        wanted=wanted, evidence=evidence, recipient_name="Relay", operation="probe.send", reference="probe"
    )
