"""Invented requests, holds and breaches, carried through on the live system and undone: for the checks (A12)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from troth.disclosures.api import Wanted
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import Observation, holders, retention_holds
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.law import evidence
from troth.law.actions import breaches, holds, requests
from troth.law.cases import item_case
from troth.law.kinds import Ban, BreachKind, BreachState, DemandKind, DemandState, HoldKind, ItemState
from troth.law.models import LegalHold, LegalRequest, ScopeItem
from troth.law.reach import Reach
from troth.law.scope import ItemDecision
from troth.ledger.api import looks_at, record
from troth.vault.api import Event as VaultEvent

_MODEL, _FIELD, _OTHER = "accounts.Profile", "email", "name"
_ELSEWHERE = "accounts.Factor"
_PAPER = {"name": "order.txt", "type": "text/plain", "content": b"An invented order."}


@dataclass
class _Notes:
    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: bool, otherwise: str) -> None:  # noqa: FBT001  what is expected is the point of the call
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def expect_refused(self, act: Callable[[], object], otherwise: str) -> None:
        try:
            act()
        except Refused:
            self.expect(True, otherwise)  # noqa: FBT003
        else:
            self.expect(False, otherwise)  # noqa: FBT003

    def observation(self) -> Observation:
        return Observation(examined=self.examined, failures=self.failures)


def enter_invented(clerk: UUID) -> LegalRequest:
    """Return an invented request that this member of staff registered and took."""
    with acting(actor=staff_member(clerk), purpose=Purpose.LEGAL):
        request = requests.register_request(
            kind=DemandKind.COURT_ORDER,
            received_on=clock.today(),
            answer_by=clock.today() + timedelta(days=14),
            values={"authority": "An invented court", "demand": "An invented demand.", "document": _PAPER},
        )
        requests.take_request(request)
    return request


def narrow_to(request: LegalRequest, clerk: UUID, subject_id: UUID, *fields: str) -> None:
    """Grant these values of the client, as the member who took the request."""
    with acting(actor=staff_member(clerk), purpose=Purpose.LEGAL):
        requests.narrow_request(request, decisions=[ItemDecision(subject_id, _MODEL, name) for name in fields])


def review_as(request: LegalRequest, reviewer: UUID) -> None:
    """Approve the scope as this member of staff."""
    with acting(actor=staff_member(reviewer), purpose=Purpose.LEGAL):
        requests.review_request(request)


def walk_request() -> Observation:
    """Carry an invented request through its reviews, and ask at each step what it would be evidence for."""
    notes = _Notes()
    with undone():
        clerk, first, second, client = new_id(), new_id(), new_id(), new_id()
        request = enter_invented(clerk)

        def covers(*fields: str) -> bool:
            labels = tuple(f"{_MODEL}.{name}" for name in fields)
            wanted = Wanted(client, evidence.recipient_of(request), Purpose.LEGAL, labels)
            return evidence.find_evidence(request.id, wanted) is not None

        narrow_to(request, clerk, client, _FIELD)
        notes.expect(not covers(_FIELD), "a request that nobody reviewed is evidence")
        notes.expect_refused(lambda: review_as(request, clerk), "who prepared a request may review it")
        review_as(request, first)
        notes.expect(request.state == DemandState.NARROWED and not covers(_FIELD), "one reviewer is enough")
        if request.state == DemandState.NARROWED:
            review_as(request, second)
        notes.expect(request.state == DemandState.APPROVED and covers(_FIELD), "two reviewers are not enough")
        notes.expect(not covers(_FIELD, _OTHER), "a request is evidence for a value that was not granted")
        ScopeItem.objects.create(
            request=request, subject_id=client, model=_MODEL, field=_OTHER, state=ItemState.GRANTED
        )
        notes.expect(not covers(_FIELD, _OTHER), "a scope that was changed after its review is evidence")
    return notes.observation()


def walk_ban() -> Observation:
    """Look at an invented client under a ban, and that the line shows on the day on which the ban ends, not before."""
    notes = _Notes()
    with undone():
        clerk, client = new_id(), new_id()
        request = enter_invented(clerk)
        with acting(actor=staff_member(clerk), purpose=Purpose.LEGAL, case=item_case(request, client)):
            record(
                event=VaultEvent.VALUES_OPENED, subject_id=client, fields=[_FIELD], object_type=_MODEL, object_id="1"
            )
        rows = LegalRequest.objects.filter(pk=request.pk)
        rows.update(ban=Ban.COURT, ban_until=clock.today() + timedelta(days=3))
        notes.expect(not looks_at(client), "a client reads of a look while a ban forbids to tell of it")
        rows.update(ban_until=clock.today())
        notes.expect(len(looks_at(client)) == 1, "a client does not read of a look though the ban has ended")
    return notes.observation()


def walk_hold() -> Observation:
    """Set an invented hold, and look that it holds, is named, and lets go."""
    notes = _Notes()
    with undone():
        clerk, client = new_id(), new_id()
        request = enter_invented(clerk)
        with acting(actor=staff_member(clerk), purpose=Purpose.LEGAL):
            hold = holds.set_hold(
                request=request,
                subject_id=client,
                kind=HoldKind.KEEP,
                model=_MODEL,
                until=clock.today() + timedelta(days=5),
            )
            notes.expect(_is_held(client), "a hold does not keep what it is set on")
            notes.expect(not _is_held(client, _ELSEWHERE), "a hold keeps more than what it is set on")
            notes.expect(_is_named(client), "the client does not read of a hold, or not until when")
            holds.lift_hold(hold)
            notes.expect(not _is_held(client), "a hold that was lifted goes on")
            LegalHold.objects.filter(pk=hold.pk).update(lifted_at=None, until=clock.today())
            notes.expect(not _is_held(client), "a hold goes on after its last day")
    return notes.observation()


def walk_breach() -> Observation:
    """Record an invented breach, and look that it finds whom it concerns and is not closed before they are told."""
    notes = _Notes()
    with undone():
        clerk, curious, client = new_id(), new_id(), new_id()
        now = clock.now()
        with acting(actor=staff_member(curious), purpose=Purpose.SUPPORT):
            record(
                event=VaultEvent.VALUES_OPENED, subject_id=client, fields=[_FIELD], object_type=_MODEL, object_id="1"
            )
        with acting(actor=staff_member(clerk), purpose=Purpose.LEGAL):
            breach = breaches.record_breach(
                kind=BreachKind.SEEN,
                began_at=now - timedelta(minutes=5),
                discovered_at=now,
                high_risk=True,
                values={"description": "An invented breach."},
            )
            breaches.move_breach(breach, state=BreachState.CONTAINED)
            notes.expect_refused(
                lambda: breaches.move_breach(breach, state=BreachState.CLOSED), "a breach is closed before it is scoped"
            )
            span = Reach(actor_ref=str(curious), since=now - timedelta(minutes=5), until=now + timedelta(minutes=5))
            breaches.scope_breach(breach, reach=span)
            found = breach.affected.filter(subject_id=client, told_at=None).first()
            notes.expect(found is not None, "a breach does not find whose information was looked at")
            notes.expect(found is not None and _FIELD in found.fields, "a breach does not find which values were seen")
            notes.expect_refused(
                lambda: breaches.move_breach(breach, state=BreachState.CLOSED),
                "a breach is closed before people are told",
            )
    return notes.observation()


def _is_held(subject_id: UUID, model: str = _MODEL) -> bool:
    return any(hold.model == model for source in retention_holds for hold in source.holds_on(subject_id))


def _is_named(subject_id: UUID) -> bool:
    law = holders.get("law")
    return law is not None and any(item.key == "legal_hold" for item in law.show(subject_id))
