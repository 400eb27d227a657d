"""Feedback at the door: what a member of staff took justifies that member's looks at it, until it is done."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.feedback.models import Feedback
from troth.feedback.words import State
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose


class FeedbackCases:
    """Answers for cases of the kind ``feedback``."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return it unless it is done; nothing but itself can be looked at on it."""
        found = _find(ref)
        if found is None or found.state == State.DONE:
            return None
        return OpenCase(
            subject_id=found.subject_id,
            taken_by=found.taken_by,
            purposes=frozenset({Purpose.SUPPORT}),
            words=_name(found.number),
            labels=frozenset(f"{Feedback._meta.label}.{name}" for name in Feedback.sealed_attributes),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return its words, and the client's page of it."""
        found = _find(ref)
        return (_name(found.number), reverse("feedback:mine")) if found else (_("feedback"), "")


def _name(number: str) -> Words:
    return _("your feedback {number}").format(number=number)


def _find(ref: str) -> Feedback | None:
    try:
        return Feedback.objects.filter(id=UUID(ref)).defer("sealed").first()
    except ValueError:
        return None
