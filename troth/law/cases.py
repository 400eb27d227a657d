"""What justifies a look here: a legal request for its own document, and one client's part of it (A1, H2).

``legal`` lets the member who took an open request read its document. ``legal_review`` lets a reviewer read it while it
waits for review. ``legal_item`` lets the taker open what was granted of one client, and not a value more, once two
reviewers have approved it.
"""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from troth.kernel.acting import Case
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.law.kinds import OPEN_DEMANDS, BreachState, DemandState
from troth.law.models import Breach, LegalRequest
from troth.law.queries import is_approved
from troth.law.scope import granted_by_subject

REQUEST, REVIEW, ITEM, BREACH = "legal", "legal_review", "legal_item", "breach"
_LEGAL = frozenset({Purpose.LEGAL})


def case_of(request: LegalRequest) -> Case:
    """Return the request as the case of a look at its document."""
    return Case(REQUEST, str(request.id))


def review_case(request: LegalRequest, reviewer: UUID) -> Case:
    """Return the case of a reviewer's look at the document."""
    return Case(REVIEW, f"{request.id}:{reviewer}")


def item_case(request: LegalRequest, subject_id: UUID) -> Case:
    """Return the case of the look at what was granted of one client."""
    return Case(ITEM, f"{request.id}:{subject_id}")


def breach_case(breach: Breach) -> Case:
    """Return the breach as the case of a look at its record."""
    return Case(BREACH, str(breach.id))


class _Described:
    """A client reads of a case here without its number: a document may be about others as well."""

    words: Words = ""

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return the case's words; there is no page of it for a client."""
        return self.words, ""


class RequestCases(_Described):
    """Answers for the document of a request, to whom took it."""

    words = _("a legal request")

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the request if it is open now."""
        request = _find(LegalRequest, ref)
        if request is None or request.state not in OPEN_DEMANDS:
            return None
        return OpenCase(request.subject_id, request.taken_by, _LEGAL, self.words)


class ReviewCases(_Described):
    """Answers for the document of a request, to a reviewer who neither registered nor took it."""

    words = _("the review of a legal request")

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the request as the reviewer's, while it waits for review."""
        first, _colon, second = ref.partition(":")
        request, reviewer = _find(LegalRequest, first), _read_id(second)
        if request is None or reviewer is None or request.state != DemandState.NARROWED:
            return None
        if reviewer in {request.registered_by, request.taken_by}:
            return None
        return OpenCase(request.subject_id, reviewer, _LEGAL, self.words)


class ItemCases(_Described):
    """Answers for what was granted of one client, once two reviewers have approved it."""

    words = _("a legal request that two people reviewed")

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the client's part if the scope that was approved is the scope that stands."""
        first, _colon, second = ref.partition(":")
        request, subject_id = _find(LegalRequest, first), _read_id(second)
        if request is None or subject_id is None or request.state != DemandState.APPROVED or not is_approved(request):
            return None
        granted = granted_by_subject(request).get(subject_id)
        if not granted:
            return None
        labels = frozenset(item.label for item in granted)
        return OpenCase(subject_id, request.taken_by, _LEGAL, self.words, labels)


class BreachCases(_Described):
    """Answers for the record of a breach, to whoever has it in hand."""

    words = _("the record of a breach")

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the breach while it is not closed."""
        breach = _find(Breach, ref)
        if breach is None or breach.state == BreachState.CLOSED:
            return None
        return OpenCase(breach.subject_id, breach.taken_by, frozenset({Purpose.LEGAL, Purpose.SECURITY}), self.words)


def _find[Row: (LegalRequest, Breach)](model: type[Row], ref: str) -> Row | None:
    row_id = _read_id(ref)
    return None if row_id is None else model._base_manager.defer("sealed").filter(id=row_id).first()


def _read_id(ref: str) -> UUID | None:
    try:
        return UUID(ref)
    except ValueError:
        return None
