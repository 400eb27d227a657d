"""The pages of joining, confirming, signing in and out, and setting a new password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.accounts import sign_in
from troth.accounts.actions import access, registration
from troth.accounts.evenness import even_time
from troth.accounts.forms import ConfirmForm, JoinForm, LoginForm, NewPasswordForm, ResendForm, SignInForm
from troth.accounts.gates import Method, is_signed_in
from troth.accounts.limits import TooMany, take_token
from troth.accounts.links import read_link
from troth.accounts.models import LinkKind, MailedLink, Profile
from troth.accounts.passwords import read_strength
from troth.accounts.visitors import see_other
from troth.kernel.acting import acting, client
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT, PUBLIC, page
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.vault.api import DeclaredForm, Opened

_READ = ("GET",)
_FORM = ("GET", "POST")
_UNPROCESSABLE = 422


# -- Joining ----------------------------------------------------------------------------------------------------------


@page(PUBLIC, methods=_FORM)
def join(request: HttpRequest) -> HttpResponse:
    """Show the registration form, or take it (B1)."""
    require_open(Feature.REGISTRATION)
    if is_signed_in(request):
        return see_other(sign_in.find_home(request))
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        take_token(request, "join")
        if form.is_valid() and _register(form):
            return see_other("accounts:join_sent", query=form.tell_strength())
    return _show(request, "accounts/join.jinja", form)


def _register(form: JoinForm) -> bool:
    """Register and return True, or say beside the user name that it is taken and return False."""
    try:
        with even_time():
            registration.register(values=form.values, password=form.cleaned_data["password"])
    except registration.UserNameTaken:
        form.add_error("user_name", _("This user name is taken. Choose another."))
        return False
    return True


@page(PUBLIC)
def join_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way; the same to everybody."""
    told = {"numbers": read_operator().numbers, "strength": read_strength(request)}
    return render(request, "accounts/join_sent.jinja", told)


@page(PUBLIC, methods=_FORM)
def resend(request: HttpRequest) -> HttpResponse:
    """Send the welcome mail again; the same answer to everybody."""
    form = ResendForm(request.POST or None)
    if request.method == "POST":
        take_token(request, "mail")
        if form.is_valid():
            with even_time():
                registration.resend_welcome_to(form.values["email"])
            return see_other("accounts:join_sent")
    return _show(request, "accounts/resend.jinja", form)


@page(PUBLIC)
def open_welcome(request: HttpRequest, code: str) -> HttpResponse:
    """Take the code of a welcome mail out of the address, and show the page that confirms. Nothing is changed yet."""
    return _take_code(request, code, kind=LinkKind.WELCOME, to="accounts:confirm")


@page(PUBLIC, methods=_FORM)
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm user name and password, and sign in (G1)."""
    link = _read_taken(request, LinkKind.WELCOME)
    if link is None:
        return see_other("accounts:resend")
    form = ConfirmForm(request.POST or None)
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            account = registration.confirm_account(link=link, password=form.cleaned_data["password"])
        except TooMany as refusal:
            status = _say(form, refusal)
        else:
            if account is not None:
                return sign_in.begin_sign_in(request, account=account, method=Method.PASSWORD)
            form.add_error("password", _("This is not the password that was chosen at registration."))
    user_name = _open_own(link, "user_name").user_name
    return _show(request, "accounts/confirm.jinja", form, status=status, user_name=user_name)


# -- Signing in and out -----------------------------------------------------------------------------------------------


@page(PUBLIC, methods=_FORM)
def show_sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in form, or take it; a wrong name and a wrong password get the same answer."""
    if request.method == "GET" and is_signed_in(request):
        return see_other(sign_in.find_home(request))
    form = SignInForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    status = 0
    if request.method == "POST":
        take_token(request, "sign_in")
        if form.is_valid():
            given = form.cleaned_data
            try:
                account = sign_in.check_sign_in(login=given["login"], password=given["password"])
            except TooMany as refusal:
                status = _say(form, refusal)
            else:
                if account is not None:
                    return sign_in.begin_sign_in(
                        request,
                        account=account,
                        method=Method.PASSWORD,
                        keep=given["keep"],
                        next_path=given["next"],
                    )
                form.add_error(
                    None,
                    _(
                        "User name, e-mail address or password is not right; or the account still waits for its "
                        "confirmation, for which we sent a mail."
                    ),
                )
    return _show(request, "accounts/sign_in.jinja", form, status=status)


