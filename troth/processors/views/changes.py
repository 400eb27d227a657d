"""Changing the register in the console: what lets less leave at once, what lets more leave for a second person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from troth.kernel.acting import acting
from troth.kernel.console import staff_actor
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.processors import actions
from troth.processors.differences import compare_one
from troth.processors.forms import (
    AgreementForm,
    AuditForm,
    ExceptionForm,
    FactsForm,
    NewCompanyForm,
    PlanForm,
    SubProcessorForm,
    list_choices,
    read_choices,
)
from troth.processors.models import Agreement, AllowedField, Audit, ChangeKind, DeletionRequest, Document, Processor
from troth.processors.papers import file_upload
from troth.processors.passing_on import note_answer_by_letter

CHANGE = "staff:console:processors:change"


@page(CHANGE, methods=("GET", "POST"))
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a new company, for a second person to agree to."""
    form = NewCompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with _acting(request), _mending(form):
            change = actions.enter_company(key=form.cleaned_data["key"], facts=form.facts())
            return redirect("processors:company", key=change.processor.key)
    return render(request, "processors/console/enter.jinja", {"form": form})


@page(CHANGE, methods=("GET", "POST"))
def add_agreement(request: HttpRequest, key: str) -> HttpResponse:
    """Prepare a new agreement."""
    form = AgreementForm(request.POST or None, request.FILES or None)
    return _prepare(request, key, form, ChangeKind.AGREEMENT, form.facts, _("A new agreement"))


@page(CHANGE, methods=("GET", "POST"))
def finish_audit(request: HttpRequest, key: str, audit_id: UUID) -> HttpResponse:
    """Prepare what an audit found."""
    audit = get_object_or_404(Audit, pk=audit_id, processor__key=key)
    form = AuditForm(request.POST or None, request.FILES or None)
    return _prepare(request, key, form, ChangeKind.AUDIT, lambda: form.facts(audit.pk), _("What the audit found"))


@page(CHANGE, methods=("GET", "POST"))
def add_exception(request: HttpRequest, key: str) -> HttpResponse:
    """Prepare a dated exception."""
    form = ExceptionForm(request.POST or None)
    return _prepare(request, key, form, ChangeKind.EXCEPTION, form.facts, _("A dated exception"))


@page(CHANGE, methods=("GET", "POST"))
def add_sub_processor(request: HttpRequest, key: str) -> HttpResponse:
    """Prepare a company that the company hires itself."""
    form = SubProcessorForm(request.POST or None)
    words = _("A company that it hires itself")
    return _prepare(request, key, form, ChangeKind.SUB_PROCESSOR, form.facts, words)


@page(CHANGE, methods=("GET", "POST"))
def restate(request: HttpRequest, key: str) -> HttpResponse:
    """Prepare a change of what the register says of a company."""
    form = FactsForm(request.POST or None, processor=_find(key))
    return _prepare(request, key, form, ChangeKind.FACTS, form.facts, _("What the register says of it"))


@page(CHANGE, methods=("GET", "POST"))
def plan_audit(request: HttpRequest, key: str) -> HttpResponse:
    """Plan an audit, at once."""
    form, processor = PlanForm(request.POST or None), _find(key)
    if request.method == "POST" and form.is_valid():
        with _acting(request), _mending(form):
            actions.plan_audit(processor, due_on=form.cleaned_data["due_on"])
            return redirect("processors:company", key=key)
    return _show_form(request, processor, form, _("Plan an audit"), at_once=True)


@page(CHANGE, methods=("GET", "POST"))
def allow(request: HttpRequest, key: str) -> HttpResponse:
    """Choose values from the declarations, to be allowed when a second person agrees."""
    processor = _find(key)
    if request.method == "POST":
        with _acting(request):
            actions.prepare_change(
                processor=processor,
                kind=ChangeKind.ALLOW,
                facts={"fields": read_choices(request.POST.getlist("field"))},
            )
        return redirect("processors:company", key=key)
    context = {"processor": processor, "tables": list_choices(processor)}
    return render(request, "processors/console/allow.jinja", context)


