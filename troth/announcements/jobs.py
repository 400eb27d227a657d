"""The system jobs of this room, as a client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

SENDER = "notice-sender"
UNSUBSCRIBER = "news-ender"


def register() -> None:
    """Register the jobs: one sends, one ends news at a client's click."""
    register_system_job(
        name=SENDER,
        words=_("the sender of notices"),
        purposes=[Purpose.SERVICE_MESSAGES, Purpose.NEWS, Purpose.UPKEEP],
    )
    register_system_job(name=UNSUBSCRIBER, words=_("the end of news by a link"), purposes=[Purpose.NEWS])
