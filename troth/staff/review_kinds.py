"""The acts of this room that need two people."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel.ports import Words
from troth.kernel.reviews import Facts, ReviewKind, desks, register_review
from troth.staff.actions.access import unseal_name
from troth.staff.actions.invitations import KIND, release_invitation
from troth.staff.actions.members import change_role, leave_staff, readmit_member, suspend_member
from troth.staff.actions.reviews import prepare_review
from troth.staff.models import Challenge, StaffMember
from troth.staff.roles import Permission, Role

CHANGE_ROLE = "staff.change_role"
SUSPEND = "staff.suspend"
READMIT = "staff.readmit"
LEAVE = "staff.leave"
UNSEAL = "staff.unseal_name"


def find_member(facts: Facts) -> StaffMember:
    """Return the member that an act concerns."""
    return StaffMember.objects.get(id=UUID(str(facts["member"])))


def register() -> None:
    """Keep the reviews of all rooms, and hand in the acts of this one; called once, at start-up."""
    desks.register("staff", lambda kind, facts: prepare_review(kind=kind, facts=facts).id)
    register_review(
        ReviewKind(
            key=KIND,
            words=gettext_lazy("an invitation to work here"),
            describe=lambda facts: (
                _("An invitation leaves by mail, with the role “%(role)s”.") % {"role": Role(str(facts["role"])).label}
            ),
            carry_out=release_invitation,
        )
    )
    register_review(
        ReviewKind(
            key=CHANGE_ROLE,
            words=gettext_lazy("a change of a role"),
            describe=lambda facts: (
                _("%(member)s gets the role “%(role)s”; it has the role “%(former)s” now.")
                % {
                    "member": find_member(facts).pseudonym,
                    "role": Role(str(facts["role"])).label,
                    "former": find_member(facts).get_role_display(),
                }
            ),
            carry_out=lambda facts: change_role(find_member(facts), role=Role(str(facts["role"]))),
            concerns=lambda facts: find_member(facts).id,
        )
    )
    shut_out = gettext_lazy("%(member)s is shut out at once.")
    _register_standing(SUSPEND, gettext_lazy("a suspension"), shut_out, suspend_member)
    let_in = gettext_lazy("%(member)s is let in again.")
    _register_standing(READMIT, gettext_lazy("a return"), let_in, readmit_member)
    gone = gettext_lazy("%(member)s works here no more.")
    _register_standing(LEAVE, gettext_lazy("a departure"), gone, leave_staff)
    register_review(
        ReviewKind(
            key=UNSEAL,
            words=gettext_lazy("the name of a member of staff, for a client who objected"),
            describe=lambda facts: (
                _("The client of the objection %(number)s is told who looked.")
                % {"number": Challenge(id=UUID(str(facts["challenge"]))).number}
            ),
            carry_out=lambda facts: unseal_name(UUID(str(facts["challenge"]))),
            permission=Permission.REVIEW,
            concerns=lambda facts: Challenge.objects.get(id=UUID(str(facts["challenge"]))).member_id,
        )
    )


def _register_standing(key: str, words: Words, sentence: Words, change: Callable[[StaffMember], None]) -> None:
    register_review(
        ReviewKind(
            key=key,
            words=words,
            describe=lambda facts: str(sentence) % {"member": find_member(facts).pseudonym},
            carry_out=lambda facts: change(find_member(facts)),
            concerns=lambda facts: find_member(facts).id,
        )
    )
