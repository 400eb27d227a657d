"""Parcels: what is packed, where it goes, and where it is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import PersonName
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.orders.models.ordering import KEEP_CONTACT, Order, OrderLine
from troth.vault.api import PostalAddress, SealedModel, Telephone

_SHIP = (Purpose.SHIPPING, Purpose.ORDERS, Purpose.SUPPORT)


class ParcelState(models.TextChoices):
    """Where a parcel stands with us."""

    TO_PACK = "to_pack", _("to be packed")
    TO_SHIP = "to_ship", _("packed, to be shipped")
    WAITING = "waiting", _("waiting")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("came back")
    CANCELLED = "cancelled", _("cancelled")


class Parcel(SealedModel):
    """One parcel of one order, to the address that the order named."""

    follows: ClassVar[dict[str, str]] = {"name": "name", "address": "address", "telephone": "telephone"}
    told_in: ClassVar[str] = "bought"
    correctable: ClassVar[bool] = False

    name = PersonName(
        label=_("Name on the parcel"),
        category="user.name",
        purposes=_SHIP,
        why=_("The parcel is handed to you."),
        required=True,
        keep=KEEP_CONTACT,
    )
    address = PostalAddress(
        label=_("Address on the parcel"),
        category="user.contact.address",
        purposes=_SHIP,
        why=_("The parcel goes there."),
        required=True,
        keep=KEEP_CONTACT,
    )
    telephone = Telephone(
        label=_("Telephone for the carrier"),
        category="user.contact.phone_number",
        purposes=_SHIP,
        why=_("The carrier may call if it cannot find you."),
        keep=KEEP_CONTACT,
    )

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.TO_PACK, db_index=True)
    waits_for = models.CharField(max_length=20, default="", blank=True)
    carrier = models.CharField(max_length=40, default="", blank=True)
    parcel_ref = models.CharField(max_length=120, default="", blank=True, db_index=True)
    tracking_number = models.CharField(max_length=80, default="", blank=True)
    tracking_url = models.CharField(max_length=300, default="", blank=True)
    packed_by = models.UUIDField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "waits_for": "One of a closed list.",
        "carrier": "The name of a company.",
        "parcel_ref": "The carrier's name of the parcel.",
        "tracking_number": "The carrier's number; it goes with the row, and the carrier's page asks more to tell who.",
        "tracking_url": "The carrier's page of that number.",
    }

    def still_follows(self) -> bool:
        """Return whether it has not left yet."""
        return self.state in {ParcelState.TO_PACK, ParcelState.TO_SHIP, ParcelState.WAITING}

    class Meta:
        """Staff's lists go by state."""

        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")


class ParcelLine(models.Model):
    """How many pieces of a line are in a parcel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    subject_id = models.UUIDField(db_index=True, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="parcels")
    quantity = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
