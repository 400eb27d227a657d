"""What this room holds about a client, for the Admin page, the copy, the erasure, and until when (A3, L1)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from troth.fulfilment.models import Parcel, ParcelLine, ParcelStep
from troth.fulfilment.states import OPEN
from troth.kernel import clock
from troth.kernel.ports import HeldItem, RetentionRule, holders, retention_rules
from troth.orders.api import BookHolder, release_pieces

KEPT_FOR = timedelta(days=3 * 365)
"""As long as the order's contact: afterwards nobody could say any more where the parcel went."""
_KEPT = _("three years, for questions about the order; with your account if that ends before")


@dataclass(slots=True)
class ParcelHolder(BookHolder):
    """Shows and erases parcels; what an erased one held back of the stock is free again."""

    outlives: bool = False

    def erase(self, subject_id: UUID) -> int:
        """Remove the client's parcels; what was not shipped stays on the shelf, for others."""
        with transaction.atomic():
            for parcel in Parcel.objects.select_for_update().filter(subject_id=subject_id, holds_stock=True):
                for row in ParcelLine.objects.filter(parcel=parcel).select_related("line"):
                    release_pieces(row.line.product_id, row.quantity)
            return Parcel.objects.filter(subject_id=subject_id).delete()[0]


def register_holders() -> None:
    """Register all that this room holds, and the rule by which it goes; called once, at start-up."""
    for holder in _HOLDERS:
        holders.register(holder.name, holder)
    retention_rules.register(
        "fulfilment.parcels",
        RetentionRule(
            name="fulfilment.parcels",
            words=_("Parcels three years after the order, with the carrier’s numbers"),
            count_due=lambda: _due().count(),
            purge=lambda: _due().delete()[1].get("fulfilment.Parcel", 0),
        ),
    )


def _due() -> QuerySet[Parcel]:
    return Parcel.objects.filter(made_at__lt=clock.now() - KEPT_FOR).exclude(state__in=OPEN)


def _describe_parcel(row: Parcel) -> HeldItem:
    return HeldItem(
        "parcel",
        _("Parcel {number}").format(number=row.number),
        {
            _("State"): row.get_waits_for_display() if row.waits_for else row.get_state_display(),
            _("Carrier"): row.carrier,
            _("Number to follow it by"): row.tracking_number,
            _("Shipped"): row.shipped_at or _("not yet"),
            _("Delivered"): row.delivered_at or _("not yet"),
        },
        why=_("So that it reaches you, and you and we can see where it is. Its address stands with the order."),
        kept=_KEPT,
        kept_until=row.made_at + KEPT_FOR,
        url=_page_of(row),
    )


def _page_of(row: Parcel) -> str:
    try:
        return reverse("orders:order", kwargs={"number": row.order.number})
    except NoReverseMatch:
        return ""


def _describe_line(row: ParcelLine) -> HeldItem:
    return HeldItem(
        "parcel_line",
        _("In a parcel to you"),
        {_("What"): row.line.name, _("How many"): row.quantity},
        why=_("So that the parcel holds what you ordered."),
        kept=_KEPT,
        kept_until=row.parcel.made_at + KEPT_FOR,
    )


def _describe_step(row: ParcelStep) -> HeldItem:
    return HeldItem(
        "parcel_step",
        _("A step of a parcel to you"),
        {_("When"): row.at, _("What it is since then"): row.get_after_display()},
        why=_("So that you and we can see how the parcel came to where it is."),
        kept=_KEPT,
        kept_until=row.parcel.made_at + KEPT_FOR,
    )


_HOLDERS = (
    ParcelHolder("fulfilment.parcels", _("Parcels"), Parcel, _describe_parcel, of=("order",)),
    BookHolder(
        "fulfilment.parcel_lines", _("In parcels"), ParcelLine, _describe_line, outlives=False, of=("line", "parcel")
    ),
    BookHolder(
        "fulfilment.parcel_steps", _("Steps of parcels"), ParcelStep, _describe_step, outlives=False, of=("parcel",)
    ),
)
