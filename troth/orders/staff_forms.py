"""What staff are asked on the console's pages of this room. Nothing here is a client's value."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.orders.models import HandlingReason, Order, OrderLine, RefundCause
from troth.vault.api import DeclaredForm

ALL, AMOUNT = "all", "amount"
_BY_STAFF = (
    RefundCause.CANCELLED,
    RefundCause.RETURNED,
    RefundCause.OUT_OF_STOCK,
    RefundCause.FAULT,
    RefundCause.GOODWILL,
)


class FindOrderForm(DeclaredForm):
    """The number of an order."""

    NOT_FOUND = _("There is no order with this number. It has eight signs, such as 7K3M-9QRT.")

    number = forms.CharField(
        label=_("Number of an order"),
        help_text=_("As it stands on the invoice, such as 7K3M-9QRT."),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        """A number."""

        plain: ClassVar[dict[str, str]] = {"number": "Counts orders; looked for, and kept nowhere."}
        asked_at = ("orders:console_orders",)


class TakeOrderForm(DeclaredForm):
    """Why an order is taken into hand."""

    reason = forms.ChoiceField(label=_("What it is about"), choices=HandlingReason.choices)

    class Meta:
        """A choice."""

        plain: ClassVar[dict[str, str]] = {"reason": "A choice out of a closed list."}
        asked_at = ("orders:console_order",)


class DecideRefundForm(DeclaredForm):
    """For what money goes back, how much, and why."""

    what = forms.ChoiceField(label=_("What is taken back"))
    quantity = forms.IntegerField(
        label=_("How many pieces"), help_text=_("Of the one thing chosen above."), min_value=1, required=False
    )
    amount = forms.DecimalField(
        label=_("Amount"),
        help_text=_("Only where nothing is taken back: in the currency of the order, tax included."),
        min_value=Decimal("0.001"),
        max_digits=14,
        decimal_places=3,
        required=False,
    )
    cause = forms.ChoiceField(label=_("Why"), choices=[(cause.value, cause.label) for cause in _BY_STAFF])

    class Meta:
        """What and why, and no word about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "what": "A line of the order, or none.",
            "quantity": "How many pieces.",
            "amount": "An amount of money.",
            "cause": "A choice out of a closed list.",
        }
        asked_at = ("orders:console_decide",)

    def __init__(self, *args: Any, order: Order, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._order = order
        self._lines = {str(line.pk): line for line in lines}
        choices = [(key, f"{line.remaining} × {line.name}") for key, line in self._lines.items()]
        whole = [(ALL, gettext("All that is left of the order"))] if lines else []
        field = self.fields["what"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*whole, *choices, (AMOUNT, gettext("Nothing: an amount of money alone"))]

    def clean(self) -> dict[str, Any]:
        """Want a number of pieces for a thing, and an amount where nothing is taken back."""
        cleaned = super().clean()
        what = cleaned.get("what")
        if what == AMOUNT:
            self._clean_amount(cleaned)
        elif what in self._lines:
            most = self._lines[what].remaining
            if not 1 <= (cleaned.get("quantity") or 0) <= most:
                self.add_error("quantity", ValidationError(gettext("From 1 to %(most)d.") % {"most": most}))
        return cleaned

    def _clean_amount(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("amount"):
            self.add_error("amount", ValidationError(gettext("Say how much goes back.")))
            return
        try:
            Money.of(cleaned["amount"], self._order.currency)
        except Refused:
            words = gettext("%(currency)s has fewer decimals.") % {"currency": self._order.currency}
            self.add_error("amount", ValidationError(words))

    @property
    def money(self) -> Money:
        """The amount, in the currency of the order."""
        return Money.of(self.cleaned_data["amount"], self._order.currency)

    @property
    def line(self) -> OrderLine:
        """The line of which pieces are taken back."""
        return self._lines[self.cleaned_data["what"]]

    @property
    def chosen_cause(self) -> RefundCause:
        """Why."""
        return RefundCause(self.cleaned_data["cause"])


class AnswerDisputeForm(DeclaredForm):
    """What of the client the bank is told, beside the days and numbers of the order."""

    told = forms.MultipleChoiceField(
        label=_("Of the client, also hand over"),
        help_text=_("Only what the bank needs. Each value that you tick is opened, leaves, and stands in the record."),
        choices=(("name", _("the name on the order")), ("email", _("the e-mail address for the order"))),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        """Names of values, and no value."""

        plain: ClassVar[dict[str, str]] = {"told": "Which values are handed over: a choice out of a closed list."}
        asked_at = ("orders:console_dispute",)


class FindMembershipForm(DeclaredForm):
    """The number of a membership."""

    NOT_FOUND = _("There is no membership with this number. It stands on the member’s card.")

    number = forms.CharField(
        label=_("Number of a membership"),
        help_text=_("As it stands on the member’s card."),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        """A number."""

        plain: ClassVar[dict[str, str]] = {"number": "A drawn number; looked for, and kept nowhere."}
        asked_at = ("orders:console_members",)
