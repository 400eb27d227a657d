"""By what else than the password a client shows to be the one: passkeys, one-time codes, recovery codes."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.vault.api import Attribute, Json, JsonPart, Lookup, SealedModel, Text

_CREDENTIAL = "user.authorization"
"""The data category of what opens an account; the Admin page and the copy name such values and show none of them."""


class CredentialId(Attribute):
    """The number by which an authenticator calls a passkey, in hexadecimal; made by it, and typed by nobody."""

    kind = "credential_id"

    def __init__(self, **declaration: Any) -> None:
        super().__init__(max_length=2046, **declaration)

    def form_fields(self) -> dict[str, forms.Field]:
        """Return no input."""
        return {}


class FactorKind(models.TextChoices):
    """What a factor is."""

    PASSKEY = "passkey", _("passkey")
    CODES = "codes", _("one-time codes")


class Factor(SealedModel):
    """One passkey, or the one generator of codes, of a client.

    ``counter`` is what makes a use unrepeatable: a passkey's count of signatures, or the 30 seconds (counted from 1970)
    of the code that was accepted last. It is plain, so that it is raised by one conditional update.
    """

    kind = models.CharField(max_length=8, choices=FactorKind, editable=False)
    counter = models.BigIntegerField(default=0, editable=False)
    added_on = models.DateField(default=clock.today, editable=False)
    used_on = models.DateField(null=True, editable=False)

    label = Text(
        label=_("Name of the passkey or code generator"),
        category="user.account.settings",
        purposes=(Purpose.ACCOUNT, Purpose.SECURITY),
        why=_("So that you know which one it is when you remove one."),
        example=_("Such as “my telephone”."),
        max_length=60,
    )
    credential_id = CredentialId(
        label=_("Number of the passkey"),
        category=_CREDENTIAL,
        purposes=(Purpose.SECURITY,),
        why=_("Your device finds the passkey by it."),
        lookup=Lookup.UNIQUE,
    )
    credential = Json(
        label=_("What a passkey or code is checked with"),
        category=_CREDENTIAL,
        purposes=(Purpose.SECURITY,),
        why=_("Without it nobody could tell your passkey or code from another."),
        parts={
            "public_key": JsonPart(label=_("Public key of the passkey")),
            "host": JsonPart(label=_("Address of the site that it is for")),
            "seed": JsonPart(label=_("What the codes are computed from")),
        },
    )

    not_personal: ClassVar[dict[str, str]] = {"kind": "One of a closed list."}

    class Meta:
        """One generator of codes a client; any number of passkeys."""

        verbose_name_plural = _("Passkeys and one-time codes")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=models.Q(kind=FactorKind.CODES), name="factor_one_generator"
            ),
        ]


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost factor, by its SHA-256; it has 120 random bits, so that is enough."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(max_length=32, unique=True)
    made_on = models.DateField(default=clock.today)
    used_on = models.DateField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"digest": "The SHA-256 of 120 random bits."}

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
