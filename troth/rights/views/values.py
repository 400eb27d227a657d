"""One value: put it right in place, report an error in it, or fetch the file that it is."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from troth.accounts.api import Profile, as_client, forget_preferences, require_subject
from troth.kernel.errors import Refused
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.rights.actions.corrections import correct_row
from troth.rights.actions.requests import open_own_request
from troth.rights.copies import find_stale
from troth.rights.corrections import FLOWS, explain_refusal, is_correctable, make_form
from troth.rights.forms import ErrorReportForm
from troth.rights.held import HeldValue, Standing, read_row
from troth.rights.kinds import Kind
from troth.rights.sealed import find_attribute, find_model
from troth.vault.api import Opened, SealedModel, Taken


@page(CLIENT, methods=("GET", "POST"))
def correct(request: HttpRequest, label: str, row_id: UUID, name: str) -> HttpResponse:
    """Correct one value; what is required stays required, and what the program wrote itself is not corrected."""
    attribute = find_attribute(label, name)
    flow = FLOWS.get((label, name))
    if flow:
        try:
            return redirect(reverse(flow))
        except NoReverseMatch:
            raise Http404 from None
    if not is_correctable(attribute):
        raise Refused(str(explain_refusal(attribute)), kept=_("Nothing was changed."))
    with as_client(request, purpose=Purpose.ACCOUNT):
        row, value = _find_value(request, label, row_id, name)
        if value.standing in {Standing.UNREADABLE, Standing.WITHHELD}:
            raise Refused(
                _("This value cannot be corrected now, as it cannot be shown."),
                kept=_("It was left as it is."),
                next_step=_("Report an error beside it, and we look at it."),
            )
        form = make_form(type(row), name)(request.POST or None, request.FILES or None, opened=_as_opened(row, value))
        if request.method == "POST" and form.is_valid():
            try:
                correct_row(row=row, form=form)
                forget_preferences(request)
                if label == Profile._meta.label and find_stale(row.subject_id, name):
                    return redirect("rights:copies", name=name)
                return redirect(f"{reverse('rights:admin')}#{value.anchor}")
            except Taken:
                form.add_error(name, _("This is taken already; choose another."))
    context = {"form": form, "value": value, "cancel": f"{reverse('rights:admin')}#{value.anchor}"}
    return render(request, "rights/correct.jinja", context)


@page(CLIENT, methods=("GET", "POST"))
def report_error(request: HttpRequest, label: str, row_id: UUID, name: str) -> HttpResponse:
    """Report that a value is wrong; the report gets a number and a clock (A11)."""
    with as_client(request, purpose=Purpose.ACCOUNT):
        _row, value = _find_value(request, label, row_id, name)
        form = ErrorReportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            report = open_own_request(
                subject_id=require_subject(request),
                kind=Kind.ERROR,
                text=form.values["text"],
                about_model=label,
                about_field=name,
            )
            return redirect("rights:request", request_id=report.id)
    return render(request, "rights/report_error.jinja", {"form": form, "value": value})


@page(CLIENT)
def fetch_file(request: HttpRequest, label: str, row_id: UUID, name: str) -> HttpResponse:
    """Hand out a file that the client gave; as a download, so that no browser runs what is in it."""
    with as_client(request, purpose=Purpose.ACCOUNT):
        _row, value = _find_value(request, label, row_id, name)
    if value.attribute.kind != "file" or value.standing is not Standing.GIVEN:
        raise Http404
    file: dict[str, Any] = value.value
    response = HttpResponse(file["content"], content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file["name"])
    return response


def _find_value(request: HttpRequest, label: str, row_id: UUID, name: str) -> tuple[SealedModel, HeldValue]:
    """Return the client's own row and its value; another's is not found."""
    find_attribute(label, name)
    held = read_row(find_model(label), require_subject(request), row_id)
    if held is None:
        raise Http404
    return held.row, next(value for value in held.values if value.name == name)


def _as_opened(row: SealedModel, value: HeldValue) -> Opened | None:
    return row.open(value.name) if value.standing is Standing.GIVEN else None
