"""What justifies a look at where a parcel goes: the parcel, for the member who has it in hand (A1, A4)."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.fulfilment.models import Parcel
from troth.fulfilment.states import OPEN
from troth.fulfilment.telling import CASE
from troth.kernel.acting import Case
from troth.kernel.console import ClientCase
from troth.kernel.ports import OpenCase, Words
from troth.kernel.purposes import Purpose

LABELS = frozenset(f"orders.OrderContact.{name}" for name in ("name", "shipping_address", "telephone"))
"""The values that a parcel justifies a look at, and no other."""


def case_of(parcel: Parcel) -> Case:
    """Return the parcel as the case of a look."""
    return Case(CASE, str(parcel.pk))


class ParcelCases:
    """Answers for parcels, as long as something is left to do with them."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the parcel while it is open."""
        parcel = find_by_ref(ref)
        if parcel is None or parcel.state not in OPEN:
            return None
        return OpenCase(
            subject_id=parcel.subject_id,
            taken_by=parcel.taken_by,
            purposes=frozenset({Purpose.SHIPPING}),
            words=_("your parcel {number}").format(number=parcel.number),
            labels=LABELS,
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return its words, and the client's page of its order."""
        parcel = find_by_ref(ref)
        if parcel is None:
            return _("a parcel"), ""
        url = reverse("orders:order", kwargs={"number": parcel.order.number})
        return _("your parcel {number}").format(number=parcel.number), url


def find_by_ref(ref: str) -> Parcel | None:
    """Return the parcel that a case's ref is, or None."""
    try:
        parcel_id = UUID(ref)
    except ValueError:
        return None
    return Parcel.objects.select_related("order").filter(pk=parcel_id).first()


def list_open_cases(subject_id: UUID) -> Sequence[ClientCase]:
    """Return the open parcels of a client, for the console's search."""
    rows = Parcel.objects.select_related("order").filter(subject_id=subject_id, state__in=OPEN).order_by("made_at")
    return [
        ClientCase(
            case=case_of(row),
            number=row.number,
            words=row.get_state_display(),
            taken_by=row.taken_by,
            url=page_of(row),
        )
        for row in rows
    ]


def page_of(parcel: Parcel) -> str:
    """Return the console's page of a parcel."""
    return reverse("fulfilment:parcel", kwargs={"number": parcel.order.number, "count": parcel.count})


def find_by_number(text: str) -> Sequence[UUID]:
    """Return whose the parcel of this number, or with this number of the carrier, is; nobody for one that is none."""
    number, _dash, count = text.strip().upper().rpartition("-")
    found = set(
        Parcel.objects.filter(tracking_number=text.strip())
        .exclude(tracking_number="")
        .values_list("subject_id", flat=True)
    )
    if count.isascii() and count.isdigit():
        rows = Parcel.objects.filter(order__number=number, count=int(count[:4]))
        found |= set(rows.values_list("subject_id", flat=True))
    return sorted(found)
