"""The pages of the password, the e-mail address and the sessions of who is signed in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.accounts import kept
from troth.accounts.actions import address
from troth.accounts.actions.access import end_session, end_sessions
from troth.accounts.actions.password import change_password
from troth.accounts.evenness import even_time
from troth.accounts.forms_details import ChangePasswordForm, NewAddressForm
from troth.accounts.limits import TooMany
from troth.accounts.links import read_link
from troth.accounts.models import Account, KeptSignIn, LinkKind, MailedLink, Profile, Session
from troth.accounts.passwords import read_strength
from troth.accounts.visitors import as_client, current_account, read_sent, require_subject, see_other
from troth.kernel.errors import AccessDenied
from troth.kernel.pages import CLIENT, FRESH, PUBLIC, page
from troth.kernel.purposes import Purpose
from troth.vault.api import DeclaredForm

_FORM = ("GET", "POST")
_UNPROCESSABLE = 422


# -- The password -----------------------------------------------------------------------------------------------------


@page(CLIENT, methods=_FORM)
def show_password_change(request: HttpRequest) -> HttpResponse:
    """Take the old password and a new one; everything else that is signed in ends."""
    account = _require_account(request)
    with as_client(request, purpose=Purpose.SECURITY):
        opened = Profile.objects.get(subject_id=account.id).open("name", "email", "user_name")
    form = ChangePasswordForm(read_sent(request), own_words=[str(value) for value in opened.values()])
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            with as_client(request, purpose=Purpose.SECURITY):
                changed = change_password(
                    account=account,
                    before=form.cleaned_data["before"],
                    after=form.cleaned_data["password"],
                    session_id=_session_id(request),
                )
        except TooMany as refusal:
            form.add_error(None, f"{refusal.message} {refusal.next_step}")
            status = refusal.status
        else:
            if changed:
                request.session.renew()  # type: ignore[attr-defined]
                return see_other("accounts:password_changed", query=form.tell_strength())
            form.add_error("before", _("This is not your present password."))
    return _show(request, "accounts/password_change.jinja", form, status=status, user_name=opened.user_name)


@page(CLIENT)
def password_changed(request: HttpRequest) -> HttpResponse:
    """Say that the password is changed."""
    return render(request, "accounts/password_changed.jinja", {"strength": read_strength(request)})


# -- The e-mail address -----------------------------------------------------------------------------------------------


@page(FRESH, methods=_FORM)
def change_email(request: HttpRequest) -> HttpResponse:
    """Take another address and write to it; the same answer whether it is known or not."""
    subject_id = require_subject(request)
    address.require_changeable(subject_id)
    form = NewAddressForm(read_sent(request))
    if request.method == "POST" and form.is_valid():
        with even_time(), as_client(request):
            address.ask_change(subject_id=subject_id, email=form.values["email"])
        return see_other("accounts:email_sent")
    with as_client(request):
        present = Profile.objects.get(subject_id=subject_id).open("email").email
    return _show(request, "accounts/email_change.jinja", form, present=present)


@page(CLIENT)
def email_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way to the new address."""
    return render(request, "accounts/email_sent.jinja")


@page(PUBLIC)
def open_email_link(request: HttpRequest, code: str) -> HttpResponse:
    """Take the code of the mail to the new address out of the page's own address. Nothing is changed yet."""
    return _take_code(request, code, kind=LinkKind.EMAIL_CHANGE, to="accounts:email_confirm")


@page(PUBLIC, methods=_FORM)
def confirm_email(request: HttpRequest) -> HttpResponse:
    """Make the new address count."""
    link = _read_taken(request, LinkKind.EMAIL_CHANGE)
    if request.method == "POST":
        address.confirm_change(link)
        return see_other("accounts:email_done")
    return render(request, "accounts/email_confirm.jinja")


@page(PUBLIC)
def email_done(request: HttpRequest) -> HttpResponse:
    """Say that the new address counts."""
    return render(request, "accounts/email_done.jinja")


@page(PUBLIC)
def open_undo_link(request: HttpRequest, code: str) -> HttpResponse:
    """Take the code of the mail to the old address out of the page's own address. Nothing is changed yet."""
    return _take_code(request, code, kind=LinkKind.EMAIL_UNDO, to="accounts:email_undo")


@page(PUBLIC, methods=_FORM)
def undo_email(request: HttpRequest) -> HttpResponse:
    """Take a change of the address back."""
    link = _read_taken(request, LinkKind.EMAIL_UNDO)
    if request.method == "POST":
        address.undo_change(link)
        request.session.flush()
        return see_other("accounts:email_undone")
    return render(request, "accounts/email_undo.jinja")


@page(PUBLIC)
def email_undone(request: HttpRequest) -> HttpResponse:
    """Say that the old address counts again, and what to do next."""
    return render(request, "accounts/email_undone.jinja")


# -- Sessions ---------------------------------------------------------------------------------------------------------


@page(CLIENT)
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Show where the client is signed in, and the browsers that keep it signed in."""
    subject_id = require_subject(request)
    context = {
        "sessions": Session.objects.filter(subject_id=subject_id).order_by("-id"),
        "kept": KeptSignIn.objects.filter(subject_id=subject_id).order_by("-id"),
        "present_id": _session_id(request),
    }
    return render(request, "accounts/sessions.jinja", context)


@page(CLIENT, methods=("POST",))
def end_one_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one session, with the kept sign-in that it came of."""
    with as_client(request):
        end_session(require_subject(request), session_id=session_id)
    return see_other("accounts:sessions")


@page(CLIENT, methods=("POST",))
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session but this one, and every kept sign-in."""
    with as_client(request):
        end_sessions(require_subject(request), but=_session_id(request))
    return see_other("accounts:sessions")


@page(CLIENT, methods=("POST",))
def end_kept_sign_in(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """Keep one browser signed in no longer; it stays signed in until it is closed."""
    with as_client(request):
        kept.end_series(require_subject(request), series_id=series_id)
    return see_other("accounts:sessions")


# -- Shared -----------------------------------------------------------------------------------------------------------


def _require_account(request: HttpRequest) -> Account:
    account = current_account(request)
    if account is None:
        raise AccessDenied("Nobody is signed in.")
    return account


def _session_id(request: HttpRequest) -> UUID | None:
    row = request.session.row  # type: ignore[attr-defined]
    return row.id if row is not None else None


def _take_code(request: HttpRequest, code: str, *, kind: str, to: str) -> HttpResponse:
    """Move a mailed code from the address into the sealed session, so that no later page, history or log shows it."""
    read_link(code, kind=kind)
    request.session[f"code_{kind}"] = code
    return see_other(to)


def _read_taken(request: HttpRequest, kind: str) -> MailedLink:
    return read_link(request.session.get(f"code_{kind}", ""), kind=kind)


def _show(request: HttpRequest, template: str, form: DeclaredForm, *, status: int = 0, **more: object) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **more}, status=status or (_UNPROCESSABLE if wrong else 200))
