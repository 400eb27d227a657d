"""What this room asks: of a client where a parcel can reach it; of staff a number, and a way to send."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.orders.api import OrderContact
from troth.processors.api import Rate
from troth.ui.api import format_money
from troth.vault.api import DeclaredForm, input_name


class AddressForm(DeclaredForm):
    """Where the parcels of an order go from now on."""

    keep = forms.BooleanField(
        label=gettext_lazy("It is my address now"),
        help_text=gettext_lazy("Then it stands in your details too, and no form need ask it again."),
        required=False,
    )

    class Meta:
        """What a label needs, and no more."""

        model = OrderContact
        attributes: ClassVar[tuple[str, ...]] = ("name", "shipping_address", "telephone")
        plain: ClassVar[dict[str, str]] = {"keep": "Whether the address is copied into the details; not kept."}
        asked_at = ("fulfilment:address",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for suffix in ("country_code", "street_address", "city"):
            self.fields[input_name("shipping_address", suffix)].asked_as = "required"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Want an address."""
        cleaned = super().clean()
        if not self.errors and not self.values.get("shipping_address"):
            error = ValidationError(_("Say where the parcel goes."))
            self.add_error(input_name("shipping_address", "street_address"), error)
        return cleaned


class WayForm(DeclaredForm):
    """Which of the carrier's ways a parcel is sent by."""

    way = forms.ChoiceField(label=gettext_lazy("How it is sent"), widget=forms.RadioSelect)

    class Meta:
        """The carrier's own names of its ways."""

        plain: ClassVar[dict[str, str]] = {"way": "The carrier's name of a way to send; it stands with the parcel."}
        asked_at = ("fulfilment:label",)

    def __init__(self, *args: Any, rates: Sequence[Rate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["way"]
        field.choices = [(rate.rate_ref, _describe(rate)) for rate in rates]  # type: ignore[attr-defined]
        field.initial = rates[0].rate_ref if rates else None


class NumberForm(DeclaredForm):
    """The number that the carrier's counter gave."""

    number = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9 -]{3,58}[A-Za-z0-9]$",
        label=gettext_lazy("Number to follow it by"),
        help_text=gettext_lazy("From the counter’s receipt, such as RR 123 456 785 US."),
        error_messages={"invalid": gettext_lazy("Letters and digits, at least five of them.")},
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        """A number."""

        plain: ClassVar[dict[str, str]] = {"number": "The carrier's number of a parcel; it stands with the parcel."}
        asked_at = ("fulfilment:parcel",)


def _describe(rate: Rate) -> str:
    parts = [rate.service]
    if rate.price is not None:
        parts.append(format_money(rate.price))
    if rate.days is not None:
        parts.append(_("%(days)d days") % {"days": rate.days} if rate.days != 1 else _("one day"))
    return " · ".join(parts)
