"""A change of the e-mail address under way: the new address until it is confirmed, then the old one until it counts."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel.purposes import Purpose
from troth.vault.api import Email, Keep, SealedModel, Trigger

UNDO_LIFE = timedelta(days=7)
"""How long the old address can take the change back."""
_KEEP = Keep(Trigger.WRITTEN, UNDO_LIFE + timedelta(days=1), _("for 8 days; in 7 of them the change can be taken back"))
_PURPOSES = (Purpose.ACCOUNT, Purpose.SECURITY, Purpose.SERVICE_MESSAGES)


class AddressChange(SealedModel):
    """One change; a client has at most one. ``link_id`` is the mailed link that carries it on."""

    link_id = models.UUIDField(editable=False)

    wanted = Email(
        label=_("New e-mail address"),
        category="user.contact.email",
        purposes=_PURPOSES,
        why=_("We send a mail there first, to make sure that the address is yours."),
        keep=_KEEP,
        max_length=254,
    )
    former = Email(
        label=_("Old e-mail address"),
        category="user.contact.email",
        purposes=_PURPOSES,
        why=_("If somebody else changed your address, you can take it back from there."),
        keep=_KEEP,
        max_length=254,
    )

    correctable: ClassVar[bool] = False

    class Meta:
        """One a client."""

        verbose_name_plural = _("Change of the e-mail address")
        constraints = [models.UniqueConstraint(fields=["subject_id"], name="address_change_one")]
