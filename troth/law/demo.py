"""What the demo has of the law: a court order that was answered, one that waits for its reviewers, a breach."""

from datetime import timedelta
from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.purposes import Purpose
from troth.law.actions.breaches import add_step, move_breach, record_breach
from troth.law.actions.release import release_request
from troth.law.actions.requests import narrow_request, register_request, review_request, take_request
from troth.law.kinds import BreachKind, BreachState, DemandKind, RefusalCause
from troth.law.models import LegalRequest
from troth.law.scope import ItemDecision
from troth.staff.api import Permission, Role, list_members, may

_ORDER = "Invented order of an invented court: the e-mail address of the person named in it is to be given.\n"


def make_demo_records(*, subject_id: UUID) -> None:
    """Make them, about one invented client, by the same actions that the pages call; nothing without two reviewers."""
    members = [member for member in list_members() if member.active]
    officer = next((each.id for each in members if each.role == Role.PRIVACY_OFFICER), None)
    reviewers = [each.id for each in members if may(each.role, Permission.REVIEW) and each.id != officer]
    if officer is None or len(reviewers) < 2:
        return
    answered = _register(officer, "Court of Example County, file 7/26")
    _narrow(answered, officer, subject_id)
    for reviewer in reviewers[:2]:
        with acting(actor=staff_member(reviewer), purpose=Purpose.LEGAL):
            review_request(answered)
    release_request(answered, member_id=officer)
    _narrow(_register(officer, "Court of Sample County, file 31/26"), officer, subject_id)
    _record_breach(officer)


def _register(officer: UUID, authority: str) -> LegalRequest:
    with acting(actor=staff_member(officer), purpose=Purpose.LEGAL):
        request = register_request(
            kind=DemandKind.COURT_ORDER,
            received_on=clock.today(),
            answer_by=clock.today() + timedelta(days=21),
            values={
                "authority": authority,
                "demand": "Name, e-mail address and birthday of one client.",
                "document": {"name": "order.txt", "type": "text/plain", "content": _ORDER.encode()},
            },
        )
        take_request(request)
    return request


def _narrow(request: LegalRequest, officer: UUID, subject_id: UUID) -> None:
    with acting(actor=staff_member(officer), purpose=Purpose.LEGAL):
        narrow_request(
            request,
            decisions=[
                ItemDecision(subject_id, "accounts.Profile", "email"),
                ItemDecision(subject_id, "accounts.Profile", "birthday", RefusalCause.TOO_WIDE),
            ],
        )


def _record_breach(officer: UUID) -> None:
    now = clock.now()
    with acting(actor=staff_member(officer), purpose=Purpose.LEGAL):
        breach = record_breach(
            kind=BreachKind.LOST,
            began_at=now - timedelta(hours=5),
            discovered_at=now - timedelta(hours=3),
            high_risk=False,
            values={"description": "A print of parcel labels was left in the tram. It held no address; a rehearsal."},
        )
        add_step(breach, text="The print was found at the lost property office, complete.")
        move_breach(breach, state=BreachState.CONTAINED)
