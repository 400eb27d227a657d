"""The record of breaches in the console (M3)."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import Acting
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.law.actions.breaches import (
    add_step,
    move_breach,
    record_breach,
    scope_breach,
    take_breach,
    tell_authority,
    write_notice,
)
from troth.law.authority_form import make_authority_form
from troth.law.cases import breach_case
from troth.law.forms import BreachForm, NoticeForm, ReachForm, StepForm
from troth.law.kinds import BreachKind, BreachState
from troth.law.models import Breach
from troth.law.queries import all_breaches
from troth.law.reach import Reach
from troth.law.tasks import tell_of_breach
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members, list_members, require_trained
from troth.ui.api import format_datetime, turn_page

_READ = f"staff:{Permission.READ_LAW}"
_HANDLE = f"staff:{Permission.HANDLE_LAW}"


@page(_READ)
def list_breaches(request: HttpRequest) -> HttpResponse:
    """Show all breaches with their clocks; nothing of what they say."""
    shown = turn_page(request, cast("Sequence[Breach]", all_breaches()))
    return render(request, "law/console/breaches.jinja", {"shown": shown, "now": clock.now()})


@page(_HANDLE, methods=("GET", "POST"))
def record(request: HttpRequest) -> HttpResponse:
    """Record a breach."""
    form = BreachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _require_trained(request)
        with acting_as_staff(request, purpose=Purpose.LEGAL):
            breach = record_breach(
                kind=BreachKind(form.cleaned_data["kind"]),
                began_at=form.cleaned_data["began_at"],
                discovered_at=form.cleaned_data["discovered_at"],
                high_risk=form.cleaned_data["high_risk"],
                values=form.values,
            )
        return redirect("law:breach", breach_id=breach.id)
    return render(request, "law/console/record_breach.jinja", {"form": form})


@page(_HANDLE, methods=("GET", "POST"))
def show(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Show one breach; to whoever has it in hand also what it says; take a step or the notice."""
    breach = _find(breach_id)
    mine = breach.taken_by == current_member(request).id and breach.state != BreachState.CLOSED
    said, steps = None, []
    notice_form, step_form = NoticeForm(), StepForm()
    if mine:
        _require_trained(request)
        with _on_case(request, breach):
            said = breach.open("description", "consequences", "notice", "notice_second")
            steps = [(step.done_at, step.open("text").text) for step in breach.steps.order_by("done_at")]
            which = request.POST.get("form", "")
            notice_form = NoticeForm(request.POST if which == "notice" else None, opened=said)
            step_form = StepForm(request.POST if which == "step" else None)
            if request.method == "POST" and _take(breach, which, notice_form, step_form):
                return redirect("law:breach", breach_id=breach.id)
    context = {
        "breach": breach,
        "mine": mine,
        "owner": describe_members([str(breach.taken_by)]).get(str(breach.taken_by), ""),
        "said": said,
        "steps": steps,
        "notice_form": notice_form,
        "step_form": step_form,
        "reach_form": ReachForm(actors=_list_actors()),
        "affected": breach.affected.count(),
        "told": breach.affected.exclude(told_at=None).count(),
        "now": clock.now(),
    }
    return render(request, "law/console/breach.jinja", context)


@page(_HANDLE, methods=("POST",))
def take(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Take a breach over."""
    breach = _find(breach_id)
    _require_trained(request)
    with _on_case(request, breach):
        take_breach(breach)
    return redirect("law:breach", breach_id=breach.id)


@page(_HANDLE, methods=("POST",))
def scope(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Find whom the breach concerns."""
    breach, form = _find_mine(request, breach_id), ReachForm(request.POST, actors=_list_actors())
    if not form.is_valid():
        raise Refused(_("Choose whose looks, or which part of the record."), kept=_("Nobody was put on the list."))
    with _on_case(request, breach):
        scope_breach(
            breach,
            reach=Reach(
                actor_ref=form.cleaned_data["actor"],
                since=breach.began_at,
                until=breach.ended_at or clock.now(),
                model=form.cleaned_data["model"],
            ),
        )
    return redirect("law:breach", breach_id=breach.id)


@page(_HANDLE, methods=("POST",))
def tell(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Begin to tell those whom it concerns."""
    breach = _find_mine(request, breach_id)
    with _on_case(request, breach):
        if not breach.open("notice").notice:
            raise Refused(
                _("There is no text for clients yet."), kept=_("Nobody was told."), next_step=_("Write it first.")
            )
    tell_of_breach.enqueue(str(breach.id))
    return redirect("law:breach", breach_id=breach.id)


@page(_HANDLE, methods=("POST",))
def tell_authority_of(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Note that the authority was told, now."""
    breach = _find_mine(request, breach_id)
    with _on_case(request, breach):
        tell_authority(breach, told_at=clock.now())
    return redirect("law:breach", breach_id=breach.id)


@page(_HANDLE)
def fetch_form(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Give the authority's form as PDF, filled in."""
    breach = _find_mine(request, breach_id)
    with _on_case(request, breach):
        said = breach.open("description", "consequences")
        steps = [f"{format_datetime(s.done_at)}: {s.open('text').text}" for s in breach.steps.order_by("done_at")]
        content = make_authority_form(
            breach, description=said.description, consequences=said.consequences or "", measures=steps
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{breach.number}.pdf"'
    return response


@page(_HANDLE, methods=("POST",))
def move(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Say that a breach is contained, open again, or closed."""
    breach, wanted = _find_mine(request, breach_id), request.POST.get("state", "")
    with _on_case(request, breach):
        move_breach(breach, state=BreachState(wanted) if wanted in BreachState.values else BreachState(breach.state))
    if breach.state == BreachState.CLOSED:
        return redirect("law:breaches")
    return redirect("law:breach", breach_id=breach.id)


def _take(breach: Breach, which: str, notice_form: NoticeForm, step_form: StepForm) -> bool:
    if which == "notice" and notice_form.is_valid():
        write_notice(breach, values=notice_form.values)
        return True
    if which == "step" and step_form.is_valid():
        add_step(breach, text=step_form.values["text"])
        return True
    return False


def _list_actors() -> list[tuple[str, str]]:
    return [(str(member.id), f"{member.pseudonym}, {member.get_role_display()}") for member in list_members()]


def _on_case(request: HttpRequest, breach: Breach) -> AbstractContextManager[Acting]:
    return acting_as_staff(request, purpose=Purpose.LEGAL, case=breach_case(breach))


def _find(breach_id: UUID) -> Breach:
    found = Breach.objects.filter(id=breach_id).first()
    if found is None:
        raise Http404
    return found


def _find_mine(request: HttpRequest, breach_id: UUID) -> Breach:
    _require_trained(request)
    found = _find(breach_id)
    if found.taken_by != current_member(request).id:
        raise Http404
    return found


def _require_trained(request: HttpRequest) -> None:
    require_trained(str(current_member(request).id), at=clock.now())
