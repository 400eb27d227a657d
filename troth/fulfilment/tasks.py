"""By schedule: labels whose answer was lost, parcels of which no news came, and pieces that are in stock again."""

import logging
from datetime import timedelta

from crontask import cron
from django.tasks import task

from troth.fulfilment import jobs
from troth.fulfilment.actions.labels import PATIENCE, look_for_label
from troth.fulfilment.actions.packing import look_for_stock
from troth.fulfilment.actions.restocking import fill_waiting_orders
from troth.fulfilment.actions.tracking import look_where
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import TrothError
from troth.kernel.purposes import Purpose

log = logging.getLogger(__name__)
_SILENCE = timedelta(hours=6)
_MOST = 200


@cron("*/5 * * * *")
@task
def look_for_labels() -> int:
    """Find out what became of labels that were asked for and not noted; return how many there are now."""
    waiting = Parcel.objects.filter(labelled_at=None, label_asked_at__lt=clock.now() - PATIENCE)
    found = 0
    for parcel in waiting.select_related("order").order_by("label_asked_at")[:_MOST]:
        try:
            with acting(actor=system(jobs.LABELS), purpose=Purpose.SHIPPING):
                found += look_for_label(parcel)
        except TrothError:
            log.warning("The carrier could not be asked for a label; it is asked again.")
    return found


@cron("17 * * * *")
@task
def look_for_parcels() -> int:
    """Ask where parcels are of which nothing was heard for hours; return of how many there was news."""
    silent = Parcel.objects.filter(
        state__in=[ParcelState.SHIPPED, ParcelState.COMES_BACK], moved_at__lt=clock.now() - _SILENCE
    ).exclude(parcel_ref="")
    news = 0
    for parcel in silent.select_related("order").order_by("moved_at")[:_MOST]:
        try:
            news += look_where(parcel)
        except TrothError:
            log.warning("The carrier could not be asked where a parcel is; it is asked again.")
    return news


@cron("*/15 * * * *")
@task
def look_for_pieces() -> int:
    """Let go on what waited for stock and finds it; return how many orders and parcels do."""
    waiting = Parcel.objects.filter(waits_for=Waits.STOCK).select_related("order").order_by("made_at")[:_MOST]
    with acting(actor=system(jobs.TRACKING), purpose=Purpose.ORDERS):
        return fill_waiting_orders(_MOST) + sum(look_for_stock(parcel) for parcel in waiting)
