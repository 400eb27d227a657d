"""An order, what is in it, and each step that it took. It exists before any money moves."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import PersonName
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders.models.catalogue import Product, ProductKind
from troth.vault.api import Email, Keep, PostalAddress, SealedModel, Telephone, Trigger

KEEP_CONTACT = Keep(
    Trigger.WRITTEN,
    timedelta(days=3 * 365),
    _("three years, for questions about the order; with your account if that ends before"),
)
_FILL = (Purpose.ORDERS, Purpose.BILLING, Purpose.SUPPORT)
_SHIP = (*_FILL, Purpose.SHIPPING)


class OrderState(models.TextChoices):
    """Where an order stands; ``orders.states`` has the table of what may follow what."""

    PLACED = "placed", _("placed, not paid yet")
    WAITING = "waiting", _("waiting")
    PAID = "paid", _("paid")
    FILLED = "filled", _("done")
    CANCELLED = "cancelled", _("cancelled")


class WaitCause(models.TextChoices):
    """Why an order waits (A13, C3): each has words for the client, and what to do."""

    NONE = "", ""
    PAYMENT_FAILED = "payment_failed", _("the payment failed")
    OUT_OF_STOCK = "out_of_stock", _("something is out of stock")
    ADDRESS = "address", _("the address cannot be delivered to")
    PROCESSOR = "processor", _("a company that acts for us may not be given your information at the moment")
    REVIEW = "review", _("somebody has to look at it")
    DISPUTED = "disputed", _("the bank disputes the payment")


class Origin(models.TextChoices):
    """How an order came about."""

    CHECKOUT = "checkout", _("ordered on the site")
    RENEWAL = "renewal", _("renewal")
    CHANGE = "change", _("change of a membership")
    STAFF = "staff", _("entered for you by customer service")


class Order(models.Model):
    """One order of one client. Name and addresses stand in ``OrderContact``: the books outlive the person's details."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    number = models.CharField(max_length=20, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.PLACED, db_index=True)
    waits_for = models.CharField(max_length=20, choices=WaitCause, default=WaitCause.NONE, blank=True)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.CHECKOUT)
    language = models.CharField(max_length=12, default="en")
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    has_tax_in_prices = models.BooleanField(
        default=False, help_text="Whether ``unit_minor`` of its lines has the tax in it."
    )
    tax_region = models.CharField(max_length=8, default="", blank=True)
    informed_version = models.CharField(max_length=80, default="", blank=True)
    placed_at = models.DateTimeField(default=clock.now, db_index=True)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    renews_by_card = models.BooleanField(
        default=False, help_text="Whether the client chose that its membership renews by the card that pays this."
    )
    reserves_stock = models.BooleanField(default=False, help_text="Whether pieces are held back for it (``stock``).")
    checkout_key = models.UUIDField(
        unique=True, null=True, help_text="The form that made it; sent twice, it makes one."
    )

    not_personal: ClassVar[dict[str, str]] = {
        "number": "Counts orders.",
        "state": "One of a closed list.",
        "waits_for": "One of a closed list.",
        "origin": "One of a closed list.",
        "language": "A language of the site.",
        "currency": "An ISO 4217 code.",
        "tax_region": "A country, or a country and state: what the tax was computed for.",
        "informed_version": "Which version of the statement was shown with the order.",
    }

    class Meta:
        """Lists of staff go by state and time, a client's by itself."""

        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["state", "placed_at"], name="order_by_state"),
            models.Index(fields=["subject_id", "-placed_at"], name="order_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total_minor=models.F("net_minor") + models.F("tax_minor")), name="order_adds_up"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[OrderState.PAID, OrderState.FILLED]) | models.Q(paid_at__isnull=False),
                name="order_paid_has_a_time",
            ),
            models.CheckConstraint(
                condition=(models.Q(state=OrderState.WAITING) & ~models.Q(waits_for=""))
                | (~models.Q(state=OrderState.WAITING) & models.Q(waits_for="")),
                name="order_waits_for_something",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def net(self) -> Money:
        """The sum without tax."""
        return Money(minor=self.net_minor, currency=self.currency)

    @property
    def tax(self) -> Money:
        """The tax on it."""
        return Money(minor=self.tax_minor, currency=self.currency)

    @property
    def total(self) -> Money:
        """What is due for all of it, tax included."""
        return Money(minor=self.total_minor, currency=self.currency)


class OrderContact(SealedModel):
    """Who ordered, and where it goes: a copy of what was true then; a later change of the profile alters no order.

    An error that is put right in the profile is put right here too, while the order is under way (``follows``).
    """

    follows: ClassVar[dict[str, str]] = {
        "name": "name",
        "email": "email",
        "telephone": "telephone",
        "billing_address": "address",
        "shipping_address": "address",
    }
    told_in: ClassVar[str] = "bought"
    correctable: ClassVar[bool] = False
    name = PersonName(
        label=_("Name on the order"),
        category="user.name",
        purposes=_SHIP,
        why=_("So that the order is yours, and the parcel reaches you."),
        required=True,
        keep=KEEP_CONTACT,
        autocomplete="name",
    )
    email = Email(
        label=_("E-mail address for the order"),
        category="user.contact.email",
        purposes=_FILL,
        why=_("It goes to the card processor with the payment. We write to the address of your account."),
        required=True,
        keep=KEEP_CONTACT,
        max_length=254,
    )
    telephone = Telephone(
        label=_("Telephone for the delivery"),
        category="user.contact.phone_number",
        purposes=_SHIP,
        why=_("The carrier may call if it cannot find you."),
        keep=KEEP_CONTACT,
    )
    billing_address = PostalAddress(
        label=_("Billing address"),
        category="user.contact.address",
        purposes=_FILL,
        why=_("It stands on the invoice, and decides the tax."),
        keep=KEEP_CONTACT,
    )
    shipping_address = PostalAddress(
        label=_("Shipping address"),
        category="user.contact.address",
        purposes=_SHIP,
        why=_("The parcel goes there."),
        keep=KEEP_CONTACT,
    )

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="contact")

    def still_follows(self) -> bool:
        """Return whether the order is under way."""
        return self.order.state not in {OrderState.FILLED, OrderState.CANCELLED}

    class Meta:
        """One an order."""

        verbose_name = _("contact of an order")
        verbose_name_plural = _("contacts of orders")


