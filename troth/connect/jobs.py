"""The system job of this room, as the client's timeline names it."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

ANSWERS = "connect-answers"


def register() -> None:
    """Register the job. It opens no personal value: what it tells is computed of paid terms."""
    register_system_job(name=ANSWERS, words=_("the answers to connected sites"), purposes=[Purpose.ORDERS])
