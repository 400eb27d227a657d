"""A service was done: staff say so, line by line, and the order is done when all of it is."""

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.ledger.api import record
from troth.orders.actions.settling import finish_if_done
from troth.orders.events import Event
from troth.orders.models import OrderLine, OrderState, ProductKind
from troth.orders.states import lock_order
from troth.orders.telling import News, tell_client


def finish_service(line: OrderLine) -> None:
    """Note that a service was done; done twice it does nothing more. Raises Refused where there is nothing to do."""
    require_acting()
    with transaction.atomic():
        order = lock_order(line.order_id)
        fresh = OrderLine.objects.select_for_update().get(pk=line.pk)
        if fresh.kind != ProductKind.SERVICE or not fresh.remaining or order.state != OrderState.PAID:
            raise Refused(_("There is no service to finish on this line now."), kept=_("Nothing was changed."))
        if fresh.done_at is not None:
            return
        fresh.done_at = clock.now()
        fresh.save(update_fields=["done_at"])
        record(
            event=Event.SERVICE_DONE,
            subject_id=order.subject_id,
            object_type="orders.OrderLine",
            object_id=str(line.pk),
        )
        if finish_if_done(order):
            tell_client(order, News.FILLED)
