"""What this room registers when the program starts."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from troth.announcements import jobs
from troth.announcements.banners import announce
from troth.announcements.bounces import take_bounce
from troth.announcements.controls import register_controls
from troth.announcements.events import WORDS
from troth.announcements.held import HeldDeliveries
from troth.announcements.holder import DeliveryHolder
from troth.announcements.postfix_log import PostfixLog
from troth.announcements.queries import count_to_review
from troth.announcements.relay_log import relay_logs
from troth.announcements.retention import register_retention
from troth.kernel.ports import bounce_takers, holders
from troth.ledger.api import register_events
from troth.processors.api import waiters
from troth.staff.api import Permission, Room, register_room
from troth.ui.api import Place, register_banner, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    if settings.ENVIRONMENT.relay_log is not None:
        relay_logs.register("postfix", PostfixLog(settings.ENVIRONMENT.relay_log).ask)
    waiters.register("announcements.deliveries", HeldDeliveries())
    holders.register("announcements", DeliveryHolder())
    register_retention()
    bounce_takers.register("announcements", take_bounce)
    register_controls()
    register_banner("announcements", announce)
    register_link(
        place=Place.FOOTER, order=82, name="announcements", words=_("Announcements"), url="announcements:past"
    )
    register_room(
        Room(
            key="notices",
            words=_("Notices to many"),
            summary=_("Service announcements and news: written by one, read by another, sent once to each."),
            url="announcements:notices",
            permission=Permission.READ_NOTICES,
            count_waiting=count_to_review,
            do=_("Read a notice"),
        )
    )
