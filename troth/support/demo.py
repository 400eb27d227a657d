"""What the demo has of the help desk: a case by form, one by telephone, and a client who wishes to be called."""

from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, client, staff_member
from troth.kernel.purposes import Purpose
from troth.staff.api import Role, list_members
from troth.support.actions.opening import Inquiry, enter_inquiry, open_inquiry
from troth.support.actions.reaching import change_wish
from troth.support.words import Origin, Topic


def make_demo_cases(*, subject_id: UUID) -> None:
    """Make them by the same actions that the pages call; the client needs a telephone number to wish for calls."""
    with acting(actor=client(subject_id), purpose=Purpose.SUPPORT):
        change_wish(subject_id=subject_id, values={"answers": "telephone", "call_from": "09", "call_until": "18"})
        open_inquiry(
            subject_id=subject_id,
            inquiry=Inquiry(
                title="Catalogue of the spring exhibition",
                body="May a friend of mine have a copy as well, and what does it cost?",
                topic=Topic.QUESTION,
            ),
        )
    members = [each.id for each in list_members() if each.active and each.role == Role.SERVICE]
    if not members:
        return
    with acting(actor=staff_member(members[0]), purpose=Purpose.SUPPORT):
        enter_inquiry(
            subject_id=None,
            inquiry=Inquiry(
                title="Opening hours on public holidays",
                body="Asked by telephone whether the reading room is open on public holidays.",
                topic=Topic.OTHER,
                sender={"sender_name": "Pia Sample", "sender_telephone": "+1 212 555 0187"},
            ),
            origin=Origin.TELEPHONE,
            received_at=clock.now(),
        )
