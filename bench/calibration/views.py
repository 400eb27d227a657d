"""The page that everything is compared with."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bench.calibration.models import Details
from bench.values import VALUES


@login_required
def show_details(request: HttpRequest) -> HttpResponse:
    """Show the fifteen values of the user that is signed in."""
    details = Details.objects.get(user=request.user)
    rows = [(label, getattr(details, name)) for name, (label, _value) in VALUES.items()]
    return render(request, "calibration_details.html", {"rows": rows})