@page(CHANGE, methods=("POST",))
def disallow(request: HttpRequest, key: str, field_id: int) -> HttpResponse:
    """Take a value off the list, at once."""
    field = get_object_or_404(AllowedField, pk=field_id, processor__key=key)
    with _acting(request):
        actions.disallow(field)
    return redirect("processors:company", key=key)


@page(CHANGE, methods=("POST",))
def follow_file(request: HttpRequest, key: str) -> HttpResponse:
    """Take over what the operator's file says: what lets less leave at once, the rest for a second person."""
    processor = _find(key)
    difference = compare_one(processor)
    with _acting(request):
        if difference.more:
            fields = [list(pair) for pair in difference.more]
            actions.prepare_change(processor=processor, kind=ChangeKind.ALLOW, facts={"fields": fields})
        if difference.facts:
            actions.prepare_change(processor=processor, kind=ChangeKind.FACTS, facts=difference.facts)
        for label, purpose in difference.less:
            for field in AllowedField.objects.filter(processor=processor, label=label, purpose=purpose):
                actions.disallow(field)
    return redirect("processors:company", key=key)


@page(CHANGE, methods=("POST",))
def set_state(request: HttpRequest, key: str) -> HttpResponse:
    """Suspend or end a company at once, or prepare that it is used again."""
    processor, wanted = _find(key), request.POST.get("state", "")
    with _acting(request):
        if wanted == "active":
            actions.prepare_change(processor=processor, kind=ChangeKind.REOPEN, facts={})
        elif wanted in {"suspended", "ended"}:
            actions.suspend(processor, end=wanted == "ended")
    return redirect("processors:company", key=key)


@page(CHANGE, methods=("POST",))
def end_agreement(request: HttpRequest, key: str, agreement_id: UUID) -> HttpResponse:
    """End an agreement with this day, at once."""
    agreement = get_object_or_404(Agreement, pk=agreement_id, processor__key=key)
    with _acting(request):
        actions.end_agreement(agreement)
    return redirect("processors:company", key=key)


@page(CHANGE, methods=("POST",))
def note_deletion(request: HttpRequest, key: str, request_id: UUID) -> HttpResponse:
    """Note what a company answered by letter to a request to delete."""
    asked = get_object_or_404(DeletionRequest, pk=request_id, processor=key)
    with _acting(request):
        note_answer_by_letter(asked, deleted=request.POST.get("answer") == "deleted")
    return redirect("processors:company", key=key)


def _prepare(  # noqa: PLR0913, PLR0917  the parts of one prepared change
    request: HttpRequest,
    key: str,
    form: forms.Form,
    kind: ChangeKind,
    read: Callable[[], dict[str, Any]],
    title: Words,
) -> HttpResponse:
    """Show the form; a POST that is right prepares the change and goes back to the company."""
    processor = _find(key)
    if request.method == "POST" and form.is_valid():
        with _acting(request), _mending(form), transaction.atomic():
            document: Document | None = None
            if upload := form.cleaned_data.get("document"):
                document = file_upload(upload)
            actions.prepare_change(processor=processor, kind=kind, facts=read(), document=document)
            return redirect("processors:company", key=key)
    return _show_form(request, processor, form, title)


def _show_form(
    request: HttpRequest, processor: Processor, form: forms.Form, title: Words, *, at_once: bool = False
) -> HttpResponse:
    context = {"processor": processor, "form": form, "heading": title, "at_once": at_once}
    return render(request, "processors/console/form.jinja", context)


@contextmanager
def _mending(form: forms.Form) -> Iterator[None]:
    """Show a refusal above the form, so that what was typed is kept."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, refusal.message)


@contextmanager
def _acting(request: HttpRequest) -> Iterator[None]:
    with acting(actor=staff_actor(request), purpose=Purpose.UPKEEP):
        yield


def _find(key: str) -> Processor:
    return get_object_or_404(Processor, key=key)
