"""The account: a subject's id, its state, and the hash of its password. Who the person is stands in ``Profile``."""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id


class AccountState(models.TextChoices):
    """Where an account stands."""

    UNVERIFIED = "unverified", _("waiting for confirmation")
    ACTIVE = "active", _("active")
    DEACTIVATED = "deactivated", _("deactivated")
    LEAVING = "leaving", _("to be deleted")


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts; they are made by ``accounts.actions.registration`` alone."""


class Account(AbstractBaseUser):
    """One client. ``id`` is the subject's id.

    There is no time of the last sign-in and no count of sign-ins: nobody needs them. ``created_on`` is a day, for the
    same reason. ``state_changed_at`` and ``deletes_at`` are times, because something is done at them.
    """

    last_login = None
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=16, choices=AccountState, default=AccountState.UNVERIFIED, db_index=True)
    created_on = models.DateField(default=clock.today, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    state_changed_at = models.DateTimeField(default=clock.now, editable=False)
    deletes_at = models.DateTimeField(null=True, db_index=True, editable=False)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    not_personal: ClassVar[dict[str, str]] = {
        "password": "A salted argon2id hash of the password mixed with a secret key; nothing is read out of it.",
        "state": "One of a closed list.",
    }

    objects = AccountManager()

    class Meta:
        """A working account is a confirmed one; the database holds to it too (G1)."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=AccountState.UNVERIFIED) | models.Q(verified_at__isnull=False),
                name="account_confirmed_before_use",
            ),
            models.CheckConstraint(
                condition=models.Q(state=AccountState.LEAVING, deletes_at__isnull=False)
                | (~models.Q(state=AccountState.LEAVING) & models.Q(deletes_at__isnull=True)),
                name="account_leaving_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    @property
    def subject_id(self) -> UUID:
        """The id under which everything about this client stands."""
        return self.id

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the account can be used now."""
        return self.state == AccountState.ACTIVE
