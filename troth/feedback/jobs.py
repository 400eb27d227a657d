"""The system job of this room, as a client's timeline names it."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

INTAKE = "feedback-intake"


def register() -> None:
    """Register the job: it seals what somebody without an account says, who is nobody yet."""
    register_system_job(name=INTAKE, words=_("the intake of feedback"), purposes=[Purpose.SUPPORT])
