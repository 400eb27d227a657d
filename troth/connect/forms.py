"""What staff enter of a site that may ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.connect.claims import CLAIMS, PSEUDONYM


class PartyForm(forms.Form):
    """A site that may ask for membership."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As clients know it."))
    key = forms.SlugField(
        label=_("Short name"),
        max_length=40,
        help_text=_("For the record of what left; it cannot be changed later. For example: town-library."),
    )
    what_for = forms.CharField(
        label=_("What it does with the answer"),
        max_length=300,
        help_text=_("One sentence that clients read before they agree. For example: It lets members in for free."),
    )
    statement_url = forms.URLField(label=_("Address of its own privacy statement"), assume_scheme="https")
    redirect_uris = forms.CharField(
        label=_("Addresses to which we may answer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whole https addresses of one host, one a line. They are compared letter by letter."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may ask clients for"),
        choices=[(claim.scope, claim.words) for claim in CLAIMS if claim is not PSEUDONYM],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Each client decides on each of them. A pseudonym is part of every connection."),
    )
    keeps_secret = forms.BooleanField(
        label=_("Its program runs on a server and can keep a secret"), required=False, initial=True
    )

    def party(self) -> dict[str, Any]:
        """Return what was entered, as the action takes it."""
        return {**self.cleaned_data, "redirect_uris": self.cleaned_data["redirect_uris"].split()}
