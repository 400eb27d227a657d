"""What the register of staff holds about a person, for that person's own Admin page, export and erasure."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import HeldItem, Words
from troth.staff.models import Certificate, Incident, Relation, Sitting, StaffMember


class StaffHolder:
    """Shows a member of staff its own entry; at an erasure the entry loses its person."""

    name = "staff"
    label: Words = _("Your work for us")
    tables = (
        "staff.StaffMember",
        "staff.Relation",
        "staff.Certificate",
        "staff.Sitting",
        "staff.Incident",
        "staff.Review",
    )

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return the entry of a member with what hangs on it; to a client, that a member declared a tie to it."""
        return [*self._show_member(subject_id), *self._show_ties(subject_id)]

    @staticmethod
    def _show_ties(subject_id: UUID) -> list[HeldItem]:
        names = dict(StaffMember.objects.values_list("id", "pseudonym"))
        return [
            HeldItem(
                key="relation",
                label=_("A member of staff declared a tie to you"),
                values={_("Who"): names.get(tie.member_id, ""), _("Tie"): tie.get_tie_display()},
                why=_("So that this person never handles your record."),
                kept=_("as long as you have an account"),
            )
            for tie in Relation.objects.filter(subject_id=subject_id)
        ]

    @staticmethod
    def _show_member(subject_id: UUID) -> list[HeldItem]:
        return [
            HeldItem(
                key="staff_member",
                label=_("Your entry in the register of staff"),
                values={
                    _("Role"): member.get_role_display(),
                    _("Name that clients read"): member.pseudonym,
                    _("Authorised"): _("yes") if member.active else _("no"),
                    _("Training counts until"): member.certificate_until or _("not passed yet"),
                    _("Certificates"): Certificate.objects.filter(member_id=member.id).count(),
                    _("Tests taken"): Sitting.objects.filter(member_id=member.id).count(),
                    _("Examinations of your looks"): Incident.objects.filter(member_id=member.id).count(),
                    _("Ties that you declared"): Relation.objects.filter(member_id=member.id).count(),
                },
                why=_("So that only authorised and trained people see what clients entrust to us."),
                kept=_("as long as you work here; role and pseudonym stay beside the looks, without you"),
            )
            for member in StaffMember.objects.filter(subject_id=subject_id)
        ]

    def erase(self, subject_id: UUID) -> int:
        """Take the person out of the entry; return how many entries that were."""
        ties = Relation.objects.filter(subject_id=subject_id)
        members = StaffMember.objects.filter(subject_id=subject_id)
        own = Relation.objects.filter(member_id__in=list(members.values_list("id", flat=True)))
        gone = ties.delete()[0] + own.delete()[0]
        return gone + members.update(subject_id=None, active=False)

    def count(self, subject_id: UUID) -> int:
        """Return how many entries still name the person."""
        ties = Relation.objects.filter(subject_id=subject_id).count()
        return ties + StaffMember.objects.filter(subject_id=subject_id).count()
