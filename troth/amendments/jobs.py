"""The system jobs of this room, as the record names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

KEEPER = "statement-keeper"


def register() -> None:
    """Register the job that notes who was told, and puts a version into force on its day."""
    register_system_job(name=KEEPER, words=_("the keeper of our statement"), purposes=(Purpose.LEGAL, Purpose.UPKEEP))
