"""The public page on which anybody checks a receipt of an erasure, and has the site search again (L1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.accounts.api import Profile, count_try
from troth.kernel.pages import PUBLIC, page
from troth.rights.forms import ReceiptForm
from troth.vault import api as vault

TRIES = "search_again"
"""The kind under which searches with one receipt are counted."""


@page(PUBLIC, methods=("GET", "POST"))
def check_receipt(request: HttpRequest) -> HttpResponse:
    """Say whether we signed the receipt, and whether the value is found; keep neither."""
    form = ReceiptForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "checked": None, "searched": False, "found": False}
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["receipt"]:
            context["checked"] = vault.verify_receipt(form.cleaned_data["receipt"])
        # Only with a receipt of ours in hand: else the page would tell anybody who has an account here.
        checked = context["checked"]
        if form.cleaned_data["value"] and isinstance(checked, vault.CheckedReceipt) and checked.genuine:
            # And not without end: one receipt, had by leaving once, would do for asking about everybody.
            count_try(TRIES, str((checked.facts or {})["id"]), way_out=_("Write to us, and we search once more."))
            context["searched"] = True
            context["found"] = is_found(form.cleaned_data["value"])
    return render(request, "rights/receipt.jinja", context)


def is_found(value: str) -> bool:
    """Return whether the index finds anybody under this e-mail address or user name."""
    return any(vault.find_subjects(attribute, value) for attribute in (Profile.email, Profile.user_name))
