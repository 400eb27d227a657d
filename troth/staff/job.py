"""The system job that keeps the register of staff from the command line."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

JOB = "staff-register"


def register() -> None:
    """Register the job; it keeps the register, and opens no client's values."""
    register_system_job(name=JOB, words=_("the register of staff"), purposes=[Purpose.SECURITY])
