"""Contact details in the console: a list without a value, and one look at a time, on a case that somebody took."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members
from troth.surveys.actions.contacting import finish_contact, show_contact, take_contact
from troth.surveys.cases import case_of
from troth.surveys.definition.reading import read_definition
from troth.surveys.models import Contact
from troth.surveys.models.personal import CONTACT
from troth.ui.api import turn_page

_HANDLE = f"staff:{Permission.HANDLE_SURVEY_CONTACTS}"


@page(_HANDLE)
def list_contacts(request: HttpRequest) -> HttpResponse:
    """Show which surveys left somebody to come back to: numbers and days, no value of anybody."""
    found = Contact.objects.filter(until__gte=clock.today()).select_related("survey").order_by("until", "pk")
    shown = turn_page(request, cast("Sequence[Contact]", found))
    context = {
        "shown": shown,
        "lines": [(each, read_definition(each.survey.definition).title) for each in shown.object_list],
        "owners": describe_members(str(each.taken_by) for each in shown.object_list if each.taken_by),
    }
    return render(request, "surveys/console/contacts.jinja", context)


@page(_HANDLE, methods=("GET", "POST"))
def show(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Show one: whose hands it is in; and by POST take it, look at it, or delete it as done."""
    contact, verb = _find(contact_id), request.POST.get("do", "")
    opened = None
    with acting_as_staff(request, purpose=Purpose.SURVEYS, case=case_of(contact)):
        if verb == "take":
            take_contact(contact)
        elif verb == "look":
            opened = show_contact(contact)
        elif verb == "finish":
            finish_contact(contact)
            return redirect("surveys:contacts")
    if verb == "take":
        return redirect("surveys:contact", contact_id=contact.pk)
    member = current_member(request)
    context = {
        "contact": contact,
        "definition": read_definition(contact.survey.definition),
        "mine": contact.taken_by == member.id,
        "owner": describe_members([str(contact.taken_by)]).get(str(contact.taken_by), "") if contact.taken_by else "",
        "member": member,
        "values": [(CONTACT[name].label, opened[name]) for name in CONTACT if opened[name]] if opened else [],
        "looked": opened is not None,
    }
    return render(request, "surveys/console/contact.jinja", context)


def _find(contact_id: UUID) -> Contact:
    found = Contact.objects.filter(pk=contact_id, until__gte=clock.today()).select_related("survey").first()
    if found is None:
        raise Http404
    return found
