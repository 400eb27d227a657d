"""What this room asks: a number of pieces, and with an order whom it is for and where it goes (C1). No card field."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from troth.orders.actions.ordering import MOST_PIECES, OrderContactValues
from troth.orders.models import OrderContact
from troth.vault.api import DeclaredForm, input_name

BY_CARD, ASK = "card", "ask"
"""What becomes of a membership at the end of its term. Neither is chosen beforehand: silence is no agreement."""


class QuantityForm(DeclaredForm):
    """How many pieces of one thing."""

    quantity = forms.IntegerField(label=_("How many"), min_value=0, max_value=MOST_PIECES, initial=1)

    class Meta:
        """A number."""

        plain: ClassVar[dict[str, str]] = {"quantity": "How many pieces; it stands in the browser's session."}
        asked_at = ("orders:basket", "orders:product", "orders:change_line")


class CheckoutForm(DeclaredForm):
    """Whom an order is for, where nothing is shipped."""

    save_address = forms.BooleanField(
        label=_("Keep the address in my details"),
        help_text=_("Else it stands with this order alone."),
        required=False,
    )
    renewal = forms.ChoiceField(
        label=_("When the membership’s term is over"),
        help_text=_(
            "To renew by itself, the card processor saves the card, and your bank may ask you to agree to later "
            "charges too. Before each charge we tell you the amount, the day and the card’s last digits, and you stop "
            "it with one click. You can change your mind at any time."
        ),
        choices=(
            (BY_CARD, _("Renew it by itself, with the card that I pay with now")),
            (ASK, _("Charge nothing more; ask me before it ends")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two. Neither changes the price.")},
    )

    class Meta:
        """Name and e-mail address; an address only for who wants it on the invoice."""

        model = OrderContact
        attributes: ClassVar[tuple[str, ...]] = ("name", "email", "billing_address")
        plain: ClassVar[dict[str, str]] = {
            "save_address": "Whether the address is copied into the details; not kept.",
            "renewal": "Whether the membership renews by the card; it stands with the order.",
        }
        asked_at = ("orders:checkout",)

    def __init__(self, *args: Any, renews: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not renews:
            del self.fields["renewal"]
        for attribute, kind in (("shipping_address", "shipping"), ("billing_address", "billing")):
            for name in _parts_of(self, attribute):
                # Two addresses on one page: the browser is told which is which (WCAG 1.3.5).
                attrs = self.fields[name].widget.attrs
                attrs["autocomplete"] = f"{kind} {attrs['autocomplete']}"

    @property
    def shows_billing(self) -> bool:
        """Whether an address for the invoice was given, or something of it is to be mended."""
        names = _parts_of(self, "billing_address")
        return any(self[name].errors or self[name].value() for name in names)

    def contact(self) -> OrderContactValues:
        """Return what was given."""
        return OrderContactValues(**{name: value for name, value in self.values.items() if value})


class ShippedCheckoutForm(CheckoutForm):
    """Whom an order is for, and where the parcel goes."""

    class Meta:
        """The shipping address as well, and a telephone number for who wants to be called by the carrier."""

        model = OrderContact
        attributes: ClassVar[tuple[str, ...]] = ("name", "email", "shipping_address", "telephone", "billing_address")
        plain = CheckoutForm.Meta.plain
        asked_at = ("orders:checkout",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for suffix in ("country_code", "street_address", "city"):
            self.fields[input_name("shipping_address", suffix)].asked_as = "required"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Want an address to ship to."""
        cleaned = super().clean()
        if not self.errors and not self.values.get("shipping_address"):
            self.add_error(
                input_name("shipping_address", "street_address"), ValidationError(_("Say where the parcel goes."))
            )
        return cleaned


def _parts_of(form: forms.Form, attribute: str) -> list[str]:
    """Return the names of the inputs of one address."""
    return [name for name in form.fields if name.startswith(f"{attribute}__")]
