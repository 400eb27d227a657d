"""The register in the console: what stands, what waits because of it, and what was refused."""

from datetime import datetime, time
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header

from troth.disclosures.api import Left, name_field, search_left
from troth.kernel.pages import page
from troth.kernel.ports import Words, case_resolvers
from troth.processors.differences import compare_all, compare_one
from troth.processors.models import Agreement, Audit, Document, Processor, RegisterChange
from troth.processors.models.register import office_zone
from troth.processors.queries import deletions_of, find_exception, recent_refusals, view_all, view_entry
from troth.processors.standing import list_hosts
from troth.processors.words import describe_cause

READ = "staff:console:processors:read"
REVIEWS = "staff:console:reviews:read"
"""Who decides what another prepared reads all of it, also where its role does not reach the register."""
PAGE = 50


@page(READ)
def list_companies(request: HttpRequest) -> HttpResponse:
    """Show every company with how it stands."""
    context = {"entries": view_all(ended=True), "differences": compare_all()}
    return render(request, "processors/console/list.jinja", context)


@page(READ)
def show_company(request: HttpRequest, key: str) -> HttpResponse:
    """Show one company: agreement, audits, what it may receive, exceptions, what waits, what was refused."""
    processor = get_object_or_404(Processor, key=key)
    fields = [(row, name_field(row.label)) for row in processor.allowed_fields.all()]
    context = {
        "entry": view_entry(processor),
        "hosts": list_hosts(processor),
        "agreements": processor.agreements.select_related("document").defer("document__content"),
        "audits": processor.audits.select_related("document").defer("document__content"),
        "fields": fields,
        "exceptions": processor.exceptions.all(),
        "exception": find_exception(processor),
        "refusals": [(row, describe_cause(row.cause)) for row in recent_refusals(processor)[:PAGE]],
        "deletions": deletions_of(processor)[:PAGE],
        "changes": RegisterChange.objects.filter(processor=processor)[:20],
        "difference": compare_one(processor),
    }
    return render(request, "processors/console/company.jinja", context)


@page(REVIEWS)
def show_change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Show a prepared change to the letter, for the second person."""
    change = get_object_or_404(RegisterChange.objects.select_related("processor", "document"), pk=change_id)
    return render(request, "processors/console/change.jinja", {"change": change, "spelled": _spell_out(change)})


@page(REVIEWS)
def fetch_change_paper(_request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Hand out the paper that belongs to a prepared change."""
    change = get_object_or_404(RegisterChange.objects.select_related("document"), pk=change_id, document__isnull=False)
    return _hand_out(change.document)


@page(READ)
def fetch_document(_request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand out the paper of an agreement or of an audit."""
    document = get_object_or_404(Document, pk=document_id)
    of_register = (
        Agreement.objects.filter(document=document).exists() or Audit.objects.filter(document=document).exists()
    )
    if not of_register:
        raise Http404
    return _hand_out(document)


def _hand_out(document: Document | None) -> HttpResponse:
    """Return a paper as a download, so that no browser runs what is in it."""
    if document is None:
        raise Http404
    response = HttpResponse(bytes(document.content), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.name)
    return response


@page(READ)
def search_what_left(request: HttpRequest) -> HttpResponse:
    """Show what left, by company, number of the case or order, and day; names of values, and nobody's."""
    asked = {name: request.GET.get(name, "").strip() for name in ("recipient", "case", "since", "until")}
    found = search_left(
        recipient=asked["recipient"],
        case_ref=asked["case"],
        since=_read_day(asked["since"]),
        until=_read_day(asked["until"]),
        after=_read_id(request.GET.get("after", "")),
        limit=PAGE + 1,
        with_law=False,
    )
    context = {
        "asked": asked,
        "left": [(left, [name_field(label) for label in left.fields], _name_case(left)) for left in found[:PAGE]],
        "following": found[PAGE - 1].id if len(found) > PAGE else None,
        "companies": Processor.objects.order_by("name"),
    }
    return render(request, "processors/console/left.jinja", context)


def _spell_out(change: RegisterChange) -> list[tuple[str, str]]:
    """Return each fact of a change as text: name, and what it says."""
    lines: list[tuple[str, str]] = []
    for name, value in change.facts.items():
        if name == "fields":
            lines += [(str(name_field(label)), f"{label}: {purpose}") for label, purpose in value]
        elif isinstance(value, dict):
            lines += [(f"{name} ({language})", text) for language, text in value.items()]
        else:
            lines.append((name, ", ".join(value) if isinstance(value, list) else str(value)))
    return lines


def _name_case(left: Left) -> Words:
    """Return the case in words; a kind that nobody answers for by its own name."""
    resolver = case_resolvers.get(left.case_kind)
    return resolver.describe(left.case_ref)[0] if resolver else left.case_kind


def _read_day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return datetime.combine(day, time.min, tzinfo=office_zone()) if day else None


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
