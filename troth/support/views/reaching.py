"""The console's calls and letters, and the mails that were set apart."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, staff_member
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.ports import Channel, contact_kinds
from troth.kernel.purposes import Purpose
from troth.staff.api import current_member, describe_members, require_trained
from troth.support.actions import quarantine as sorting
from troth.support.actions import reaching
from troth.support.forms import CallForm, PostedForm
from troth.support.models import InboundMail, Outbound
from troth.support.queries import (
    calls_later,
    calls_to_make,
    letters_to_print,
    quarantined_mails,
    stuck_mails,
    unsure_mails,
)
from troth.support.sending import Written, write
from troth.support.views.console import HANDLE, on_case
from troth.support.words import CallOutcome
from troth.ui.api import turn_page

_MOST_STUCK = 100
"""So many are shown; what keeps them back is mostly the same for all, and the rest come up as these are settled."""


@page(HANDLE)
def list_calls(request: HttpRequest) -> HttpResponse:
    """Show the calls whose time has come, and those that wait; no number."""
    shown = turn_page(request, cast("Sequence[Outbound]", calls_to_make()))
    context = {"shown": shown, "later": list(calls_later()[:50]), "owners": _owners([*shown, *calls_later()[:50]])}
    return render(request, "support/console/calls.jinja", {**context, "member": current_member(request)})


@page(HANDLE, methods=("GET", "POST"))
def show_call(request: HttpRequest, outbound_id: UUID) -> HttpResponse:
    """Show what is to be said; at the press of a button the number; and take how it went."""
    outbound = _find(outbound_id, Channel.TELEPHONE)
    form = CallForm(request.POST if "outcome" in request.POST else None)
    number, said = "", ""
    if outbound.case is None or outbound.case.taken_by != current_member(request).id:
        return redirect("support:case", case_id=outbound.case_id) if outbound.case_id else redirect("support:calls")
    with on_case(request, outbound.case):
        if request.method == "POST" and form.is_valid():
            reaching.record_call(outbound, outcome=CallOutcome(form.cleaned_data["outcome"]))
            return redirect("support:calls")
        if request.method == "POST" and "show" in request.POST:
            number = reaching.show_number(outbound)
            said = write(outbound, context=require_acting()).mail.text.split("\n-- \n")[0]
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
def list_letters(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait to be printed or posted; no address."""
    shown = turn_page(request, cast("Sequence[Outbound]", letters_to_print()))
    return render(request, "support/console/letters.jinja", {"shown": shown, "owners": _owners(shown)})


@page(HANDLE, methods=("GET", "POST"))
def print_letter(request: HttpRequest, outbound_id: UUID) -> HttpResponse:
    """Print a letter, and note when it was posted."""
    outbound = _find(outbound_id, Channel.LETTER)
    form = PostedForm(request.POST if "on" in request.POST else None, initial={"on": clock.today()})
    if outbound.case is None or outbound.case.taken_by != current_member(request).id:
        return redirect("support:case", case_id=outbound.case_id) if outbound.case_id else redirect("support:letters")
    if request.method == "POST":
        with on_case(request, outbound.case):
            if form.is_valid():
                reaching.note_posted(outbound, on=form.cleaned_data["on"])
                return redirect("support:letters")
            if "print" in request.POST:
                written = write(outbound, context=require_acting())
                reaching.note_printed(outbound)
                return _show_letter(outbound, written)
    context = {"outbound": outbound, "case": outbound.case, "form": form}
    return render(request, "support/console/letter.jinja", context)


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
    outbound = _find(outbound_id, Channel.EMAIL)
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


def _show_letter(outbound: Outbound, written: Written) -> HttpResponse:
    """Return the letter as a PDF for an envelope with a window; no copy is stored."""
    from troth.ui.letter import PaperLetter, make_letter

    operator = read_operator()
    number = outbound.case.number if outbound.case is not None else ""
    text = written.mail.text.split("\n-- \n")[0].strip()
    content = make_letter(
        PaperLetter(
            house=operator.name,
            sender=operator.contacts.postal_address.strip().splitlines(),
            recipient=[written.name, *written.shown.splitlines()],
            on=clock.today(),
            reference=number,
            subject=written.mail.subject,
            paragraphs=text.split("\n\n"),
            foot=_("You get this letter because you asked to be answered by letter, or wrote to us by letter."),
        ),
        country=operator.country,
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number or "letter"}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _find(outbound_id: UUID, channel: Channel) -> Outbound:
    rows = Outbound.objects.select_related("case", "message", "decision")
    found = rows.filter(pk=outbound_id, channel=channel).first()
    if found is None:
        raise Http404
    return found


def _owners(rows: Sequence[Outbound]) -> dict[str, str]:
    return describe_members(str(row.case.taken_by) for row in rows if row.case is not None and row.case.taken_by)
