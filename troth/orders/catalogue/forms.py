"""What staff are asked about what is sold: texts in each language, prices in any currency, pieces, plans."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.tomlfile import check_country
from troth.orders.catalogue.file import PlanWanted, ProductWanted
from troth.orders.models import Plan, Product, ProductKind
from troth.orders.tax import TaxClass
from troth.vault.api import DeclaredForm

_FIXED = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class PriceForm(DeclaredForm):
    """A price that begins now, or at a moment to come."""

    currency = forms.CharField(
        label=_("Currency"), help_text=_("Three capitals, such as USD."), min_length=3, max_length=3
    )
    amount = forms.DecimalField(
        label=_("Price"),
        help_text=_("With tax or without, as the tax table says."),
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=3,
    )
    begins = forms.DateTimeField(
        label=_("From when"),
        help_text=_("Empty: from now on. What was ordered before keeps its price."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    class Meta:
        """A price, and nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "currency": "An ISO 4217 code.",
            "amount": "A price.",
            "begins": "When the price begins.",
        }
        asked_at = ("orders:console_price",)

    def clean_currency(self) -> str:
        """Want a currency that there is."""
        currency = str(self.cleaned_data["currency"]).upper()
        if currency not in list_currencies():
            raise ValidationError(gettext("This is no currency of ISO 4217."))
        return currency

    def clean(self) -> dict[str, Any]:
        """Want no more decimals than the currency has."""
        cleaned = super().clean()
        if cleaned.get("currency") and cleaned.get("amount") is not None:
            try:
                Money.of(cleaned["amount"], cleaned["currency"])
            except Refused:
                words = gettext("%(currency)s has fewer decimals.") % {"currency": cleaned["currency"]}
                self.add_error("amount", ValidationError(words))
        return cleaned

    @property
    def money(self) -> Money:
        """The price."""
        return Money.of(self.cleaned_data["amount"], self.cleaned_data["currency"])


class StockForm(DeclaredForm):
    """Pieces that came in or are gone."""

    by = forms.IntegerField(
        label=_("Pieces"),
        help_text=_("How many came in; with a minus, how many are gone."),
        min_value=-100_000,
        max_value=100_000,
    )

    class Meta:
        """A number."""

        plain: ClassVar[dict[str, str]] = {"by": "How many pieces."}
        asked_at = ("orders:console_stock",)

    def clean_by(self) -> int:
        """Want a change."""
        by = int(self.cleaned_data["by"])
        if not by:
            raise ValidationError(gettext("Say how many."))
        return by


class SendingForm(DeclaredForm):
    """Where goods come from; of shipping, from which sum on it costs nothing."""

    origin = forms.CharField(
        label=_("Country they come from"),
        help_text=_("Two letters, such as IE. Customs of another country are told; empty: the country we send from."),
        max_length=2,
        required=False,
    )
    free_from = forms.CharField(
        label=_("Costs nothing from"),
        help_text=_("A sum of goods for each currency, such as: USD 150, EUR 140. Empty: it always costs its price."),
        max_length=200,
        required=False,
    )

    class Meta:
        """A country and sums."""

        plain: ClassVar[dict[str, str]] = {"origin": "A country's code.", "free_from": "Sums of money."}
        asked_at = ("orders:console_sending",)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        sums = (Money(minor, currency) for currency, minor in product.free_from.items())
        start = {"origin": product.origin, "free_from": ", ".join(f"{each.currency} {each.amount}" for each in sums)}
        super().__init__(*args, initial=start, **kwargs)
        del self.fields["free_from" if product.kind == ProductKind.GOODS else "origin"]

    def clean_origin(self) -> str:
        """Want a country that there is."""
        origin = str(self.cleaned_data["origin"]).upper()
        if origin and (expected := check_country(origin)):
            raise ValidationError(expected)
        return origin

    def clean_free_from(self) -> list[Money]:
        """Want currency and amount, pair by pair."""
        found = []
        for pair in filter(None, (each.strip() for each in self.cleaned_data["free_from"].split(","))):
            currency, _space, amount = pair.partition(" ")
            try:
                if currency not in list_currencies():
                    raise ValueError
                found.append(Money.of(Decimal(amount.strip()), currency))
            except (ArithmeticError, Refused, ValueError):
                raise ValidationError(gettext("Write a currency and a sum, such as USD 150.")) from None
        return found


class TextsForm(DeclaredForm):
    """What something is called and how it is described, in each language of the site."""

    class Meta:
        """Words of the operator about what it sells; the inputs are made of the site's languages."""

        plain: ClassVar[dict[str, str]] = {}
        asked_at = ("orders:console_texts",)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, language in enumerate(read_operator().languages):
            required = place == 0
            for name, label, texts, long in (
                ("name", gettext("Name"), product.names if product else {}, False),
                ("text", gettext("Description"), product.descriptions if product else {}, True),
            ):
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{label} ({language})",
                    initial=texts.get(language, ""),
                    max_length=2_000 if long else 120,
                    required=required,
                    widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(),
                )

    def texts(self, name: str) -> Mapping[str, str]:
        """Return language → text of one kind, of those that were given."""
        given = {language: self.cleaned_data[f"{name}_{language}"] for language in read_operator().languages}
        return {language: text.strip() for language, text in given.items() if text.strip()}


