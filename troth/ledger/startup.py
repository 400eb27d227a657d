"""What the ledger registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import controls, register_system_job
from troth.kernel.purposes import Purpose
from troth.ledger.controls import RECORD_IS_WHOLE
from troth.ledger.events import WORDS, register_events
from troth.ledger.rotation import JOB


def register() -> None:
    """Register the ledger's own events, its job and its control."""
    register_events(WORDS)
    register_system_job(name=JOB, words=_("the keeper of the record"), purposes=[Purpose.UPKEEP])
    controls.register(RECORD_IS_WHOLE.key, RECORD_IS_WHOLE)
