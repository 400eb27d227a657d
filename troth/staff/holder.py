"""What the register of staff holds about a person, for that person's own Admin page, export and erasure."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import HeldItem, Words
from troth.staff.models import StaffMember


class StaffHolder:
    """Shows a member of staff its own entry; at an erasure the entry loses its person."""

    name = "staff"
    label: Words = _("Your work for us")
    tables = ("staff.StaffMember",)

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return the entry, or nothing for a client who does not work here."""
        return [
            HeldItem(
                key="staff_member",
                label=_("Your entry in the register of staff"),
                values={
                    _("Role"): member.get_role_display(),
                    _("Name that clients read"): member.pseudonym,
                    _("Authorised"): _("yes") if member.active else _("no"),
                    _("Training counts until"): member.certificate_until or _("not passed yet"),
                },
                why=_("So that only authorised and trained people see what clients entrust to us."),
                kept=_("as long as you work here; role and pseudonym stay beside the looks, without you"),
            )
            for member in StaffMember.objects.filter(subject_id=subject_id)
        ]

    def erase(self, subject_id: UUID) -> int:
        """Take the person out of the entry; return how many entries that were."""
        return StaffMember.objects.filter(subject_id=subject_id).update(subject_id=None, active=False)

    def count(self, subject_id: UUID) -> int:
        """Return how many entries still name the person."""
        return StaffMember.objects.filter(subject_id=subject_id).count()
