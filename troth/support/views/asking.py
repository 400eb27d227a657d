"""The visitor's and the client's pages: ask, read one's case, write on, say how it was, and how to be reached."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import as_client, current_subject, require_subject
from troth.kernel.acting import VISITOR, acting
from troth.kernel.errors import Refused
from troth.kernel.pages import CLIENT, PUBLIC, page
from troth.kernel.purposes import Purpose
from troth.staff.api import describe_members
from troth.support.actions.opening import SENDER_VALUES, Inquiry, acknowledge, holds_card_number, open_inquiry, write_on
from troth.support.actions.reaching import change_wish
from troth.support.files import Sniffed, sniff_all
from troth.support.forms import AskForm, RateForm, WishForm, WriteOnForm, wish_values
from troth.support.models import Case
from troth.support.queries import cases_of, find_case_of, find_thread, find_wish
from troth.support.showing import show_thread
from troth.support.views.files import hand_out
from troth.support.words import LIVE, State, Topic


@page(PUBLIC, methods=("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask something, with or without an account; the page then says the number."""
    subject_id = current_subject(request)
    form = AskForm(request.POST or None, request.FILES or None, is_client=subject_id is not None)
    if request.method == "POST" and form.is_valid():
        files = _read_files(request, form)
        if files is not None:
            case = _open(request, form, files, subject_id)
            if subject_id is not None:
                return redirect("support:my_case", case_id=case.id)
            return render(request, "support/asked.jinja", _say_asked(form, files, case))
    return render(request, "support/ask.jinja", {"form": form, "is_client": subject_id is not None})


@page(CLIENT)
def my_cases(request: HttpRequest) -> HttpResponse:
    """Show the client's own cases."""
    return render(request, "support/mine.jinja", {"cases": cases_of(require_subject(request), limit=200)})


@page(CLIENT, methods=("GET", "POST"))
def my_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one case with its thread, and take what the client adds."""
    subject_id = require_subject(request)
    case = _find(request, case_id)
    form = WriteOnForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = _read_files(request, form)
        if files is not None:
            with as_client(request, purpose=Purpose.SUPPORT):
                write_on(subject_id=subject_id, case=case, body=form.values["body"], files=files)
            return redirect("support:my_case", case_id=case.id)
    with as_client(request, purpose=Purpose.SUPPORT):
        opened = case.open("title", "rating", "remark")
        thread = show_thread(find_thread(case))
    owner = describe_members([str(case.taken_by)]).get(str(case.taken_by), "") if case.taken_by else ""
    is_over = case.state in {State.CLOSED, State.WAITING}
    context = {
        "case": case,
        "title": opened.title,
        "thread": thread,
        "form": form,
        "owner": owner,
        "is_open": case.state in LIVE,
    }
    return render(
        request, "support/my_case.jinja", {**context, "rate_form": RateForm(opened=opened) if is_over else None}
    )


@page(CLIENT, methods=("POST",))
def rate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take how content the client was; an empty answer is an answer too."""
    case = _find(request, case_id)
    form = RateForm(request.POST)
    if form.is_valid():
        with as_client(request, purpose=Purpose.SUPPORT):
            form.put_into(case)
            case.save(update_fields=[])
    return redirect("support:my_case", case_id=case.id)


@page(CLIENT)
def my_file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file of the client's own case, sandboxed."""
    case = _find(request, case_id)
    with as_client(request, purpose=Purpose.SUPPORT):
        return hand_out(case, file_id)


@page(CLIENT, methods=("GET", "POST"))
def wish(request: HttpRequest) -> HttpResponse:
    """Choose by what way to be reached, for answers and for orders (G3)."""
    subject_id = require_subject(request)
    form = WishForm(request.POST or None, initial=wish_values(find_wish(subject_id)))
    if request.method == "POST" and form.is_valid():
        with as_client(request):
            try:
                change_wish(subject_id=subject_id, values=form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, f"{refusal.message} {refusal.next_step}")
            else:
                return redirect("/admin/#wishes")
    return render(request, "support/wish.jinja", {"form": form})


def _open(request: HttpRequest, form: AskForm, files: list[Sniffed], subject_id: UUID | None) -> Case:
    inquiry = Inquiry(
        title=form.values["title"],
        body=form.cleaned_data["body"],
        topic=Topic(form.cleaned_data["topic"]),
        sender={name: form.values.get(name) for name in SENDER_VALUES},
        files=files,
    )
    if subject_id is None:
        with acting(actor=VISITOR, purpose=Purpose.SUPPORT):
            return open_inquiry(subject_id=None, inquiry=inquiry)
    with as_client(request, purpose=Purpose.SUPPORT):
        case = open_inquiry(subject_id=subject_id, inquiry=inquiry)
        acknowledge(case)
        return case


def _say_asked(form: AskForm, files: list[Sniffed], case: Case) -> dict[str, object]:
    lost_card = holds_card_number(f"{form.values['title']}\n{form.cleaned_data['body']}", files)
    return {"number": case.number, "due": case.due_at, "lost_card": lost_card}


def _read_files(request: HttpRequest, form: AskForm | WriteOnForm) -> list[Sniffed] | None:
    """Return the files that were sent; None where one is not taken, and the form says why."""
    try:
        return sniff_all(request.FILES.getlist("file"))
    except Refused as refusal:
        form.add_error("file", f"{refusal.message} {refusal.next_step}")
        return None


def _find(request: HttpRequest, case_id: UUID) -> Case:
    case = find_case_of(require_subject(request), case_id)
    if case is None:
        raise Http404(_("There is no such inquiry of yours."))
    return case
