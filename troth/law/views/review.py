"""The reviewers' side of a legal request: the document, what would be given, yes or back (H2)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.law.actions.requests import review_request, send_back
from troth.law.cases import review_case
from troth.law.models import LegalRequest
from troth.law.queries import count_reviews, requests_to_review
from troth.law.views.requests import answer_with_file, find_or_404, list_items
from troth.staff.api import Permission, acting_as_staff, current_member, require_trained

_REVIEW = f"staff:{Permission.REVIEW}"


@page(_REVIEW)
def show(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the reviewer what is demanded and what would be given."""
    found = _find_mine(request, request_id)
    with acting_as_staff(request, purpose=Purpose.LEGAL, case=review_case(found, current_member(request).id)):
        said = LegalRequest.objects.get(id=found.id).open("authority", "demand")
    context = {"asked": found, "said": said, "items": list_items(found), "reviews": count_reviews(found)}
    return render(request, "law/console/review.jinja", context)


@page(_REVIEW)
def fetch_document(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the reviewer the document."""
    found = _find_mine(request, request_id)
    with acting_as_staff(request, purpose=Purpose.LEGAL, case=review_case(found, current_member(request).id)):
        return answer_with_file(LegalRequest.objects.get(id=found.id).open("document").document)


@page(_REVIEW, methods=("POST",))
def decide(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take the reviewer's word."""
    found = _find_mine(request, request_id)
    with acting_as_staff(request, purpose=Purpose.LEGAL, case=review_case(found, current_member(request).id)):
        if request.POST.get("word") == "approve":
            review_request(found)
        else:
            send_back(found)
    return redirect("law:requests")


def _find_mine(request: HttpRequest, request_id: UUID) -> LegalRequest:
    require_trained(str(current_member(request).id), at=clock.now())
    found = find_or_404(request_id)
    if not requests_to_review(current_member(request).id).filter(id=found.id).exists():
        raise Http404
    return found
