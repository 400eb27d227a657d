"""Cases at the door: a live one that a member of staff took justifies that member's looks at this one person."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.support.models import Case
from troth.support.words import LIVE


class TicketCases:
    """Answers for cases of the kind ``ticket``."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the case if it is live now."""
        case = _find(ref)
        if case is None or case.state not in LIVE:
            return None
        return OpenCase(
            subject_id=case.subject_id,
            taken_by=case.taken_by,
            purposes=frozenset({Purpose.SUPPORT, Purpose(case.purpose)}),
            words=_name(case.number),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return the case's words, and the client's page of it."""
        case = _find(ref)
        if case is None:
            return _("an inquiry"), ""
        return _name(case.number), reverse("support:my_case", kwargs={"case_id": case.id})


def _name(number: str) -> Words:
    return _("your inquiry {number}").format(number=number)


def _find(ref: str) -> Case | None:
    try:
        return Case.objects.filter(id=UUID(ref)).defer("sealed").first()
    except ValueError:
        return None
