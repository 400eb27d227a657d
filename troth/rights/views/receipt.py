"""The public pages of receipts: fetch one by its number, check one, and have the site search again (L1).

A receipt names nobody; its number is random, and stands only in the last mail to whoever was erased.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.accounts.api import Profile
from troth.kernel.pages import PUBLIC, page
from troth.rights.forms import ReceiptForm
from troth.vault import api as vault


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
            context["searched"] = True
            context["found"] = is_found(form.cleaned_data["value"])
    return render(request, "rights/receipt.jinja", context)


@page(PUBLIC)
def show_receipt(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Show the receipt with this number, or say that the erasure is not finished yet or unknown."""
    return render(request, "rights/receipt_of.jinja", {"number": erasure_id, "text": vault.find_receipt(erasure_id)})


@page(PUBLIC)
def fetch_receipt(_request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Hand the receipt out as a text file."""
    text = vault.find_receipt(erasure_id)
    if not text:
        raise Http404
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="erasure-receipt.txt"'
    return response


def is_found(value: str) -> bool:
    """Return whether the index finds anybody under this e-mail address or user name."""
    return any(vault.find_subjects(attribute, value) for attribute in (Profile.email, Profile.user_name))
