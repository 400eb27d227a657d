"""The pages on which a client tells and changes what it wants to (B3, B4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.accounts.actions.details import choose_interests
from troth.accounts.forms_details import DetailsForm, InterestsForm
from troth.accounts.models import Profile
from troth.accounts.preferences import forget_preferences
from troth.accounts.visitors import as_client, read_sent, require_subject, see_other
from troth.kernel.pages import CLIENT, page
from troth.vault.api import DeclaredForm

_FORM = ("GET", "POST")
_UNPROCESSABLE = 422


@page(CLIENT, methods=_FORM)
def change_details(request: HttpRequest) -> HttpResponse:
    """Show the optional details, each with what it changes; take those that the client gives."""
    with as_client(request):
        profile = Profile.objects.get(subject_id=require_subject(request))
        form = DetailsForm(read_sent(request), opened=profile.open(*DetailsForm.declared_attributes()))
        if request.method == "POST" and form.is_valid():
            form.put_into(profile)
            profile.save()
            forget_preferences(request)
            return see_other("rights:admin")
    return _show(request, "accounts/details.jinja", form)


@page(CLIENT, methods=_FORM)
def change_interests(request: HttpRequest) -> HttpResponse:
    """Show the services, those chosen ticked; take the choice."""
    with as_client(request):
        profile = Profile.objects.get(subject_id=require_subject(request))
        form = InterestsForm(read_sent(request), opened=profile.open("interests"))
        if request.method == "POST" and form.is_valid():
            choose_interests(profile, form.values["interests"] or ())
            return see_other("rights:admin")
    return _show(request, "accounts/interests.jinja", form)


def _show(request: HttpRequest, template: str, form: DeclaredForm) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, {"form": form}, status=_UNPROCESSABLE if wrong else 200)
