"""The label of a packed parcel: asked for, bought once, printed, and never lost.

That a label is wanted is committed before the carrier is asked, and what came back is committed after. Killed between
the two, the parcel says that a label was asked for: the sweep asks the carrier under the same id whether there is one.
Nobody asks for a second one meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext as _

from troth.fulfilment import jobs
from troth.fulfilment.actions.packing import held
from troth.fulfilment.doubts import note_doubt
from troth.fulfilment.events import Event
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.fulfilment.shipments import find_contact, write_request
from troth.fulfilment.states import record_parcel, require_going_on, set_waiting
from troth.fulfilment.telling import Told, tell_owner
from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.processors.api import Label, Rate, SendRefused, Unreachable, parcel_carrier

PATIENCE = timedelta(minutes=3)
"""For so long an answer may be on its way: each call to the carrier counts as unanswered after twenty seconds."""
BY_HAND = "by_hand"


def check_address(parcel: Parcel, *, adapter: str = "") -> bool | None:
    """Ask the carrier whether the address can be delivered to, once; return its word, None where it does not know.

    Where it cannot, the parcel waits, and its owner is asked for another (C3).
    """
    _follow_contact(parcel)
    if parcel.checked is None:
        with _asking(parcel):
            verdict = parcel_carrier(adapter=adapter).check_address(write_request(parcel))
        with held(parcel) as fresh:
            fresh.checked, fresh.address_ref = verdict.deliverable, verdict.address_ref
            fresh.save(update_fields=["checked", "address_ref"])
            if verdict.deliverable is False and set_waiting(fresh, Waits.ADDRESS):
                note_doubt(fresh.subject_id, cause="undeliverable")
                tell_owner(fresh, Told.ADDRESS_WANTED)
    return parcel.checked


def list_rates(parcel: Parcel, *, adapter: str = "") -> Sequence[Rate]:
    """Return the carrier's ways to send the parcel, cheapest first; nothing is bought by this."""
    _require_packed(parcel)
    with _asking(parcel):
        return parcel_carrier(adapter=adapter).list_rates(write_request(parcel))


def make_label(parcel: Parcel, *, rate_ref: str, adapter: str = "") -> None:
    """Have the label made, once; a parcel that has one is left as it is.

    Arguments:
        parcel: a packed parcel.
        rate_ref: the way to send it, as ``list_rates`` named it.
        adapter: another way to the carrier, such as by hand.

    Raises:
        Refused: the carrier or the one door out said no; nothing was bought.
        Unreachable: nobody answered. Whether a label was bought is found out by itself.
    """
    _follow_contact(parcel)
    if not _claim(parcel, rate_ref, adapter):
        return
    try:
        with _asking(parcel):
            label = parcel_carrier(adapter=adapter).buy_label(write_request(parcel), rate_ref=rate_ref)
    except Refused:
        _drop_claim(parcel)
        raise
    _note_label(parcel, label)


def look_for_label(parcel: Parcel) -> bool:
    """Ask whether a label was bought of which no answer was noted; return whether there is one.

    Where there is none, nothing was bought, and the parcel comes up for a label again.
    """
    with _asking(parcel):
        label = parcel_carrier(adapter=parcel.adapter).find_label(write_request(parcel))
    if label is None:
        _drop_claim(parcel)
        return False
    _note_label(parcel, label)
    return True


def print_label(parcel: Parcel) -> bytes:
    """Return the label as PDF. Act as the member who has the parcel in hand, who looks at name and address by it."""
    if not parcel.has_label:
        raise Refused(_("It has no label yet."), next_step=_("Make the label first."))
    request = write_request(parcel)
    look = request.recipient["name"].row
    # Whoever holds the label in hand has seen what stands on it: the look is judged and written down like any other.
    look.open("name", "shipping_address", "telephone")
    with acting(actor=system(jobs.LABELS), purpose=Purpose.SHIPPING):
        return parcel_carrier(adapter=parcel.adapter).print_label(request, parcel_ref=parcel.parcel_ref)


