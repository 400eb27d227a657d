"""The system jobs of this room, as the client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

REGISTER = "rights-register"


def register() -> None:
    """Register the jobs, each for its one purpose."""
    register_system_job(name=REGISTER, words=_("the register of requests"), purposes=[Purpose.RIGHTS])
