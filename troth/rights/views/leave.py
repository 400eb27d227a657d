"""Deactivate or delete the account: first exactly what will happen, then the button that says it (L1)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from troth.accounts import api as accounts
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.pages import FRESH, page
from troth.kernel.ports import Feature, require_open
from troth.vault import api as vault


@page(FRESH, methods=("GET", "POST"))
def deactivate_account(request: HttpRequest) -> HttpResponse:
    """Say what deactivation means, and do it; afterwards nobody is signed in any more."""
    if request.method != "POST":
        return render(request, "rights/deactivate.jinja", {})
    with accounts.as_client(request):
        accounts.deactivate(subject_id=accounts.require_subject(request))
    request.session.flush()
    return render(request, "rights/left.jinja", {"deletes_on": None})


@page(FRESH, methods=("GET", "POST"))
def delete_account(request: HttpRequest) -> HttpResponse:
    """Show what goes, what stays and until when; and set the date."""
    subject_id = accounts.require_subject(request)
    if request.method != "POST":
        grace = timedelta(days=read_operator().numbers.deletion_grace_days)
        context = {
            "plan": vault.plan_erasure(subject_id),
            "deletes_on": timezone.localdate(clock.now() + grace),
            "grace_days": grace.days,
        }
        return render(request, "rights/delete.jinja", context)
    require_open(Feature.ERASURE)
    with accounts.as_client(request):
        account = accounts.request_deletion(subject_id=subject_id)
    request.session.flush()
    return render(request, "rights/left.jinja", {"deletes_on": timezone.localdate(account.deletes_at)})