class OrderLine(models.Model):
    """One thing in an order, at the price and tax of the moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    subject_id = models.UUIDField(db_index=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ProductKind)
    name = models.CharField(max_length=200, help_text="The product's name at the order, in the order's language.")
    quantity = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField(default=0, help_text="Of the quantity, what was cancelled or refunded.")
    unit_minor = models.BigIntegerField(help_text="As the catalogue says it; less than nothing for a credit.")
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, help_text="In per cent.")
    tax_category = models.CharField(max_length=2, default="O")
    tax_name = models.CharField(max_length=40, default="", blank=True)
    membership = models.ForeignKey("orders.Membership", on_delete=models.PROTECT, null=True, related_name="lines")
    done_at = models.DateTimeField(null=True, help_text="Of a service: when staff said that it was done.")

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "name": "From the catalogue.",
        "tax_name": "From the tax table.",
        "tax_category": "A code of UNTDID 5305.",
    }

    class Meta:
        """A line adds up, and no more is taken back than was ordered."""

        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="line_has_a_quantity"),
            models.CheckConstraint(condition=models.Q(cancelled__lte=models.F("quantity")), name="line_not_overtaken"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"

    @property
    def total(self) -> Money:
        """What the line costs, tax included, as it was ordered."""
        return Money(minor=self.net_minor + self.tax_minor, currency=self.order.currency)

    @property
    def remaining(self) -> int:
        """How many pieces are still ordered."""
        return self.quantity - self.cancelled


class OrderStep(models.Model):
    """One step of an order: from where, to where, when, by whom. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")
    subject_id = models.UUIDField(db_index=True, editable=False)
    before = models.CharField(max_length=12, choices=OrderState, blank=True)
    after = models.CharField(max_length=12, choices=OrderState)
    cause = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "before": "One of a closed list.",
        "after": "One of a closed list.",
        "cause": "One of a closed list.",
    }

    class Meta:
        """In the order in which they were taken."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
