"""The console's calls, and the mails that were set apart or of which nobody knows whether they went."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.pages import page
from troth.kernel.ports import Channel, contact_kinds
from troth.kernel.purposes import Purpose
from troth.staff.api import current_member, describe_members, require_trained
from troth.support.actions import quarantine as sorting
from troth.support.actions import reaching
from troth.support.forms import CallForm
from troth.support.models import InboundMail, Outbound
from troth.support.queries import (
    calls_later,
    calls_to_make,
    quarantined_mails,
    stuck_mails,
    unsure_mails,
)
from troth.support.views.console import HANDLE, on_case
from troth.support.words import CallOutcome
from troth.ui.api import turn_page

_MOST_STUCK = 100
"""So many are shown; what keeps them back is mostly the same for all, and the rest come up as these are settled."""


@page(HANDLE)
def list_calls(request: HttpRequest) -> HttpResponse:
    """Show the calls whose time has come, and those that wait; no number."""
    shown = turn_page(request, cast("Sequence[Outbound]", calls_to_make()))
    context = {"shown": shown, "later": list(calls_later()[:50]), "owners": owners_of([*shown, *calls_later()[:50]])}
    return render(request, "support/console/calls.jinja", {**context, "member": current_member(request)})


@page(HANDLE, methods=("GET", "POST"))
def show_call(request: HttpRequest, outbound_id: UUID) -> HttpResponse:
    """Show what is to be said; at the press of a button the number; and take how it went."""
    outbound = find_outbound(outbound_id, Channel.TELEPHONE)
    form = CallForm(request.POST if "outcome" in request.POST else None)
    number, said = "", ""
    if outbound.case is None or outbound.case.taken_by != current_member(request).id:
        return redirect("support:case", case_id=outbound.case_id) if outbound.case_id else redirect("support:calls")
    with on_case(request, outbound.case):
        if request.method == "POST" and form.is_valid():
            reaching.record_call(outbound, outcome=CallOutcome(form.cleaned_data["outcome"]))
            return redirect("support:calls")
        if request.method == "POST" and "show" in request.POST:
            written = reaching.write_by_hand(outbound)
            if written is None:
                return redirect("support:calls")
            number = reaching.show_number(outbound)
            said = written.mail.text.split("\n-- \n")[0]
    kind = contact_kinds.get(outbound.about)
    context = {
        "outbound": outbound,
        "case": outbound.case,
        "form": form,
        "number": number,
        "said": said,
        "words": kind.words if kind else "",
        "tries": list(outbound.calls.order_by("at")),
    }
    return render(request, "support/console/call.jinja", context)


@page(HANDLE)
def list_unsure(request: HttpRequest) -> HttpResponse:
    """Show the mails of which nobody knows whether they arrived, and those that did not leave; no word of theirs."""
    shown = turn_page(request, cast("Sequence[Outbound]", unsure_mails()))
    stuck = list(stuck_mails()[:_MOST_STUCK])
    kinds = {each.about: kind.words for each in (*shown, *stuck) if (kind := contact_kinds.get(each.about))}
    return render(request, "support/console/unsure.jinja", {"shown": shown, "stuck": stuck, "kinds": kinds})


@page(HANDLE, methods=("POST",))
def settle(request: HttpRequest, outbound_id: UUID, verb: str) -> HttpResponse:
    """Have a mail sent again, or leave it at that."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    if verb not in {"again", "arrived", "retry", "leave"}:
        raise Http404
    outbound = find_outbound(outbound_id, Channel.EMAIL)
    with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT):
        if verb in {"retry", "leave"}:
            reaching.settle_stuck(outbound, again=verb == "retry")
        else:
            reaching.settle_unsure(outbound, arrived=verb == "arrived")
    return redirect("support:unsure")


@page(HANDLE)
def list_quarantine(request: HttpRequest) -> HttpResponse:
    """Show the mails that were set apart, with the cause of each and nothing that they say."""
    shown = turn_page(request, cast("Sequence[InboundMail]", quarantined_mails()))
    return render(request, "support/console/quarantine.jinja", {"shown": shown})


@page(HANDLE, methods=("POST",))
def sort_mail(request: HttpRequest, mail_id: UUID, verb: str) -> HttpResponse:
    """Take a mail that was set apart as a stranger's inquiry, or discard it unread."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    mail = InboundMail.objects.filter(pk=mail_id).first()
    if mail is None or verb not in {"admit", "discard"}:
        raise Http404
    with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT):
        if verb == "admit":
            case = sorting.admit_mail(mail)
            return redirect("support:case", case_id=case.id)
        sorting.discard_mail(mail)
    return redirect("support:quarantine")


def find_outbound(outbound_id: UUID, channel: Channel) -> Outbound:
    """Return what goes out by this way, or raise Http404."""
    rows = Outbound.objects.select_related("case", "message", "decision")
    found = rows.filter(pk=outbound_id, channel=channel).first()
    if found is None:
        raise Http404
    return found


def owners_of(rows: Sequence[Outbound]) -> dict[str, str]:
    """Return who has the cases of these, by the member's id."""
    return describe_members(str(row.case.taken_by) for row in rows if row.case is not None and row.case.taken_by)
