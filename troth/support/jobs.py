"""The system jobs of the help desk, as the client's timeline names them, each for as little as it needs."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

INTAKE = "support-intake"
SENDER = "support-sender"


def register() -> None:
    """Register the jobs."""
    register_system_job(name=INTAKE, words=_("the intake of mails and forms"), purposes=[Purpose.SUPPORT])
    register_system_job(
        name=SENDER,
        words=_("the writer of answers"),
        purposes=[
            Purpose.SUPPORT,
            Purpose.ORDERS,
            Purpose.BILLING,
            Purpose.SHIPPING,
            Purpose.RIGHTS,
            Purpose.ACCOUNT,
            Purpose.SERVICE_MESSAGES,
        ],
    )
