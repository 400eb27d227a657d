"""My statement: which version applied to a client when, how it was told, and what changed since it joined (O3)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import as_client, get_account, require_subject
from troth.amendments.governing import is_told
from troth.amendments.queries import list_periods
from troth.amendments.telling import note_read
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.statement.api import current_version, find_coming_version, find_version


@page(CLIENT)
def show(request: HttpRequest) -> HttpResponse:
    """Show the versions, the newest first."""
    account = get_account(require_subject(request))
    if account is None:
        raise Http404
    periods = list_periods(account)
    coming, current = find_coming_version(), current_version()
    unread = next(
        (
            version
            for version in (coming, current)
            if version and version.planned_for and not is_told(account.pk, version.number)
        ),
        None,
    )
    first = next((each.version for each in reversed(periods) if each.since), None)
    context = {
        "periods": periods,
        "current": current,
        "coming": coming,
        "unread": unread,
        "joined_with": first if first and current and first.number < current.number else None,
    }
    return render(request, "amendments/mine.jinja", context)


@page(CLIENT, methods=("POST",))
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Note that the client says that it read a version."""
    version = find_version(number)
    if version is None or version.planned_for is None or version.withdrawn_at:
        raise Http404
    with as_client(request, purpose=Purpose.ACCOUNT):
        note_read(require_subject(request), version)
    return redirect("amendments:mine")
