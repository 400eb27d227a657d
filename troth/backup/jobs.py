"""The system job of this room, as the ledger names it."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose

KEEPER = "backup-keeper"


def register() -> None:
    """Register the job. It opens no personal value: a backup holds what is sealed as it is."""
    register_system_job(name=KEEPER, words=_("the keeper of the backups"), purposes=[Purpose.UPKEEP])