class PlanForm(DeclaredForm):
    """The rule of a membership."""

    months = forms.IntegerField(label=_("Months of a term"), min_value=1, max_value=120, required=False)
    ends_on = forms.CharField(
        label=_("Or: to a fixed day of the year"),
        help_text=_("Month and day, such as 12-31; then the months are left empty."),
        max_length=5,
        required=False,
    )
    renews = forms.BooleanField(label=_("It is renewed by card, unless the client stops it"), required=False)
    seats = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=20, initial=1)
    is_gift = forms.BooleanField(label=_("It can be given to somebody else"), required=False)
    rank = forms.IntegerField(
        label=_("Rank"),
        help_text=_("Of two plans the higher one is the upgrade."),
        min_value=1,
        max_value=100,
        initial=1,
    )

    class Meta:
        """Numbers."""

        plain: ClassVar[dict[str, str]] = {
            "months": "A number.",
            "ends_on": "A day of the year.",
            "renews": "Yes or no.",
            "seats": "A number.",
            "is_gift": "Yes or no.",
            "rank": "A number.",
        }
        asked_at = ("orders:console_plan",)

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        initial = dict(kwargs.pop("initial", None) or {})
        if plan is not None:
            fixed = f"{plan.fixed_month:02d}-{plan.fixed_day:02d}" if plan.fixed_month and plan.fixed_day else ""
            initial |= {
                "months": "" if fixed else plan.months,
                "ends_on": fixed,
                "renews": plan.renews,
                "seats": plan.seats,
                "is_gift": plan.is_gift,
                "rank": plan.rank,
            }
        super().__init__(*args, initial=initial, **kwargs)
        for language in read_operator().languages:
            self.fields[f"benefits_{language}"] = forms.CharField(
                label=f"{gettext('What members get')} ({language})",
                initial=plan.benefits.get(language, "") if plan else "",
                max_length=2_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean(self) -> dict[str, Any]:
        """Want months or a day, and not both."""
        cleaned = super().clean()
        day = cleaned.get("ends_on") or ""
        if day and not _FIXED.fullmatch(day):
            self.add_error("ends_on", ValidationError(gettext("Give month and day, such as 12-31.")))
        elif bool(day) == bool(cleaned.get("months")):
            self.add_error("months", ValidationError(gettext("Give the months or a fixed day, one of them.")))
        return cleaned

    def wanted(self) -> PlanWanted:
        """Return the rule."""
        given = self.cleaned_data
        parts = _FIXED.fullmatch(given["ends_on"]) if given["ends_on"] else None
        benefits = {language: given[f"benefits_{language}"].strip() for language in read_operator().languages}
        return PlanWanted(
            months=given["months"] or 12,
            fixed=(int(parts[1]), int(parts[2])) if parts else None,
            renews=given["renews"],
            seats=given["seats"],
            is_gift=given["is_gift"],
            rank=given["rank"],
            benefits={language: text for language, text in benefits.items() if text},
        )


class NewProductForm(TextsForm):
    """Something new that is sold; its plan and its other prices follow on its page."""

    key = forms.RegexField(
        label=_("Key"),
        help_text=_("It stands in the address of its page, and never changes: small letters, digits, hyphens."),
        regex=r"[a-z][a-z0-9-]{0,39}",
        max_length=40,
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=ProductKind.choices)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    amount = forms.DecimalField(label=_("Price"), min_value=Decimal(0), max_digits=14, decimal_places=3)
    tax = forms.ChoiceField(label=_("Tax"), choices=[(each.value, each.value) for each in TaxClass])
    weight_grams = forms.IntegerField(
        label=_("Weight, packed, in grams"), help_text=_("Of goods."), min_value=0, max_value=100_000, required=False
    )
    stock = forms.IntegerField(
        label=_("Pieces in stock"),
        help_text=_("Of goods; empty where there is no end."),
        min_value=0,
        max_value=1_000_000,
        required=False,
    )
    months = forms.IntegerField(
        label=_("Months of a term"), help_text=_("Of a membership."), min_value=1, max_value=120, required=False
    )

    class Meta:
        """What it is, and what it costs."""

        plain: ClassVar[dict[str, str]] = {
            "key": "The operator's name of what is sold.",
            "kind": "One of a closed list.",
            "currency": "An ISO 4217 code.",
            "amount": "A price.",
            "tax": "One of a closed list.",
            "weight_grams": "A number.",
            "stock": "A number.",
            "months": "A number.",
        }
        asked_at = ("orders:console_new_product",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = read_operator().currency

    def clean(self) -> dict[str, Any]:
        """Want a currency that there is, and months of a membership."""
        cleaned = super().clean()
        currency = str(cleaned.get("currency", "")).upper()
        cleaned["currency"] = currency
        if "currency" not in self.errors and currency not in list_currencies():
            self.add_error("currency", ValidationError(gettext("This is no currency of ISO 4217.")))
        elif cleaned.get("amount") is not None and not self.errors:
            try:
                Money.of(cleaned["amount"], currency)
            except Refused:
                self.add_error(
                    "amount", ValidationError(gettext("%(currency)s has fewer decimals.") % {"currency": currency})
                )
        if cleaned.get("kind") == ProductKind.MEMBERSHIP and not cleaned.get("months"):
            self.add_error("months", ValidationError(gettext("Say how many months a term has.")))
        return cleaned

    def wanted(self) -> ProductWanted:
        """Return what is to be sold."""
        given, kind = self.cleaned_data, ProductKind(self.cleaned_data["kind"])
        is_goods = kind is ProductKind.GOODS
        plan = PlanWanted(
            months=given["months"] or 12, fixed=None, renews=True, seats=1, is_gift=False, rank=1, benefits={}
        )
        return ProductWanted(
            kind=kind,
            key=given["key"],
            names=self.texts("name"),
            texts=self.texts("text"),
            prices=[Money.of(given["amount"], given["currency"])],
            tax_class=given["tax"],
            weight_grams=(given["weight_grams"] or 0) if is_goods else 0,
            stock=given["stock"] if is_goods else None,
            plan=plan if kind is ProductKind.MEMBERSHIP else None,
        )
