"""Checks of the door out: what would leave against what is written down, and what must not leave at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import GroundKind, search_left
from troth.kernel import clock
from troth.kernel.ports import Control, Feature, Letter, Observation, Sabotage, controls, send_letter
from troth.kernel.purposes import Purpose
from troth.ledger.api import find_entry, newest_entries
from troth.processors import sabotages, schema
from troth.processors.egress import Departure, rehearsing, send
from troth.processors.errors import SendRefused
from troth.processors.models import (
    Agreement,
    AllowedField,
    Answer,
    Audit,
    DatedException,
    Deletes,
    DeletionRequest,
    Processor,
    State,
)
from troth.processors.probe import PROBE, Probe, vanishing_probe
from troth.processors.schema import Operation, Personal
from troth.processors.standing import list_hosts, office_day

RECENT = timedelta(days=2)
PLACES = {
    "name": Personal("user.name"),
    "user_name": Personal("user.account.username"),
    "email": Personal("user.contact.email"),
}


@dataclass
class _Seen:
    """What a look at the door has found so far."""

    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, good: object, failure: str) -> None:
        """Count one thing, and note the failure where it is not good."""
        self.examined += 1
        if not good:
            self.failures.append(failure)


# -- A7, A8, E3, H1: what would leave, and what is refused -----------------------------------------------------------


def observe_door() -> Observation:
    """Send values with tokens to each organisation in use, right and wrong, and look at what would have left."""
    seen = _Seen()
    with vanishing_probe() as probe:
        for processor in Processor.objects.filter(state=State.ACTIVE).exclude(adapter=""):
            for name, purpose in _find_allowed(processor):
                _try_right(seen, processor, probe, name, purpose)
                _try_wrong(seen, processor, probe, name, purpose)
                break
        _try_mail(seen, probe)
    return Observation(examined=seen.examined, failures=seen.failures)


def _find_allowed(processor: Processor) -> Iterator[tuple[str, Purpose]]:
    for allowed in processor.allowed_fields.filter(label__startswith="accounts.Profile."):
        name = allowed.label.rpartition(".")[2]
        if name in PLACES:
            yield name, Purpose(allowed.purpose)


def _operation(name: str, purpose: Purpose) -> Operation:
    return Operation(name="probe.send", purpose=purpose, schema={"to": PLACES[name], "metadata.id": schema.reference()})


def _leave(processor: Processor, operation: Operation, payload: Mapping[str, Any], host: str = "") -> list[Departure]:
    """Return what would have left; nothing where the door refused."""
    left: list[Departure] = []
    with rehearsing(left.append):
        try:
            send(
                operation,
                processor=processor.key,
                host=host or (list_hosts(processor) or [""])[0],
                subject_id=PROBE,
                payload=payload,
                call=lambda _body: None,
            )
        except SendRefused:
            return []
    return left


def _try_right(seen: _Seen, processor: Processor, probe: Probe, name: str, purpose: Purpose) -> None:
    """What is allowed leaves, with a row that names just what the bytes hold."""
    left = _leave(processor, _operation(name, purpose), {"to": probe.value(name), "metadata": {"id": "p-1"}})
    if not left:
        # The register itself stops it (a lapsed agreement, an overdue audit): that is the promise kept.
        seen.expect(_is_stopped_by_register(processor), f"{processor.key}: what is allowed was refused")
        return
    _compare(seen, processor.key, left[0], probe)
    seen.expect(probe.tokens[name] in str(left[0].body), f"{processor.key}: the value did not arrive whole")


def _compare(seen: _Seen, key: str, departure: Departure, probe: Probe) -> None:
    """Compare the tokens in the bytes with the fields of the row."""
    row = next((each for each in search_left(recipient=key, limit=5) if each.id == departure.disclosure_id), None)
    seen.expect(row is not None, f"{key}: something left without a row")
    entry = find_entry(departure.disclosure_id) if departure.disclosure_id else None
    seen.expect(entry is not None and entry.recipient == key, f"{key}: the record has no line of what left")
    held = {name for name, token in probe.tokens.items() if token in str(departure.body)}
    named = {label.rpartition(".")[2] for label in row.fields} if row else set()
    seen.expect(held <= named, f"{key}: bytes hold {', '.join(sorted(held - named))}, and the row does not say so")


def _try_wrong(seen: _Seen, processor: Processor, probe: Probe, name: str, purpose: Purpose) -> None:
    """None of these may leave."""
    operation, token = _operation(name, purpose), probe.tokens[name]
    good = {"to": probe.value(name), "metadata": {"id": "p-1"}}
    other = next(each for each in ("email", "name") if each != name)
    plain = token.replace("@", "-").replace(".", "-")
    for words, payload, host in (
        ("a field that is not declared", {**good, "note": token}, ""),
        ("a field deep in a list", {**good, "items": [{"x": [token]}]}, ""),
        ("an opened value as metadata", {**good, "metadata": {"id": token}}, ""),
        ("an opened value written as an id", {**good, "metadata": {"id": f"{plain}-1"}}, ""),
        ("another key in metadata", {**good, "metadata": {"id": "p-1", "who": token}}, ""),
        ("a value of another kind", {**good, "to": probe.value(other)}, ""),
        ("an unknown host", good, "collector.example.net:443"),
    ):
        seen.expect(not _leave(processor, operation, payload, host), f"{processor.key}: {words} left")
    strange = Operation(name="probe.strange", purpose=Purpose.SURVEYS, schema=operation.schema)
    seen.expect(
        not _leave(processor, strange, good), f"{processor.key}: a value left for a purpose that is not its own"
    )
    yesterday = office_day() - timedelta(days=1)
    before = {row.pk: row.runs_until for row in Agreement.objects.filter(processor=processor)}
    Agreement.objects.filter(processor=processor).update(runs_until=yesterday)
    seen.expect(not _leave(processor, operation, good), f"{processor.key}: a value left after the agreement had lapsed")
    for pk, day in before.items():
        Agreement.objects.filter(pk=pk).update(runs_until=day)
    audit = Audit.objects.create(processor=processor, due_on=yesterday)
    seen.expect(not _leave(processor, operation, good), f"{processor.key}: a value left with an audit overdue")
    audit.delete()
    allowed = processor.allowed_fields.filter(label=f"accounts.Profile.{name}")
    kept = list(allowed)
    allowed.delete()
    seen.expect(not _leave(processor, operation, good), f"{processor.key}: a value left that is not allowed any more")
    AllowedField.objects.bulk_create(kept)
    Processor.objects.filter(pk=processor.pk).update(state=State.ENDED)
    seen.expect(not _leave(processor, operation, good), f"{processor.key}: a value left to an ended entry")
    Processor.objects.filter(pk=processor.pk).update(state=State.ACTIVE)


def _try_mail(seen: _Seen, probe: Probe) -> None:
    """A mail leaves by the same door: one departure, one row, and nothing personal in its subject."""
    left: list[Departure] = []
    name, email = probe.tokens["name"], probe.tokens["email"]
    letter = Letter(
        subject_id=PROBE,
        to=email,
        subject="Your account",
        text=f"Dear {name}",
        html=f"<p>Dear {name}</p>",
        kind="accounts.probe",  # exempt from the gate of contacts, which a check of its own tries
        purpose=Purpose.SERVICE_MESSAGES,
        fields=("name", "email"),
    )
    relay = Processor.objects.filter(key="mail-relay", state=State.ACTIVE).first()
    with rehearsing(left.append):
        try:
            send_letter(letter)
        except SendRefused:
            seen.expect(relay is None or _is_stopped_by_register(relay), "mail-relay: an allowed mail was refused")
            return
    seen.expect(len(left) == 1, "mail-relay: a mail left past the door, without a row")
    for departure in left:
        _compare(seen, "mail-relay", departure, probe)


def _is_stopped_by_register(processor: Processor) -> bool:
    from troth.processors import standing

    return not list_hosts(processor) or standing.judge_contract(processor).cause is not None


# -- A6, H1: the record of what left ---------------------------------------------------------------------------------


def observe_record() -> Observation:
    """Compare what the register of disclosures says with the record that cannot be changed, both ways."""
    failures: list[str] = []
    rows = search_left(since=clock.now() - RECENT, limit=1000)
    for row in rows:
        entry = find_entry(row.id)
        if entry is None:
            failures.append(f"{row.id}: stands in no record")
            continue
        names = tuple(_bare(label) for label in row.fields)
        if (entry.recipient, entry.ground, entry.fields) != (row.recipient, row.ground, names):
            failures.append(f"{row.id}: says another thing than the record")
        if not row.evidence or not row.fields:
            failures.append(f"{row.id}: has no evidence or no fields")
    sent = [entry for entry in newest_entries(2000) if entry.recipient and entry.at > clock.now() - RECENT]
    known = {row.id for row in search_left(since=clock.now() - RECENT - timedelta(hours=1), limit=5000)}
    failures += [f"{entry.id}: left, and its row is gone" for entry in sent if entry.id not in known]
    return Observation(examined=len(rows) + len(sent), failures=failures)


def _bare(label: str) -> str:
    value, _slash, part = label.partition("/")
    name = value.rpartition(".")[2]
    return f"{name}.{part}" if part else name


# -- A8, E1, E2: the register, and deletion passed on ----------------------------------------------------------------


def observe_register() -> Observation:
    """Look whether an agreement covered each day on which something left, and whether who was asked has deleted."""
    seen = _Seen()
    recent = search_left(since=clock.now() - timedelta(days=30), limit=5000)
    days = {(row.recipient, row.at.date()) for row in recent}
    told = {row.recipient for row in recent if row.ground != GroundKind.INFORMED}
    for key, day in sorted(days):
        if key in told and not Processor.objects.filter(key=key).exists():
            continue  # whom the client authorised, or the law names: no company that acts for us
        rows = Agreement.objects.filter(processor__key=key, signed_on__lte=day + timedelta(days=1))
        covered = any(row.last_day >= day - timedelta(days=1) for row in rows)
        seen.expect(covered, f"{key}: something left on {day} without an agreement")
    for processor in Processor.objects.filter(state=State.ACTIVE):
        if processor.deletes == Deletes.CANNOT:
            excepted = DatedException.objects.filter(processor=processor, until__gte=office_day()).exists()
            seen.expect(excepted, f"{processor.key}: cannot delete, and no exception is in force")
        seen.expect(processor.audits.exists(), f"{processor.key}: no audit is planned")
    late = clock.now() - timedelta(days=10)
    for request in DeletionRequest.objects.order_by("-asked_at")[:500]:
        is_late = request.answer == Answer.WAITING and request.asked_at < late
        seen.expect(request.answer != Answer.FAILED, f"{request.processor}: did not delete ({request.pk})")
        seen.expect(not is_late, f"{request.processor}: has not answered for ten days ({request.pk})")
    return Observation(examined=seen.examined, failures=seen.failures)


DOOR = Control(
    key="processors.door",
    clauses=("A6", "A7", "A8", "E3", "H1"),
    words=_("Only what is allowed leaves, to whom it may, under an agreement, and each time with a line of it"),
    observe=observe_door,
    every=timedelta(hours=1),
    critical=True,
    closes=(Feature.DISCLOSURES,),
    sabotages=(
        Sabotage("contract", _("Agreements and audits are not looked at any more"), sabotages.forget_contracts),
        Sabotage("fields", _("The list of allowed values is not looked at any more"), sabotages.forget_fields),
        Sabotage("host", _("Any host will do"), sabotages.trust_any_host),
        Sabotage("metadata", _("A plain value is not compared with what was opened"), sabotages.ignore_metadata),
        Sabotage("leaves", _("A payload is not held to its schema"), sabotages.ignore_schema),
        Sabotage("row", _("Values leave without a row"), sabotages.write_no_row),
        Sabotage("added", _("The program adds a field after the judgement"), sabotages.add_a_field),
        Sabotage("mail", _("Mails go past the door"), sabotages.mail_past_the_door),
    ),
)
RECORD = Control(
    key="processors.record",
    clauses=("A6", "H1"),
    words=_("Every disclosure of the last two days stands in the record, and the record has no other"),
    observe=observe_record,
    every=timedelta(hours=1),
    sabotages=(
        Sabotage("deleted", _("The row of a disclosure is deleted"), sabotages.delete_a_row),
        Sabotage("changed", _("The row of a disclosure is given another recipient"), sabotages.change_a_row),
        Sabotage("invented", _("A row is written that stands in no record"), sabotages.invent_a_row),
    ),
)
REGISTER = Control(
    key="processors.register",
    clauses=("A8", "E1", "E2"),
    words=_("Agreements cover every day on which something left, audits are planned, and who is asked to delete does"),
    observe=observe_register,
    every=timedelta(hours=1),
    sabotages=(
        Sabotage("unsigned", _("Something left before anything was signed"), sabotages.send_without_agreement),
        Sabotage("exception", _("The exception of one who cannot delete runs out"), sabotages.end_exceptions),
        Sabotage("undeleted", _("An organisation does not delete what it was asked to"), sabotages.refuse_deletion),
        Sabotage("unaudited", _("The audit plan is thrown away"), sabotages.drop_audits),
    ),
)


def register() -> None:
    """Register the checks; called once, at start-up."""
    for control in (DOOR, RECORD, REGISTER):
        controls.register(control.key, control)
