"""Hands out a file so that it can do nothing: an address of its own, a sandbox, and its true type."""

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from troth.support.files import SHOWN
from troth.support.models import Attachment, Case

FILE_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"
"""What a file may do where a browser shows it: no script, no form, nothing fetched, an origin of its own."""


def hand_out(case: Case, file_id: UUID) -> HttpResponse:
    """Return a file of this case, or of one that is joined to it; the present context opens it."""
    joined = Case.objects.filter(merged_into=case.pk).values("pk")
    of_case = Attachment.objects.filter(Q(message__case=case) | Q(message__case__in=joined), pk=file_id)
    attachment = of_case.first()
    if attachment is None:
        raise Http404
    file = attachment.open("file").file
    response = HttpResponse(file["content"], content_type=file["type"])
    disposition = content_disposition_header(as_attachment=attachment.kind not in SHOWN, filename=file["name"])
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
