"""The tables of ``fulfilment``. No name and no address is in them: those stand with the order, sealed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id


class ParcelState(models.TextChoices):
    """Where a parcel stands; ``fulfilment.states`` has the table of what may follow what."""

    TO_PACK = "to_pack", _("to be packed")
    PACKED = "packed", _("packed, to be shipped")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    COMES_BACK = "comes_back", _("on its way back to us")
    RETURNED = "returned", _("came back")
    LOST = "lost", _("lost on the way")
    CANCELLED = "cancelled", _("cancelled")


class Waits(models.TextChoices):
    """Why a parcel waits (A13, C3)."""

    NOTHING = "", ""
    ADDRESS = "address", _("the client is asked for an address")
    STOCK = "stock", _("a piece is not in stock")
    PROCESSOR = "processor", _("the carrier may not be given anything at the moment")
    CARRIER = "carrier", _("the carrier reports a difficulty")


class Parcel(models.Model):
    """One parcel of one order.

    Arguments:
        count: which parcel of its order it is, from 1; with the order's number that is its own.
        holds_stock: whether its pieces are held back for it on the shelf.
        taken_by: the member of staff who has it in hand; it is the case of looks at the address.
        label_key: our id of the shipment at the carrier; a new one wherever the address has changed.
        contact_version: of the order's sealed contact, which was the carrier's last to be asked with.
        label_asked_at: when a label was last asked for and no answer noted yet.
        rate_ref, adapter: what was asked for, and by which way to the carrier.
        address_ref: under which the carrier checked the address; ``checked`` is what it said.
        moved_at: when the carrier was last asked where it is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="parcels")
    count = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.TO_PACK)
    waits_for = models.CharField(max_length=12, choices=Waits, default=Waits.NOTHING, blank=True)
    holds_stock = models.BooleanField(default=False)
    replaces = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")
    taken_by = models.UUIDField(null=True)
    label_key = models.UUIDField(default=new_id, unique=True)
    contact_version = models.PositiveIntegerField(default=0)
    label_asked_at = models.DateTimeField(null=True)
    labelled_at = models.DateTimeField(null=True)
    rate_ref = models.CharField(max_length=120, default="", blank=True)
    adapter = models.CharField(max_length=40, default="", blank=True)
    address_ref = models.CharField(max_length=120, default="", blank=True)
    checked = models.BooleanField(null=True)
    carrier = models.CharField(max_length=60, default="", blank=True)
    parcel_ref = models.CharField(max_length=120, default="", blank=True, db_index=True)
    tracking_number = models.CharField(max_length=80, default="", blank=True)
    tracking_url = models.CharField(max_length=300, default="", blank=True)
    made_at = models.DateTimeField(default=clock.now)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "waits_for": "One of a closed list.",
        "rate_ref": "The carrier's name of a way to send.",
        "adapter": "The name of a part of the program.",
        "address_ref": "The carrier's random id of an address.",
        "carrier": "The name of a company.",
        "parcel_ref": "The carrier's name of the parcel.",
        "tracking_number": "The carrier's number; it goes with the row, and the carrier's page says not whose it is.",
        "tracking_url": "The carrier's page of that number.",
    }

    class Meta:
        """Staff's lists go by state; no order has two parcels of one number."""

        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        indexes = [
            models.Index(fields=["state", "made_at"], name="parcel_by_state"),
            models.Index(fields=["waits_for", "made_at"], name="parcel_waiting", condition=~models.Q(waits_for="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "count"], name="parcel_once_an_order"),
            models.CheckConstraint(
                condition=~models.Q(state=ParcelState.SHIPPED) | models.Q(shipped_at__isnull=False),
                name="parcel_shipped_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ParcelState.SHIPPED, ParcelState.DELIVERED])
                | models.Q(labelled_at__isnull=False),
                name="parcel_shipped_has_a_label",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The order's number, and which parcel of it this is."""
        return f"{self.order.number}-{self.count}"

    @property
    def has_label(self) -> bool:
        """Whether a label was made."""
        return self.labelled_at is not None


class ParcelLine(models.Model):
    """How many pieces of a line are in a parcel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    subject_id = models.UUIDField(db_index=True, editable=False)
    line = models.ForeignKey("orders.OrderLine", on_delete=models.CASCADE, related_name="parcels")
    quantity = models.PositiveIntegerField()

    class Meta:
        """One for each line."""

        verbose_name_plural = _("contents of parcels")
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="parcel_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="parcel_line_has_a_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ParcelStep(models.Model):
    """One step of a parcel: from where, to where, when. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="steps")
    subject_id = models.UUIDField(db_index=True, editable=False)
    before = models.CharField(max_length=12, choices=ParcelState, blank=True)
    after = models.CharField(max_length=12, choices=ParcelState)
    at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {"before": "One of a closed list.", "after": "One of a closed list."}

    class Meta:
        """In the order in which they were taken."""

        ordering = ("at", "id")
        verbose_name_plural = _("steps of parcels")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
