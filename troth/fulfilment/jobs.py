"""The system jobs of this room, as the client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

LABELS = "fulfilment-labels"
TRACKING = "fulfilment-tracking"


def register() -> None:
    """Register the jobs, each for what it does and no more."""
    register_system_job(name=LABELS, words=_("the making of labels"), purposes=[Purpose.SHIPPING])
    register_system_job(name=TRACKING, words=_("the tracking of parcels"), purposes=[Purpose.SHIPPING, Purpose.ORDERS])
