"""Invented people for the checks of this room: a client, a member with a look without a case, and a second person.

Everything happens inside transactions on all databases that are undone at the end; nobody is ever told of anything.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connections, transaction

from troth.accounts.api import Profile, open_account, verify
from troth.kernel import clock
from troth.kernel.acting import Acting, acting, client, staff_member, system
from troth.kernel.ports import AccessRequest
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.staff import judge
from troth.staff.actions.access import break_glass
from troth.staff.actions.members import invite_member
from troth.staff.cases import case_of
from troth.staff.job import JOB
from troth.staff.judge import Shut, StaffJudge
from troth.staff.models import BreakGlass, StaffMember
from troth.staff.roles import Role


class Canary:
    """The invented people. ``look`` asks the judge what the door would ask."""

    def __init__(self) -> None:
        self.subject_id = open_canary_account()
        self.member = employ(Role.SERVICE)
        self.second = employ(Role.PRIVACY_OFFICER)
        self.glass = self.break_glass()

    def break_glass(self) -> BreakGlass:
        """Open the client's record without a case, as the member."""
        with acting(actor=staff_member(self.member.id), purpose=Purpose.SUPPORT):
            return break_glass(
                self.member,
                subject_id=self.subject_id,
                purpose=Purpose.SUPPORT,
                reason="An invented reason, for a check of our own promises.",
            )

    def look(self, *, member: StaffMember | None = None, subject_id: UUID | None = None) -> str:
        """Return why a look is refused, or an empty text where the judge lets it pass."""
        actor = staff_member((member or self.member).id)
        context = Acting(actor=actor, purpose=Purpose.SUPPORT, case=case_of(self.glass))
        request = AccessRequest(
            acting=context,
            subject_id=subject_id or self.subject_id,
            model=Profile._meta.label,
            fields=("name",),
            at=clock.now(),
        )
        # Whether a broken promise closes staff access is another check's business.
        with swap(judge, "require_open", lambda _feature: None):
            try:
                StaffJudge().judge(request)
            except Shut as refusal:
                return str(refusal.reason)
        return ""

    def change(self, **columns: object) -> None:
        """Change the member's entry behind everybody's back."""
        StaffMember.objects.filter(pk=self.member.pk).update(**columns)


def open_canary_account() -> UUID:
    """Make an invented client, and return its id."""
    tag = secrets.token_hex(6)
    values = {"name": f"Canary {tag}", "email": f"canary-{tag}@example.org", "user_name": f"canary-{tag}"}
    account = open_account(values=values, encoded=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20), welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        verify(account)
    return account.id


def employ(role: Role) -> StaffMember:
    """Make an invented member whose training counts for a month."""
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        return invite_member(
            subject_id=open_canary_account(), role=role, certificate_until=clock.now() + timedelta(days=30)
        )


def invent_member(role: Role) -> StaffMember:
    """Make an invented member without an account, for the walk of a check: call it where it is undone."""
    return StaffMember.objects.create(role=role, pseudonym=f"Canary {secrets.token_hex(6)}", invited_at=clock.now())


@contextmanager
def vanishing_canary() -> Iterator[Canary]:
    """Give the invented people; whatever they did is undone in every database after the block."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(undone(alias))
        stack.enter_context(swap(judge, "require_open", lambda _feature: None))
        yield Canary()


@contextmanager
def undone(alias: str) -> Iterator[None]:
    """Undo in this database whatever is done in the block."""
    with transaction.atomic(using=alias):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=alias)
