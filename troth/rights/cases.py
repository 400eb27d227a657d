"""Requests as cases: an open one that a member of staff took justifies that member's looks at this one client."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.acting import Case
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.rights.kinds import OPEN_STATES
from troth.rights.models import Request

KIND = "request"


def case_of(request: Request) -> Case:
    """Return the request as the case of a look."""
    return Case(KIND, str(request.id))


class RequestCases:
    """Answers for cases of the kind ``request``."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the request if it is open now."""
        request = _find(ref)
        if request is None or request.state not in OPEN_STATES:
            return None
        return OpenCase(
            subject_id=request.subject_id,
            taken_by=request.taken_by,
            purposes=frozenset({Purpose.RIGHTS}),
            words=_name(request.number),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return the request's words, and the client's page of it."""
        request_id = _read_id(ref)
        if request_id is None:
            return _("a request"), ""
        return _name(Request(id=request_id).number), reverse("rights:request", kwargs={"request_id": request_id})


def _name(number: str) -> Words:
    return _("your request {number}").format(number=number)


def _find(ref: str) -> Request | None:
    request_id = _read_id(ref)
    return None if request_id is None else Request.objects.defer("sealed").filter(id=request_id).first()


def _read_id(ref: str) -> UUID | None:
    try:
        return UUID(ref)
    except ValueError:
        return None
