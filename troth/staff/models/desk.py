"""What a member keeps on its desk."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.purposes import Purpose
from troth.vault.api import SealedModel, Text


class SavedView(SealedModel):
    """A list of the console as a member likes to see it, under a name of the member's own."""

    correctable = False

    name = Text(
        label=_("Name of a view that you saved in the console"),
        category="user.account.settings",
        purposes=(Purpose.ACCOUNT,),
        why=_("So that you find the list again on your desk."),
        effect=_("It stands on your desk, and nobody else sees it."),
        required=True,
        max_length=60,
    )

    path = models.CharField(max_length=200)
    saved_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "path": "An address of the console with its sorting and filters; keep_view refuses any other.",
    }

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Views saved in the console")
