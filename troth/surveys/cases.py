"""What justifies a look at contact details: the details themselves, for the member who took them, until their day."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import Case
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.surveys.models import Contact
from troth.surveys.models.personal import CONTACT

CASE = "survey_contact"
LABELS = frozenset(f"{Contact._meta.label}.{name}" for name in CONTACT)
"""The values that such a case justifies a look at, and no other: not the answers, and nothing of the account."""


def case_of(contact: Contact) -> Case:
    """Return the details as the case of a look."""
    return Case(CASE, str(contact.pk))


class ContactCases:
    """Answers for contact details that clients left, while their time lasts."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the case until the day on which the details go."""
        contact = _find(ref)
        if contact is None or contact.until < clock.today():
            return None
        return OpenCase(
            subject_id=contact.subject_id,
            taken_by=contact.taken_by,
            purposes=frozenset({Purpose.SURVEYS}),
            words=_("the contact details that you left with a survey"),
            labels=LABELS,
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return its words, and the client's page of the survey."""
        contact = _find(ref)
        url = reverse("surveys:survey", kwargs={"survey_id": contact.survey_id}) if contact else ""
        return _("the contact details that you left with a survey"), url


def _find(ref: str) -> Contact | None:
    try:
        contact_id = UUID(ref)
    except ValueError:
        return None
    return Contact.objects.filter(pk=contact_id).first()
