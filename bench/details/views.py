"""One page, twice: the template and all around it are the same; only where the values come from differs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bench.details.models import PlainDetails, SealedDetails
from bench.values import VALUES
from troth.accounts.api import as_client, require_subject
from troth.kernel.pages import CLIENT, page


@page(CLIENT)
def show_sealed(request: HttpRequest) -> HttpResponse:
    """Show the fifteen values, opened through the door."""
    with as_client(request):
        opened = SealedDetails.objects.get(subject_id=require_subject(request)).open()
    rows = [(label, opened.show(name)) for name, (label, _value) in VALUES.items()]
    return render(request, "details/details.jinja", {"rows": rows})


@page(CLIENT)
def show_plain(request: HttpRequest) -> HttpResponse:
    """Show the fifteen values, read from plain columns."""
    details = PlainDetails.objects.get(subject_id=require_subject(request))
    rows = [(label, getattr(details, name)) for name, (label, _value) in VALUES.items()]
    return render(request, "details/details.jinja", {"rows": rows})
