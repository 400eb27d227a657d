"""The pages of passkeys, one-time codes and recovery codes (A2)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from troth.accounts.actions import factors
from troth.accounts.factors import codes, passkeys, recovery
from troth.accounts.forms_factors import AddCodesForm, AddPasskeyForm, LabelForm
from troth.accounts.models import Factor, FactorKind, Profile
from troth.accounts.visitors import as_client, read_sent, require_subject, see_other
from troth.kernel.errors import Refused
from troth.kernel.pages import CLIENT, FRESH, page
from troth.kernel.purposes import Purpose
from troth.vault.api import DeclaredForm, Taken

_FORM = ("GET", "POST")
_UNPROCESSABLE = 422
_SEED = "codes_seed"


@page(CLIENT)
def list_factors(request: HttpRequest) -> HttpResponse:
    """Show the client's passkeys, its generator, and how many recovery codes are left."""
    subject_id = require_subject(request)
    held = list(Factor.objects.filter(subject_id=subject_id).order_by("id"))
    with as_client(request):
        labels = [factor.open("label").label or factor.get_kind_display() for factor in held]
    context = {
        "rows": list(zip(held, labels, strict=True)),
        "has_codes": any(factor.kind == FactorKind.CODES for factor in held),
        "recovery_left": recovery.count_left(subject_id),
    }
    return render(request, "accounts/factors.jinja", context)


@page(FRESH, methods=_FORM)
def add_codes(request: HttpRequest) -> HttpResponse:
    """Show a new generator's secret as a picture and as text; add it once its first code is right."""
    form = AddCodesForm(read_sent(request))
    seed = request.session.get(_SEED) or codes.make_seed()
    request.session[_SEED] = seed
    subject_id = require_subject(request)
    if request.method == "POST" and form.is_valid():
        with as_client(request, purpose=Purpose.SECURITY):
            added = factors.add_codes(
                subject_id=subject_id, seed=seed, code=form.cleaned_data["code"], label=form.values["label"] or ""
            )
        if added is not None:
            del request.session[_SEED]
            return _go_on(subject_id)
        form.add_error("code", _("This is not the code of this moment. See that your telephone’s clock is right."))
    address = codes.write_address(seed, user_name=_read_user_name(request))
    # segno draws it of numbers alone; no text of anybody's is in it.
    picture = mark_safe(codes.draw_picture(address))  # noqa: S308
    context = {"picture": picture, "address": address, "spelt": codes.spell_seed(seed)}
    return _show(request, "accounts/add_codes.jinja", form, **context)


@page(FRESH, methods=_FORM)
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser make a passkey, and add it."""
    subject_id = require_subject(request)
    form = AddPasskeyForm(read_sent(request))
    if request.method == "POST" and form.is_valid():
        made = passkeys.check_made(request, form.cleaned_data["answer"], subject_id=subject_id)
        try:
            with as_client(request, purpose=Purpose.SECURITY):
                factors.add_factor(
                    subject_id=subject_id,
                    kind=FactorKind.PASSKEY,
                    credential=made.credential,
                    credential_id=made.credential_id,
                    counter=made.counter,
                    label=form.values["label"] or "",
                )
        except Taken:
            raise Refused(_("This passkey is registered already."), kept=_("Nothing was changed.")) from None
        return _go_on(subject_id)
    host = passkeys.find_host(request)
    options = passkeys.ask_to_make(request, subject_id=subject_id, user_name=_read_user_name(request)) if host else ""
    return _show(request, "accounts/add_passkey.jinja", form, options=options)


@page(FRESH, methods=_FORM)
def rename_factor(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Change what the client calls a passkey or generator."""
    factor = _get_factor(request, factor_id)
    with as_client(request):
        form = LabelForm(read_sent(request), opened=factor.open("label"))
        if request.method == "POST" and form.is_valid():
            form.put_into(factor)
            factor.save()
            return see_other("accounts:factors")
    return _show(request, "accounts/rename_factor.jinja", form, factor=factor)


@page(FRESH, methods=_FORM)
def remove_factor(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Say what removing means, and do it."""
    factor = _get_factor(request, factor_id)
    if request.method == "POST":
        with as_client(request, purpose=Purpose.SECURITY):
            factors.remove_factor(subject_id=factor.subject_id, factor_id=factor.id)
        return see_other("accounts:factors")
    with as_client(request):
        label = factor.open("label").label or factor.get_kind_display()
    is_last = not Factor.objects.filter(subject_id=factor.subject_id).exclude(pk=factor.pk).exists()
    return render(request, "accounts/remove_factor.jinja", {"factor": factor, "label": label, "is_last": is_last})


@page(FRESH, methods=_FORM)
def make_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Say what recovery codes are; make ten and show them this once, in the answer itself."""
    subject_id = require_subject(request)
    made: list[str] = []
    if request.method == "POST":
        with as_client(request, purpose=Purpose.SECURITY):
            made = factors.make_recovery_codes(subject_id=subject_id)
    context = {"made": made, "left": recovery.count_left(subject_id)}
    return render(request, "accounts/recovery_codes.jinja", context)


def _go_on(subject_id: UUID) -> HttpResponse:
    """After a factor was added: to the recovery codes where there are none yet, else to the list."""
    return see_other("accounts:factors" if recovery.count_left(subject_id) else "accounts:recovery_codes")


def _get_factor(request: HttpRequest, factor_id: UUID) -> Factor:
    factor = Factor.objects.filter(pk=factor_id, subject_id=require_subject(request)).first()
    if factor is None:
        raise Refused(_("There is no such passkey or generator."), next_step=_("Look at the list again."))
    return factor


def _read_user_name(request: HttpRequest) -> str:
    with as_client(request):
        return str(Profile.objects.get(subject_id=require_subject(request)).open("user_name").user_name)


def _show(request: HttpRequest, template: str, form: DeclaredForm, **more: object) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **more}, status=_UNPROCESSABLE if wrong else 200)
