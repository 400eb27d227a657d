"""The pages on the way in: a passkey, a second factor, coming back; and showing again to be the one."""

from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.accounts import limits, sign_in
from troth.accounts.actions import leaving
from troth.accounts.events import Event
from troth.accounts.factors import passkeys
from troth.accounts.forms_factors import ConfirmIdentityForm, PasskeyForm, SecondFactorForm
from troth.accounts.gates import Method
from troth.accounts.limits import TooMany, take_token
from troth.accounts.models import Account, AccountState
from troth.accounts.queries import get_account
from troth.accounts.second_step import check_any_code, needs_code, step_up
from troth.accounts.visitors import as_client, current_account, read_sent, require_subject, see_other
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.pages import CLIENT, PUBLIC, page
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.api import DeclaredForm, find_receipt

_FORM = ("GET", "POST")
_UNPROCESSABLE = 422


# -- Signing in -------------------------------------------------------------------------------------------------------


@page(PUBLIC, methods=_FORM)
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: no user name is typed, and the page does not know who comes."""
    form = PasskeyForm(read_sent(request))
    next_path = request.GET.get("next", "")
    if request.method == "POST":
        take_token(request, "sign_in")
        if form.is_valid():
            subject_id = passkeys.check_used(request, form.cleaned_data["answer"])
            account = get_account(subject_id)
            if account is not None and account.state != AccountState.UNVERIFIED:
                return sign_in.begin_sign_in(request, account=account, method=Method.PASSKEY, next_path=next_path)
    options = passkeys.ask_to_use(request) if passkeys.find_host(request) else ""
    return _show(request, "accounts/passkey_sign_in.jinja", form, options=options)


@page(PUBLIC, methods=_FORM)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Take a code after the password."""
    account = sign_in.pending_account(request)
    form = SecondFactorForm(read_sent(request))
    status = 0
    if request.method == "POST":
        take_token(request, "sign_in")
        if form.is_valid():
            method, status = _check_code(account.id, form)
            if method is not None:
                return sign_in.pass_step(request, method)
    return _show(request, "accounts/second_factor.jinja", form, status=status, **_list_ways(account))


@page(PUBLIC, methods=_FORM)
def second_factor_passkey(request: HttpRequest) -> HttpResponse:
    """Take a passkey after the password."""
    account = sign_in.pending_account(request)
    form = PasskeyForm(read_sent(request))
    if request.method == "POST" and form.is_valid():
        passkeys.check_used(request, form.cleaned_data["answer"], subject_id=account.id)
        return sign_in.pass_step(request, Method.PASSKEY)
    options = passkeys.ask_to_use(request, subject_id=account.id) if passkeys.find_host(request) else ""
    return _show(request, "accounts/second_factor_passkey.jinja", form, options=options)


@page(PUBLIC, methods=_FORM)
def come_back(request: HttpRequest) -> HttpResponse:
    """Offer the owner of a deactivated or leaving account to come back, after everything else was shown."""
    account = sign_in.pending_account(request)
    waiting = sign_in.continue_sign_in(request)
    if waiting.get("Location") != request.path:
        return waiting
    if request.method == "POST":
        with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
            if account.state == AccountState.LEAVING:
                leaving.cancel_deletion(subject_id=account.id)
            else:
                leaving.reactivate(subject_id=account.id)
        return sign_in.continue_sign_in(request)
    return render(request, "accounts/come_back.jinja", {"account": account})


# -- Showing again to be the one --------------------------------------------------------------------------------------


@page(CLIENT, methods=_FORM)
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Take the password again before something dangerous, and a code where this session has shown none."""
    subject_id, asks_code = require_subject(request), needs_code(request)
    form = ConfirmIdentityForm(read_sent(request), needs_code=asks_code)
    status = 0
    if request.method == "POST" and form.is_valid():
        methods, status = _check_identity(current_account(request), form, asks_code=asks_code)
        if methods:
            return _finish_stepping_up(request, *methods)
    more = {"has_passkey": passkeys.has_passkey(subject_id), "next_path": _read_next(request)}
    return _show(request, "accounts/confirm_identity.jinja", form, status=status, **more)


@page(CLIENT, methods=_FORM)
def confirm_by_passkey(request: HttpRequest) -> HttpResponse:
    """Take a passkey before something dangerous."""
    subject_id = require_subject(request)
    form = PasskeyForm(read_sent(request))
    if request.method == "POST" and form.is_valid():
        passkeys.check_used(request, form.cleaned_data["answer"], subject_id=subject_id)
        return _finish_stepping_up(request, Method.PASSKEY)
    options = passkeys.ask_to_use(request, subject_id=subject_id) if passkeys.find_host(request) else ""
    return _show(request, "accounts/confirm_passkey.jinja", form, options=options, next_path=_read_next(request))


def _check_identity(
    account: Account | None, form: ConfirmIdentityForm, *, asks_code: bool
) -> tuple[tuple[Method, ...], int]:
    """Return by what the client showed to be the one, nothing where it did not, and the status to answer with."""
    if account is None:
        return (), 0
    try:
        limits.count_try("confirm_identity", str(account.id))
    except TooMany as refusal:
        return (), _say(form, refusal)
    if not check_password(form.cleaned_data["password"], account.password):
        form.add_error("password", _("This is not your password."))
        return (), 0
    limits.forget_tries("confirm_identity", str(account.id))
    if not asks_code:
        return (Method.PASSWORD,), 0
    method, status = _check_code(account.id, form)
    return ((Method.PASSWORD, method) if method else ()), status


def _finish_stepping_up(request: HttpRequest, *methods: Method) -> HttpResponse:
    with as_client(request, purpose=Purpose.SECURITY):
        record(event=Event.IDENTITY_SHOWN, subject_id=require_subject(request))
    step_up(request, *methods)
    return see_other(_read_next(request) or sign_in.find_home(request))


# -- After the end ----------------------------------------------------------------------------------------------------


@page(PUBLIC)
def fetch_receipt(_request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Give the receipt of an erasure to who has its number, which the last mail held."""
    receipt = find_receipt(erasure_id)
    if not receipt:
        raise Refused(
            _("There is no receipt under this number yet."),
            kept=_("An erasure is finished in the night after it was due."),
            next_step=_("Open this address again tomorrow."),
        )
    response = HttpResponse(receipt, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{erasure_id}.txt"'
    return response


# -- Shared -----------------------------------------------------------------------------------------------------------


def _check_code(subject_id: UUID, form: DeclaredForm) -> tuple[Method | None, int]:
    """Return the method of a right code, or say beside the input what is wrong; and the status to answer with."""
    try:
        method = check_any_code(subject_id, form.cleaned_data["code"])
    except TooMany as refusal:
        return None, _say(form, refusal)
    if method is None:
        form.add_error("code", _("This code is not right, or was used already. Wait for the next one and give that."))
    return method, 0


def _list_ways(account: Account) -> dict[str, object]:
    return {"has_passkey": passkeys.has_passkey(account.id)}


def _read_next(request: HttpRequest) -> str:
    return sign_in.keep_inside(request, request.GET.get("next", ""))


def _say(form: DeclaredForm, refusal: TooMany) -> int:
    form.add_error(None, f"{refusal.message} {refusal.next_step}")
    return refusal.status


def _show(request: HttpRequest, template: str, form: DeclaredForm, *, status: int = 0, **more: object) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **more}, status=status or (_UNPROCESSABLE if wrong else 200))
