"""The closed lists of this room, with their words."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far we are with what somebody said."""

    NEW = "new", _("new")
    READ = "read", _("read")
    ANSWERED = "answered", _("answered")
    DONE = "done", _("done")


class Apart(models.TextChoices):
    """Why something is likely no person's word. It is set apart and kept a while, and nobody is told off."""

    NO = "", _("not set apart")
    TRAP = "trap", _("a field was filled that people do not see")
    FAST = "fast", _("it was sent faster than a person types")
    FORM = "form", _("it came without our form")
    LINKS = "links", _("it is made of links")
    RELEASED = "released", _("a member of staff read it and took it for a person’s word")


SET_APART = (Apart.TRAP, Apart.FAST, Apart.FORM, Apart.LINKS)
"""What counts as set apart now."""

RATINGS: list[tuple[str, str | Promise]] = [("1", _("1, poor")), *((n, n) for n in "234"), ("5", _("5, good"))]
NO_RATING = 0
"""Stands in the counts for something that was said without a number."""
