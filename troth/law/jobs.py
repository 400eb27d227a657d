"""The system jobs of this room, as a client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

REGISTER = "law-register"
CLERK = "law-clerk"


def register() -> None:
    """Register the jobs: one seals what is entered, one tells clients when it is time."""
    register_system_job(name=REGISTER, words=_("the register of legal requests"), purposes=[Purpose.LEGAL])
    register_system_job(
        name=CLERK,
        words=_("the clerk of legal notices"),
        purposes=[Purpose.LEGAL, Purpose.SERVICE_MESSAGES, Purpose.SECURITY],
    )
