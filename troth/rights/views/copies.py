"""After a correction: where else the old value still stands, each with a button that puts it right there too (A11)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import Profile, as_client, require_subject
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.rights.actions.corrections import put_right_copy
from troth.rights.copies import find_stale, list_followers


@page(CLIENT)
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show the copies of this value that differ from what is held now."""
    _require_copied(name)
    with as_client(request, purpose=Purpose.ACCOUNT):
        stale = find_stale(require_subject(request), name)
        rows = [(copy, copy.row.open(copy.name).show(copy.name)) for copy in stale]
    context = {"rows": rows, "name": name, "label": Profile.sealed_attributes[name].label}
    return render(request, "rights/copies.jinja", context)


@page(CLIENT, methods=("POST",))
def put_right(request: HttpRequest, name: str, row_id: UUID) -> HttpResponse:
    """Put the value right in one copy."""
    _require_copied(name)
    with as_client(request, purpose=Purpose.ACCOUNT):
        put_right_copy(subject_id=require_subject(request), name=name, row_id=row_id)
    return redirect("rights:copies", name=name)


def _require_copied(name: str) -> None:
    if name not in Profile.sealed_attributes or not list_followers(name):
        raise Http404
