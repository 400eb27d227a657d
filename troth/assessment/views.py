"""The public pages of the promises, and the privacy officer's."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from troth.assessment.actions import reopen_feature, run_controls
from troth.assessment.evidence.kinds import EvidenceKind, make_evidence
from troth.assessment.pages import count_states, gather_clause, gather_sections, name_of, quote_clause
from troth.assessment.queries import open_closures, report_clauses, report_controls
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.ports import Feature, controls
from troth.kernel.purposes import Purpose
from troth.rights.api import measure_corrections
from troth.staff.api import Permission, acting_as_staff, current_member, measure_conduct

READ = f"staff:{Permission.READ_ASSESSMENT}"
DECIDE = f"staff:{Permission.DECIDE_CLOSURES}"


@page("public")
def show_promises(request: HttpRequest) -> HttpResponse:
    """Show the statement with each clause's live state (A12)."""
    reports = report_clauses()
    context = {
        "sections": gather_sections(get_language() or "en", reports),
        "counts": count_states(reports),
        "closures": open_closures(),
        "corrections": measure_corrections(),
        "conduct": measure_conduct(),
    }
    return render(request, "assessment/promises.jinja", context)


@page("public")
def show_clause(request: HttpRequest, clause: str) -> HttpResponse:
    """Show what watches one clause: each control, what it saw, its drills and its history."""
    found = gather_clause(clause)
    if found is None:
        raise Http404
    report, shown = found
    context = {
        "report": report,
        "name": name_of(clause),
        "controls": shown,
        "promises": quote_clause(clause, get_language() or "en"),
    }
    return render(request, "assessment/clause.jinja", context)


@page("public")
def show_evidence(_request: HttpRequest, kind: str) -> HttpResponse:
    """Give what other programs read, as the site stands now; a claim that is withheld says why (A12).

    Raises:
        Http404: there is no such kind.
    """
    try:
        wanted = EvidenceKind(kind)
    except ValueError:
        raise Http404 from None
    try:
        document = make_evidence(wanted)
    except Refused as error:
        return HttpResponse(
            f"{error.message} {error.next_step}\n", status=503, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=wanted.content_type)


@page(READ)
def show_console(request: HttpRequest) -> HttpResponse:
    """Show every control with its evidence, for the privacy officer."""
    reports = report_controls()
    context = {"reports": reports, "closures": open_closures(), "counts": count_states(report_clauses())}
    return render(request, "assessment/console.jinja", context)


@page(DECIDE, methods=("POST",))
def run_control_now(request: HttpRequest) -> HttpResponse:
    """Run one control now."""
    control = controls.get(request.POST.get("control", ""))
    if control is None:
        raise Http404
    run_controls([control])
    return redirect("assessment:console")


@page(DECIDE, methods=("POST",))
def reopen(request: HttpRequest) -> HttpResponse:
    """Open a closed feature again, by this person's decision."""
    try:
        feature = Feature(request.POST.get("feature", ""))
    except ValueError:
        raise Http404 from None
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        reopen_feature(feature, by=current_member(request).pseudonym)
    return redirect("assessment:console")
