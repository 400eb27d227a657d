"""The closed lists of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AmendmentState(models.TextChoices):
    """Where a change of the statement stands."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("waits for two others")
    APPROVED = "approved", _("approved by two")
    ANNOUNCED = "announced", _("announced")
    IN_FORCE = "in_force", _("in force")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN = (AmendmentState.DRAFT, AmendmentState.IN_REVIEW, AmendmentState.APPROVED)
"""States in which it can be changed, which takes back every decision on it."""
NEEDED = 2
"""So many others decide on a change: exactly this text, and exactly this class."""


class Way(models.TextChoices):
    """How somebody was told of a version."""

    MAIL = "mail", _("by e-mail")
    LETTER = "letter", _("by letter")
    PAGE = "page", _("on this site, where you said that you read it")


class LetterCause(models.TextChoices):
    """Why somebody gets a letter."""

    WISHED = "wished", _("wishes letters")
    REFUSED = "refused", _("the mail was not taken")
    BOUNCED = "bounced", _("the mail came back")


class LetterState(models.TextChoices):
    """What became of a letter."""

    WAITING = "waiting", _("waits to be printed")
    POSTED = "posted", _("posted")
    UNREACHABLE = "unreachable", _("no address is known")
