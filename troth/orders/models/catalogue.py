"""What is sold: memberships, services and goods, with their prices. Nothing here is about anybody."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.kernel.money import Money


class ProductKind(models.TextChoices):
    """What a product is; each kind has its own way to be filled (``orders.lines``)."""

    MEMBERSHIP = "membership", _("membership")
    SERVICE = "service", _("service")
    GOODS = "goods", _("goods")
    SHIPPING = "shipping", _("shipping")


class Product(models.Model):
    """One thing that can be bought. It is never deleted, as orders point at it: it is withdrawn from sale."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=ProductKind)
    names = JsonColumn(help_text="Language to name.", paths={"*": "The operator's words on what is sold."})
    descriptions = JsonColumn(
        help_text="Language to description.", paths={"*": "The operator's words on what is sold."}
    )
    former_names = JsonColumn(
        default=list,
        help_text="What it was called before; orders keep those names.",
        paths={"[]": "What is sold, in the operator's words."},
    )
    on_sale = models.BooleanField(default=True)
    order = models.PositiveIntegerField(default=100, help_text="Its place in lists.")
    tax_class = models.CharField(max_length=20, default="standard")
    weight_grams = models.PositiveIntegerField(
        default=0, help_text="Of goods, packed; of shipping, the heaviest parcel that goes at this price."
    )
    origin = models.CharField(
        max_length=2, default="", blank=True, help_text="Of goods, the country they come from, for customs."
    )
    free_from = JsonColumn(
        default=dict,
        help_text="Of shipping: currency to the sum of goods, in its smallest unit, from which it costs nothing.",
        paths={"*": "A sum."},
    )
    stock = models.PositiveIntegerField(null=True, help_text="Pieces there are, reserved ones included; None: no end.")
    reserved = models.PositiveIntegerField(default=0, help_text="Pieces in orders that are not shipped yet.")

    not_personal: ClassVar[dict[str, str]] = {
        "key": "The operator's name of what is sold.",
        "kind": "One of a closed list.",
        "names": "What is sold, in the operator's words.",
        "descriptions": "What is sold, in the operator's words.",
        "former_names": "What is sold, in the operator's words.",
        "tax_class": "One of the classes of the tax table.",
        "origin": "A country's code.",
        "free_from": "Sums of money, by currency.",
    }

    class Meta:
        """Nothing is promised that is not there."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock__isnull=True) | models.Q(reserved__lte=models.F("stock")),
                name="product_stock_is_enough",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        """What it is called in the language of the page."""
        return self.name_in(get_language() or "")

    @property
    def description(self) -> str:
        """What it is, in the language of the page."""
        return _pick(self.descriptions, get_language() or "")

    def name_in(self, language: str) -> str:
        """Return what it is called in a language; in the first of the operator's where it has no name in that."""
        return _pick(self.names, language)

    @property
    def free_stock(self) -> int | None:
        """How many pieces can still be ordered; None where there is no end."""
        return None if self.stock is None else self.stock - self.reserved

    @property
    def is_shipped(self) -> bool:
        """Whether a parcel is made of it, so that an address must be asked."""
        return self.kind == ProductKind.GOODS


def _pick(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, or in the first that there is."""
    wanted = texts.get(language) or texts.get(language.split("-", maxsplit=1)[0])
    return wanted or next(iter(texts.values()), "")


class Price(models.Model):
    """What a product costs in one currency from a moment on. The newest that has begun counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    currency = models.CharField(max_length=3)
    minor = models.PositiveBigIntegerField(
        help_text="In the smallest unit of the currency, tax included or not as the tax table says."
    )
    valid_from = models.DateTimeField()

    not_personal: ClassVar[dict[str, str]] = {"currency": "An ISO 4217 code."}

    class Meta:
        """One price begins at one moment."""

        constraints = [
            models.UniqueConstraint(fields=["product", "currency", "valid_from"], name="price_one_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.minor} {self.currency}"

    @property
    def money(self) -> Money:
        """The price as money."""
        return Money(minor=self.minor, currency=self.currency)


class TermRule(models.TextChoices):
    """How long a membership runs that is bought today."""

    MONTHS = "months", _("a number of months")
    FIXED_DATE = "fixed_date", _("to a fixed day of the year")


class Plan(models.Model):
    """The rule of a membership: how long a term is, whether it renews, how many people it is for."""

    product = models.OneToOneField(Product, on_delete=models.PROTECT, primary_key=True, related_name="plan")
    term_rule = models.CharField(max_length=12, choices=TermRule)
    months = models.PositiveSmallIntegerField(default=12)
    fixed_month = models.PositiveSmallIntegerField(null=True, help_text="1 to 12; the term ends with that day.")
    fixed_day = models.PositiveSmallIntegerField(null=True)
    renews = models.BooleanField(default=True, help_text="Whether it is renewed by card, unless the client stops it.")
    seats = models.PositiveSmallIntegerField(default=1, help_text="How many people it is for; two for a joint one.")
    is_gift = models.BooleanField(default=False, help_text="Whether it can be given to somebody else.")
    rank = models.PositiveSmallIntegerField(default=1, help_text="Of two plans the higher is the upgrade.")
    benefits = JsonColumn(
        default=dict,
        help_text="Language to what members get.",
        paths={"*": "The operator's words on what members get."},
    )

    not_personal: ClassVar[dict[str, str]] = {
        "term_rule": "One of a closed list.",
        "benefits": "What members get, in the operator's words.",
    }

    class Meta:
        """A term has a length that can be computed."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(term_rule=TermRule.MONTHS, months__gte=1)
                | models.Q(term_rule=TermRule.FIXED_DATE, fixed_month__isnull=False, fixed_day__isnull=False),
                name="plan_term_is_computable",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"

    @property
    def benefit(self) -> str:
        """What members get, in the language of the page."""
        return _pick(self.benefits, get_language() or "")
