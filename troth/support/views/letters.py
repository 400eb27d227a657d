"""The console's letters: printed one by one or several at once, and noted as posted."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.ports import Channel
from troth.staff.api import current_member, require_trained
from troth.support.actions import reaching
from troth.support.forms import PostedForm
from troth.support.models import Outbound
from troth.support.queries import letters_to_print
from troth.support.sending import Written
from troth.support.views.console import HANDLE, on_case
from troth.support.views.reaching import find_outbound, owners_of
from troth.support.words import Going
from troth.ui.api import turn_page

if TYPE_CHECKING:
    from troth.ui.letter import PaperLetter

_MOST = 50
"""How many at once; a page of the list holds no more."""


@page(HANDLE)
def list_letters(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait to be printed or posted; no address."""
    shown = turn_page(request, cast("Sequence[Outbound]", letters_to_print()))
    context = {
        "shown": shown,
        "owners": owners_of(shown),
        "me": current_member(request).id,
        "form": PostedForm(initial={"on": clock.today()}),
        "done": request.GET.get("done", ""),
    }
    context |= {name: int(told) for name in ("count", "missed") if (told := request.GET.get(name, "0")[:3]).isdigit()}
    return render(request, "support/console/letters.jinja", context)


@page(HANDLE, methods=("GET", "POST"))
def print_letter(request: HttpRequest, outbound_id: UUID) -> HttpResponse:
    """Print a letter, and note when it was posted."""
    outbound = find_outbound(outbound_id, Channel.LETTER)
    form = PostedForm(request.POST if "on" in request.POST else None, initial={"on": clock.today()})
    if not _is_mine(request, outbound):
        return redirect("support:case", case_id=outbound.case_id) if outbound.case_id else redirect("support:letters")
    if request.method == "POST" and form.is_valid():
        _post(request, outbound, form)
        return redirect("support:letters")
    if request.method == "POST" and "print" in request.POST:
        paper = _print(request, outbound)
        if paper is not None:
            return _hand_out([paper], name=paper.reference or "letter")
    context = {"outbound": outbound, "case": outbound.case, "form": form}
    return render(request, "support/console/letter.jinja", context)


@page(HANDLE, methods=("POST",))
def print_many(request: HttpRequest) -> HttpResponse:
    """Print the ticked letters as one PDF; each is a look of its own, on its own case, and is noted as printed."""
    require_trained(str(current_member(request).id), at=clock.now())
    papers: list[PaperLetter] = []
    wanted = _read_ticked(request)

    def print_one(outbound: Outbound) -> bool:
        paper = _print(request, outbound)
        papers.extend([paper] if paper else [])
        return paper is not None

    done = _do_each(request, wanted, print_one)
    return _hand_out(papers, name="letters") if papers else _go_back("printed", done, len(wanted))


@page(HANDLE, methods=("POST",))
def post_many(request: HttpRequest) -> HttpResponse:
    """Note of the ticked letters that were printed on which day they were posted."""
    require_trained(str(current_member(request).id), at=clock.now())
    form, wanted = PostedForm(request.POST), _read_ticked(request)
    if not form.is_valid():
        raise Refused(_("Say on which day the letters were posted."), kept=_("They still wait."))

    def post_one(outbound: Outbound) -> bool:
        _post(request, outbound, form)
        return True

    return _go_back("posted", _do_each(request, wanted, post_one), len(wanted))


def _read_ticked(request: HttpRequest) -> list[UUID]:
    ids: list[UUID] = []
    for text in request.POST.getlist("letter")[:_MOST]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


def _do_each(request: HttpRequest, wanted: Sequence[UUID], do: Callable[[Outbound], bool]) -> int:
    """Do it with each of these letters that is the member's own; return with how many. What is refused is left out."""
    rows = Outbound.objects.select_related("case", "message", "decision").filter(
        pk__in=wanted, channel=Channel.LETTER, state=Going.WAITING
    )
    count = 0
    for outbound in rows.order_by("not_before", "pk"):
        if not _is_mine(request, outbound):
            continue
        try:
            count += do(outbound)
        except Refused:
            continue
    return count


def _go_back(done: str, count: int, wanted: int) -> HttpResponse:
    return redirect(f"{reverse('support:letters')}?done={done}&count={count}&missed={wanted - count}")


def _is_mine(request: HttpRequest, outbound: Outbound) -> bool:
    return outbound.case is not None and outbound.case.taken_by == current_member(request).id


def _print(request: HttpRequest, outbound: Outbound) -> "PaperLetter | None":
    """Open what a letter says and to whom, and note that it was printed; None where it is no longer needed."""
    assert outbound.case is not None  # noqa: S101  only the owner of its case comes here
    with on_case(request, outbound.case):
        written = reaching.write_by_hand(outbound)
        if written is None:
            return None
        reaching.note_printed(outbound)
    return _as_paper(outbound, written)


def _post(request: HttpRequest, outbound: Outbound, form: PostedForm) -> None:
    assert outbound.case is not None  # noqa: S101  only the owner of its case comes here
    with on_case(request, outbound.case):
        reaching.note_posted(outbound, on=form.cleaned_data["on"])


def _as_paper(outbound: Outbound, written: Written) -> "PaperLetter":
    """Return the letter as it stands on paper, in the client's language."""
    from troth.ui.letter import PaperLetter

    operator = read_operator()
    text = written.mail.text.split("\n-- \n")[0].strip()
    with override(written.language):
        foot = _("You get this letter because you asked to be answered by letter, or wrote to us by letter.")
    return PaperLetter(
        house=operator.name,
        sender=operator.contacts.postal_address.strip().splitlines(),
        recipient=[written.name, *written.shown.splitlines()],
        on=clock.today(),
        reference=outbound.case.number if outbound.case is not None else "",
        subject=written.mail.subject,
        paragraphs=text.split("\n\n"),
        foot=foot,
        language=written.language,
    )


def _hand_out(papers: Sequence["PaperLetter"], *, name: str) -> HttpResponse:
    """Return letters as one PDF for envelopes with a window; no copy is stored."""
    from troth.ui.letter import make_letters

    content = make_letters(papers, country=read_operator().country)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'{"inline" if len(papers) == 1 else "attachment"}; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
