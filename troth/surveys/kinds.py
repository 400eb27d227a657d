"""The closed lists of this room, and the numbers on which the protection of answers stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """What becomes of the bond between a person and its answers. The database fixes it at the first answer."""

    ANONYMOUS = "anonymous", _("anonymous")
    CONFIDENTIAL = "confidential", _("confidential")
    CONTACTABLE = "contactable", _("contactable")


class SurveyState(models.TextChoices):
    """Where a survey stands."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("waits for a second person")
    APPROVED = "approved", _("approved")
    OPEN = "open", _("open")
    CLOSING = "closing", _("closed, its answers are being gathered")
    CLOSED = "closed", _("closed")


class Part(models.TextChoices):
    """What a client decided about one survey."""

    ANSWERED = "answered", _("took part")
    DECLINED = "declined", _("declined")


class QuestionKind(models.TextChoices):
    """How a question is asked."""

    SINGLE = "single", _("one of several")
    MULTIPLE = "multiple", _("any of several")
    SCALE = "scale", _("a scale")
    MATRIX = "matrix", _("several lines on one scale")
    NUMBER = "number", _("a number")
    DATE = "date", _("a date")
    SHORT = "short", _("a line of text")
    LONG = "long", _("text")
    RANKING = "ranking", _("an order")
    PERSONAL = "personal", _("a personal question of the declared list")


class ReleaseState(models.TextChoices):
    """Where a release of results stands."""

    PREPARED = "prepared", _("waits for a second person")
    SIGNED = "signed", _("public")
    REFUSED = "refused", _("turned down")


NOT_YET_OPEN = (SurveyState.DRAFT, SurveyState.IN_REVIEW, SurveyState.APPROVED)

BATCH = 10
"""So many anonymous answers, at the least, are put among the others at a time, shuffled."""
LEAST_FOR_ONE = 10
"""From so many answers on the results of one question are released."""
LEAST_FOR_TWO = 30
"""From so many answers on two questions are crossed."""
EXACT_FROM = 50
"""Below so many answers their number is not told exactly."""
