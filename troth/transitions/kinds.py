"""The closed lists of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

FULL_DAYS = 30
"""For so many full days after the last mail the notice stands on every page, and nothing is handed over (N2)."""
LAPSES_AFTER = 300
"""Days after the last mail: who was told so long ago is told again. The delivery ledger forgets its rows in a year."""


class TransitionKind(models.TextChoices):
    """What happens to the business."""

    MERGER = "merger", _("merger")
    ACQUISITION = "acquisition", _("acquisition by another")
    SALE = "sale", _("sale of a part")


class TransitionState(models.TextChoices):
    """Where a transition stands. There is no way back from the last two."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("waits for two others")
    ANNOUNCED = "announced", _("announced")
    PACKING = "packing", _("the package is being made")
    TRANSFERRED = "transferred", _("handed over")
    CANCELLED = "cancelled", _("cancelled")


SHOWN = (TransitionState.ANNOUNCED, TransitionState.PACKING, TransitionState.TRANSFERRED, TransitionState.CANCELLED)
"""States in which its page is public."""
RUNNING = (TransitionState.ANNOUNCED, TransitionState.PACKING)
"""States in which the notice stands on every page."""
