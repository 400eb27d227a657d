"""The system jobs of staff, as a client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

JOB = "staff-register"
MAIL = "staff-mail"
WATCH = "staff-watch"
PAPERS = "staff-papers"


def register() -> None:
    """Register the jobs. None opens a client's values but the papers, which seal what a client is to read."""
    register_system_job(name=JOB, words=_("the register of staff"), purposes=[Purpose.SECURITY])
    register_system_job(name=MAIL, words=_("the writer of invitations"), purposes=[Purpose.SECURITY])
    register_system_job(name=WATCH, words=_("the watch over the looks of staff"), purposes=[Purpose.SECURITY])
    register_system_job(
        name=PAPERS,
        words=_("the register of looks and objections"),
        purposes=[Purpose.RIGHTS, Purpose.LEGAL, Purpose.SECURITY],
    )
