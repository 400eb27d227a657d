"""The register of staff. A member is an account like a client's (user name, password, second factor) with a role."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.staff.roles import Role
from troth.vault.api import Email, Keep, SealedModel, Trigger


class StaffMember(models.Model):
    """One person who works for the operator.

    The client reads role and pseudonym; the name stays sealed in the account's own profile. A member is never deleted,
    only made inactive, as the looks in the ledger name its id for good; after the erasure of the account the row
    points to nobody. ``certificate_until`` is the end of the newest certificate (``models.training``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(unique=True, null=True, editable=False)
    role = models.CharField(max_length=20, choices=Role)
    active = models.BooleanField(default=True)
    certificate_until = models.DateTimeField(null=True)
    pseudonym = models.CharField(max_length=40, unique=True)
    invited_at = models.DateTimeField()

    not_personal: ClassVar[dict[str, str]] = {
        "role": "One of a closed list.",
        "pseudonym": "A word and a number drawn at random; clients read it in the place of a name.",
    }

    def __str__(self) -> str:
        return self.pseudonym


class Invitation(SealedModel):
    """A role that is offered by a link in a mail, and waits for whoever follows it.

    It stands under a subject id of its own: whom the address belongs to is not known before the link is followed. It
    is removed when it is accepted.
    """

    correctable = False

    email = Email(
        label=_("Address that an invitation to work here went to"),
        category="user.contact.email",
        purposes=(Purpose.SECURITY,),
        why=_("The invitation goes there, and to nowhere else."),
        example=_("Such as name@example.org."),
        required=True,
        max_length=254,
        keep=Keep(Trigger.WRITTEN, timedelta(days=14), _("until it is accepted, at most 14 days")),
    )

    role = models.CharField(max_length=20, choices=Role)
    invited_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "role": "One of a closed list.",
        "invited_by": "The id of a member of staff, or a job's name.",
    }

    class Meta:
        """Named as the plan of an erasure names it."""

        verbose_name_plural = _("Invitations to work here")
