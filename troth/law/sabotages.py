"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID

from troth.disclosures.api import Evidence, GroundKind, Wanted, write_disclosure
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.ids import new_id
from troth.kernel.ports import Hold
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.kernel.undoing import undone
from troth.law import canary, evidence, holder, queries, reach
from troth.law.actions import holds
from troth.law.actions.breaches import record_breach
from troth.law.kinds import BreachKind, BreachState, DemandState, HoldKind
from troth.law.models import Breach, LegalHold, LegalRequest, LegalReview, Telling
from troth.vault.api import plant_waiting_erasure, sealed_models


def ask_one_reviewer() -> AbstractContextManager[None]:
    """Be content with one voice."""
    return swap(queries, "REVIEWERS", 1)


@contextmanager
def review_own() -> Iterator[None]:
    """Answer a request that who prepared it reviewed alone."""
    with undone():
        _release(reviewers=lambda clerk: [clerk, clerk], left=("email",))
        yield


@contextmanager
def give_more() -> Iterator[None]:
    """Let a value leave beside those that were granted."""
    with undone():
        _release(reviewers=lambda _clerk: [new_id(), new_id()], left=("email", "telephone"))
        yield


def widen_after_review() -> AbstractContextManager[None]:
    """Take no notice of a change of the scope: whatever stands counts as what was reviewed."""
    return swap(queries, "digest_scope", lambda request: request.scope_digest)


@contextmanager
def keep_silent() -> Iterator[None]:
    """Let a client wait whose ban ended a week ago."""
    with undone():
        request = canary.enter_invented(new_id())
        due = clock.today() - timedelta(days=7)
        Telling.objects.create(request=request, subject_id=new_id(), due_on=due)
        yield


@contextmanager
def tell_early() -> Iterator[None]:
    """Tell a client today of what a ban forbids to tell of for a week."""
    with undone():
        request = canary.enter_invented(new_id())
        due = clock.today() + timedelta(days=7)
        Telling.objects.create(request=request, subject_id=new_id(), due_on=due, told_at=clock.now())
        yield


def keep_no_secret() -> AbstractContextManager[Any]:
    """Ask nobody whether a line may be told."""
    return mock.patch("troth.ledger.queries._ask_secret", lambda _kind, _refs: set())


def keep_secret_for_ever() -> AbstractContextManager[Any]:
    """Take every ban for one that stands."""
    return mock.patch("troth.ledger.queries._ask_secret", lambda _kind, refs: refs)


@contextmanager
def forget_to_list() -> Iterator[None]:
    """Answer a request and put nobody on the list of who is told."""
    with undone():
        request = _release(reviewers=lambda _clerk: [new_id(), new_id()], left=("email",))
        Telling.objects.filter(request=request).delete()
        yield


def hold_for_ever() -> AbstractContextManager[None]:
    """Return each hold whatever its end."""
    return swap(
        holder,
        "holds_in_force",
        lambda subject_id: list(LegalHold.objects.filter(subject_id=subject_id).select_related("request")),
    )


def lift_nothing() -> AbstractContextManager[None]:
    """Say that a hold is lifted, and leave it as it is."""
    return swap(holds, "lift_hold", lambda _hold: None)


@contextmanager
def hold_everything() -> Iterator[None]:
    """Let a hold on one table of a client keep every table of it."""
    honest = holder.LawHolds.holds_on

    def hold_on_all(held: holder.LawHolds, subject_id: UUID) -> list[Hold]:
        found = list(honest(held, subject_id))
        return [replace(hold, model=model._meta.label) for hold in found for model in sealed_models()]

    with swap(holder.LawHolds, "holds_on", hold_on_all):
        yield


@contextmanager
def leave_deletion_waiting() -> Iterator[None]:
    """Leave the deletion of a former client waiting whose hold ended a week ago."""
    with undone():
        clerk, client = new_id(), new_id()
        request = canary.enter_invented(clerk)
        today = clock.today()
        LegalHold.objects.create(
            request=request, subject_id=client, kind=HoldKind.KEEP, model="accounts.Profile", set_by=clerk,
            set_at=clock.now() - timedelta(days=30), until=today - timedelta(days=7),
        )  # fmt: skip
        plant_waiting_erasure(client)
        yield


def hide_holds() -> AbstractContextManager[None]:
    """Tell no client of anything."""
    return swap(holder, "may_be_told", lambda _request: False)


def reach_nobody() -> AbstractContextManager[None]:
    """Find nobody in the record."""
    return swap(reach, "looks_by_actor", lambda _ref, **_span: iter(()))


@contextmanager
def be_late() -> Iterator[None]:
    """Let a breach of last week wait, of which no authority knows."""
    with undone():
        _record_old_breach()
        yield


@contextmanager
def close_early() -> Iterator[None]:
    """Close a breach while somebody whom it concerns waits."""
    with undone():
        breach = _record_old_breach()
        now = clock.now()
        breach.affected.create(subject_id=new_id(), fields="email")
        Breach.objects.filter(pk=breach.pk).update(
            state=BreachState.CLOSED, closed_at=now, ended_at=now, scoped_at=now, authority_told_at=breach.discovered_at
        )
        yield


def _record_old_breach() -> Breach:
    week_ago = clock.now() - timedelta(days=7)
    with acting(actor=staff_member(new_id()), purpose=Purpose.LEGAL):
        return record_breach(
            kind=BreachKind.LOST,
            began_at=week_ago,
            discovered_at=week_ago,
            high_risk=True,
            values={"description": "An invented breach."},
        )


def _release(*, reviewers: Callable[[UUID], list[UUID]], left: tuple[str, ...]) -> LegalRequest:
    """Write the rows of a request that was answered, past all that would refuse it; the e-mail address was granted."""
    clerk, client = new_id(), new_id()
    request = canary.enter_invented(clerk)
    canary.narrow_to(request, clerk, client, "email")
    for reviewer in reviewers(clerk):
        LegalReview.objects.get_or_create(request=request, reviewer=reviewer, scope_digest=request.scope_digest)
    labels = tuple(f"accounts.Profile.{name}" for name in left)
    with acting(actor=staff_member(clerk), purpose=Purpose.LEGAL):
        write_disclosure(
            wanted=Wanted(client, evidence.recipient_of(request), Purpose.LEGAL, labels),
            evidence=Evidence(GroundKind.REQUIRED_BY_LAW, f"legal:{request.number}", request.received_on),
            recipient_name=request.number,
            operation="legal.hand_over",
            reference=request.number,
        )
    LegalRequest.objects.filter(pk=request.pk).update(state=DemandState.RELEASED, closed_at=clock.now())
    Telling.objects.create(request=request, subject_id=client, due_on=clock.today())
    return request