def note_tracking(parcel: Parcel, *, number: str) -> None:
    """Note the number that the carrier's counter gave, under which the parcel is followed."""
    with held(parcel) as fresh:
        if fresh.adapter != BY_HAND and fresh.tracking_number:
            raise Refused(_("The carrier gave this number with the label."), kept=_("Nothing was changed."))
        fresh.tracking_number = number
        fresh.save(update_fields=["tracking_number"])
        record_parcel(Event.PARCEL_LABELLED, fresh)


def _require_packed(parcel: Parcel) -> None:
    if parcel.state != ParcelState.PACKED:
        raise Refused(
            _("This parcel is %(state)s.") % {"state": parcel.get_state_display()}, kept=_("Nothing was changed.")
        )


def _claim(parcel: Parcel, rate_ref: str, adapter: str) -> bool:
    """Commit that a label is wanted; return whether it is for the caller to ask for it."""
    with held(parcel) as fresh:
        if fresh.has_label:
            return False
        _require_packed(fresh)
        require_going_on(fresh)
        if fresh.waits_for == Waits.ADDRESS:
            raise Refused(_("The client is asked for another address first."), kept=_("Nothing was bought."))
        if fresh.label_asked_at is not None:
            raise Refused(
                _("A label was asked for a moment ago, and the answer is not here yet."),
                kept=_("Nothing more was bought."),
                next_step=_("Look again in a few minutes: what was bought is found by itself."),
            )
        fresh.label_asked_at, fresh.rate_ref, fresh.adapter = clock.now(), rate_ref, adapter
        fresh.save(update_fields=["label_asked_at", "rate_ref", "adapter"])
    return True


def _drop_claim(parcel: Parcel) -> None:
    with held(parcel) as fresh:
        if not fresh.has_label:
            fresh.label_asked_at, fresh.rate_ref = None, ""
            fresh.save(update_fields=["label_asked_at", "rate_ref"])


def _note_label(parcel: Parcel, label: Label) -> None:
    """Note a label, once."""
    with held(parcel) as fresh:
        if fresh.has_label:
            return
        fresh.label_asked_at, fresh.labelled_at = None, clock.now()
        fresh.parcel_ref, fresh.carrier = label.parcel_ref, label.carrier[:60]
        fresh.tracking_number, fresh.tracking_url = label.tracking_number[:80], label.tracking_url[:300]
        fresh.save()
        set_waiting(fresh, Waits.NOTHING)
        record_parcel(Event.PARCEL_LABELLED, fresh)


def _follow_contact(parcel: Parcel) -> None:
    """Take another key where name or address of the order was changed since the carrier was asked last.

    The carrier knows the shipment with what stood there before; under another key it is another shipment.
    """
    version = find_contact(parcel).seal_version
    if version == parcel.contact_version or parcel.has_label or parcel.label_asked_at is not None:
        return
    with held(parcel) as fresh:
        if fresh.contact_version:
            fresh.label_key, fresh.address_ref, fresh.checked = new_id(), "", None
        fresh.contact_version = version
        fresh.save(update_fields=["label_key", "address_ref", "checked", "contact_version"])


@contextmanager
def _asking(parcel: Parcel) -> Iterator[None]:
    """Ask the carrier as the system job of labels; where the one door out is shut, the parcel waits and says so."""
    require_acting()
    _follow_contact(parcel)
    try:
        with acting(actor=system(jobs.LABELS), purpose=Purpose.SHIPPING):
            yield
    except SendRefused:
        with held(parcel) as fresh:
            set_waiting(fresh, Waits.PROCESSOR)
        raise
    except Unreachable as error:
        raise Unreachable(
            error.message,
            kept=_("The parcel is as it was."),
            next_step=_(
                "Try again in a few minutes. If a label was bought, it is found by itself, and not bought again."
            ),
        ) from None
    else:
        if parcel.waits_for == Waits.PROCESSOR:
            with held(parcel) as fresh:
                set_waiting(fresh, Waits.NOTHING)
