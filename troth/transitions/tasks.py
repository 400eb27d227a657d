"""What this room does by schedule and after a commit. Each may run twice, and beside itself."""

from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.transitions.kinds import TransitionState
from troth.transitions.models import Transition
from troth.transitions.packing import make_part

PARTS = 10
"""Parts in one task, so that other tasks are not held up."""


@task()
def pack_transition(transition_id: str) -> None:
    """Make some parts of the package; go on in a task of its own where more are to be made."""
    found = Transition.objects.filter(pk=UUID(transition_id)).first()
    if found is None:
        return
    for _part in range(PARTS):
        if not make_part(found):
            return
    pack_transition.enqueue(transition_id)


@cron("*/5 * * * *")
@task()
def go_on_with_packages() -> None:
    """Go on with a package whose making was cut off."""
    for found in Transition.objects.filter(state=TransitionState.PACKING):
        pack_transition.enqueue(str(found.pk))
