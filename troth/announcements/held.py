"""Mails to many that wait for the relay, as it may be given nothing: staff see how many (A13)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.announcements.kinds import DeliveryState, NoticeState
from troth.announcements.models import Delivery
from troth.processors.api import ProcessorKind, Waiting, is_way_open


class HeldDeliveries:
    """Deliveries of notices under way (``processors.waiting.Waiter``)."""

    def list_waiting(self, kind: ProcessorKind) -> Sequence[Waiting]:
        """Return how many wait; none while the way is open, as they are then merely next."""
        if kind is not ProcessorKind.MAIL or is_way_open(kind):
            return ()
        rows = Delivery.objects.filter(state=DeliveryState.PENDING, notice__state=NoticeState.SENDING)
        return (Waiting(words=_("Mails of notices to many"), count=rows.count(), url=reverse("announcements:notices")),)

    def go_on(self, kind: ProcessorKind) -> int:
        """Do nothing: the run of each minute takes up what waits."""
        return 0