@page(CLIENT, methods=_FORM)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask by GET, and sign out by POST: the browser is told to forget what it holds of this site."""
    if request.method != "POST":
        return render(request, "accounts/sign_out.jinja")
    access.sign_out(request)
    response = see_other("accounts:signed_out")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@page(PUBLIC)
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the session has ended."""
    return render(request, "accounts/signed_out.jinja")


# -- A new password by mail -------------------------------------------------------------------------------------------


@page(PUBLIC, methods=_FORM)
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Take a user name or address, and send its owner a link; the same answer to everybody."""
    form = LoginForm(request.POST or None)
    if request.method == "POST":
        take_token(request, "mail")
        if form.is_valid():
            with even_time():
                access.ask_reset(form.cleaned_data["login"])
            return see_other("accounts:reset_sent")
    return _show(request, "accounts/reset_ask.jinja", form)


@page(PUBLIC)
def reset_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, if there is such an account."""
    return render(request, "accounts/reset_sent.jinja", {"numbers": read_operator().numbers})


@page(PUBLIC)
def open_reset(request: HttpRequest, code: str) -> HttpResponse:
    """Take the code of a reset mail out of the address, and show the page that sets the password."""
    return _take_code(request, code, kind=LinkKind.RESET, to="accounts:reset")


@page(PUBLIC, methods=_FORM)
def reset(request: HttpRequest) -> HttpResponse:
    """Set the new password."""
    link = _read_taken(request, LinkKind.RESET)
    if link is None:
        return see_other("accounts:reset_ask")
    opened = _open_own(link, "name", "email", "user_name")
    form = NewPasswordForm(request.POST or None, own_words=[str(value) for value in opened.values()])
    if request.method == "POST" and form.is_valid():
        access.set_password_by_link(link=link, password=form.cleaned_data["password"])
        request.session.flush()
        return see_other("accounts:reset_done", query=form.tell_strength())
    return _show(request, "accounts/reset.jinja", form, user_name=opened.user_name)


@page(PUBLIC)
def reset_done(request: HttpRequest) -> HttpResponse:
    """Say that the password is set, and that everything that was signed in has ended."""
    return render(request, "accounts/reset_done.jinja", {"strength": read_strength(request)})


# -- Shared -----------------------------------------------------------------------------------------------------------


def _show(request: HttpRequest, template: str, form: DeclaredForm, *, status: int = 0, **more: object) -> HttpResponse:
    """Show a page of one form; with errors its status says that what was sent could not be used."""
    wrong = form.is_bound and bool(form.errors)
    context = {"form": form, "numbers": read_operator().numbers, **more}
    return render(request, template, context, status=status or (_UNPROCESSABLE if wrong else 200))


def _say(form: DeclaredForm, refusal: TooMany) -> int:
    """Put a refusal on top of the form and return the status to answer with."""
    form.add_error(None, f"{refusal.message} {refusal.next_step}")
    return refusal.status


def _take_code(request: HttpRequest, code: str, *, kind: str, to: str) -> HttpResponse:
    """Move a mailed code from the address into the sealed session, so that no later page, history or log shows it."""
    read_link(code, kind=kind)
    request.session[f"code_{kind}"] = code
    return see_other(to)


def _read_taken(request: HttpRequest, kind: str) -> MailedLink | None:
    """Return the link whose code was moved into the session, or None where none was; raise LinkRefused as read_link."""
    code = request.session.get(f"code_{kind}")
    return read_link(code, kind=kind) if code else None


def _open_own(link: MailedLink, *names: str) -> Opened:
    """Open values for who shows a mailed link: its code is known to the owner of the address alone."""
    with acting(actor=client(link.subject_id), purpose=Purpose.SECURITY):
        return Profile.objects.get(subject_id=link.subject_id).open(*names)
