"""Taking events in, and handing them on."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from troth.kernel import clock
from troth.kernel.ports import Registry
from troth.processors.card import CardEvent, CardEventKind
from troth.processors.linking import card_processor, find_active, parcel_carrier
from troth.processors.models import HookEvent, Kind
from troth.processors.parcel import ParcelEvent, TrackingState

_log = logging.getLogger(__name__)
MOST_TRIES = 12
KEPT = timedelta(days=90)

card_event_handlers: Registry[str, Callable[[CardEvent], None]] = Registry("card event handler")
"""Name → is told of each event of the card processor; may be told twice, late, and out of order."""

parcel_event_handlers: Registry[str, Callable[[ParcelEvent], None]] = Registry("parcel event handler")
"""Name → is told of each event of the parcel carrier; may be told twice, late, and out of order."""

PARCEL = "parcel"
"""The kind of a parcel carrier's events; those of the card processor have several."""


def take_card_event(*, body: bytes, signature: str) -> bool:
    """Keep a posted event of the card processor; return whether it is new and concerns us.

    Raises Forged where it is not signed by the processor.
    """
    event = card_processor().read_event(body=body, signature=signature)
    if event is None:
        return False
    return _keep(
        event.event_ref,
        {
            "processor": find_active(Kind.CARD).key,
            "kind": event.kind,
            "object_ref": event.object_ref,
            "attempt_id": event.attempt_id,
            "facts": dict(event.facts),
            "created_at": event.created_at,
        },
    )


def take_parcel_event(*, body: bytes, signature: str) -> bool:
    """Keep a posted event of the parcel carrier; return whether it is new and concerns us.

    Raises Forged where it is not signed by the carrier.
    """
    event = parcel_carrier().read_event(body=body, signature=signature)
    if event is None:
        return False
    return _keep(
        event.event_ref,
        {
            "processor": find_active(Kind.PARCEL).key,
            "kind": PARCEL,
            "object_ref": event.parcel_ref,
            "facts": {"status": event.state.value},
            "created_at": event.at,
        },
    )


def _keep(event_ref: str, facts: Mapping[str, Any]) -> bool:
    with transaction.atomic():
        row, made = HookEvent.objects.get_or_create(event_ref=event_ref, defaults=facts)
        if made:
            from troth.processors.tasks import hand_on_event

            hand_on_event.enqueue(row.event_ref)
    return made


def hand_on(event_ref: str) -> bool:
    """Tell every handler of one event; return whether all took it. One that did not is told again later."""
    row = HookEvent.objects.filter(pk=event_ref, handled_at=None).first()
    if row is None:
        return True
    wait = timedelta(seconds=20) * 2 ** min(row.tries, 10)
    mine = HookEvent.objects.filter(pk=event_ref, handled_at=None, tries=row.tries)
    if not mine.update(tries=F("tries") + 1, next_try_at=clock.now() + wait):
        return False
    try:
        _tell_handlers(row)
    except Exception:
        _log.warning("An event of a processor was not taken, and is handed on again later.")
        return False
    HookEvent.objects.filter(pk=event_ref).update(handled_at=clock.now())
    return True


def _tell_handlers(row: HookEvent) -> None:
    if row.kind == PARCEL:
        news = ParcelEvent(row.event_ref, row.object_ref, TrackingState(row.facts["status"]), row.created_at)
        for take in parcel_event_handlers:
            take(news)
        return
    event = CardEvent(
        event_ref=row.event_ref,
        kind=CardEventKind(row.kind),
        object_ref=row.object_ref,
        attempt_id=row.attempt_id,
        created_at=row.created_at,
        facts=row.facts,
    )
    for handle in card_event_handlers:
        handle(event)


def hand_on_waiting(limit: int = 200) -> int:
    """Hand on what waits and is due; return how many were taken."""
    due = HookEvent.objects.filter(handled_at=None, next_try_at__lte=clock.now(), tries__lt=MOST_TRIES)
    refs = list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])
    return sum(hand_on(ref) for ref in refs)


def count_old_events() -> int:
    """Return how many events are past their time."""
    return HookEvent.objects.filter(received_at__lt=clock.now() - KEPT).count()


def thin_out_events() -> int:
    """Remove events that are past their time; return how many went."""
    gone, _by_table = HookEvent.objects.filter(received_at__lt=clock.now() - KEPT).delete()
    return gone
