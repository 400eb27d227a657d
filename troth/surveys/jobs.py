"""The system job of this room, as a client's timeline names it."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

GATHERER = "survey-gatherer"


def register() -> None:
    """Register the job: it closes surveys, gathers their answers and deletes them when their time is over."""
    register_system_job(
        name=GATHERER, words=_("the gathering of survey answers"), purposes=[Purpose.SURVEYS, Purpose.UPKEEP]
    )
