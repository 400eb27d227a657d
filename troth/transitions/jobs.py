"""The system jobs of this room, as a client's timeline names them."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

PACKER = "transition-packer"


def register() -> None:
    """Register the job that opens what passes on and seals it to the other party; nobody else acts for that."""
    register_system_job(
        name=PACKER,
        words=_("the maker of the package for a new owner"),
        purposes=[Purpose.TRANSITION, Purpose.UPKEEP],
    )
