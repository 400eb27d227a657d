"""Changing the register of staff. Each change is a row in the ledger; nobody is deleted.

Who becomes staff, or is no more, signs in anew (OWASP ASVS 5.0, 7.2.4): a client's session lasts for weeks and may come
of a kept sign-in, and a member's ends after a quarter of an hour without use.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from troth.accounts.api import end_sessions
from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.ledger.api import record
from troth.staff.events import Event
from troth.staff.models import Certificate, StaffMember
from troth.staff.pseudonyms import draw_pseudonym
from troth.staff.roles import Role

ELSEWHERE = "elsewhere"
"""The course of a certificate for a training that was passed elsewhere."""


def invite_member(*, subject_id: UUID, role: Role, certificate_until: datetime | None = None) -> StaffMember:
    """Give an account a role, and a pseudonym.

    Arguments:
        subject_id: the account's id.
        role: what the person is there for.
        certificate_until: until when a training passed elsewhere counts, or None where it is still to be taken.

    Errors: AccessDenied where nobody acts; Refused where the account is a member already.
    """
    require_acting()
    with transaction.atomic():
        if StaffMember.objects.filter(subject_id=subject_id).exists():
            raise Refused("This account is a member of staff already.", kept="Its role stays as it is.")
        member = StaffMember.objects.create(
            subject_id=subject_id,
            role=role,
            certificate_until=certificate_until,
            pseudonym=draw_pseudonym(),
            invited_at=clock.now(),
        )
        if certificate_until is not None:
            _note_certificate(member, until=certificate_until)
        record(
            event=Event.MEMBER_INVITED, subject_id=subject_id, object_type="staff.StaffMember", object_id=str(member.id)
        )
        end_sessions(subject_id)
    return member


def certify_member(member: StaffMember, *, until: datetime, course: str = ELSEWHERE, version: str = "") -> None:
    """Let the member's training count until this moment, by a certificate of this course in this version."""
    require_acting()
    with transaction.atomic():
        _note_certificate(member, until=until, course=course, version=version)
        _change(member, certificate_until=until)


def change_role(member: StaffMember, *, role: Role) -> None:
    """Give the member another role, at once also on open pages: every page and every look asks the register."""
    _change(member, role=role)
    if member.subject_id is not None:
        end_sessions(member.subject_id)


def leave_staff(member: StaffMember) -> None:
    """Let a member leave: role and pseudonym stay beside its looks, and nothing opens any more."""
    _change(member, active=False)


def suspend_member(member: StaffMember) -> None:
    """Shut the member out at once."""
    _change(member, active=False)


def readmit_member(member: StaffMember) -> None:
    """Let a suspended member in again."""
    _change(member, active=True)


def _note_certificate(member: StaffMember, *, until: datetime, course: str = ELSEWHERE, version: str = "") -> None:
    Certificate.objects.get_or_create(member_id=member.id, until=until, defaults={"course": course, "version": version})


def _change(member: StaffMember, **columns: object) -> None:
    require_acting()
    with transaction.atomic():
        for name, value in columns.items():
            setattr(member, name, value)
        member.save(update_fields=list(columns))
        record(
            event=Event.MEMBER_CHANGED,
            subject_id=member.subject_id,
            fields=sorted(columns),
            object_type="staff.StaffMember",
            object_id=str(member.id),
        )
        if "active" in columns and member.subject_id is not None:
            end_sessions(member.subject_id)
