"""Who wishes to be invited to surveys by mail. It says nothing of any survey."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock


class Invitee(models.Model):
    """That a client wishes to be invited by mail; there is no row of anybody else.

    Arguments:
        agreed_at: when it said so.
        wording: what stood beside the button.
    """

    subject_id = models.UUIDField(primary_key=True)
    agreed_at = models.DateTimeField(default=clock.now, editable=False)
    wording = models.CharField(max_length=300)

    not_personal: ClassVar[dict[str, str]] = {"wording": "The operator's own words."}

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Your wish to be invited to surveys")

    def __str__(self) -> str:
        return "wish to be invited"
