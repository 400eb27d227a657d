"""The register of staff. A member is an account like a client's (user name, password, second factor) with a role."""

from typing import ClassVar

from django.db import models

from troth.kernel.ids import new_id
from troth.staff.roles import Role


class StaffMember(models.Model):
    """One person who works for the operator.

    The client reads role and pseudonym; the name stays sealed in the account's own profile. A member is never deleted,
    only made inactive, as the looks in the ledger name its id for good; after the erasure of the account the row
    points to nobody.
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
