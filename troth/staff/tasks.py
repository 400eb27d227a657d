"""What staff's room does after a commit, and by schedule. Tasks carry ids only, and may run twice."""

import logging
from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.staff.actions import conduct, invitations, training

log = logging.getLogger(__name__)


@cron("* * * * *")
@task
def watch_looks() -> int:
    """Read what staff did of late; return how many incidents were opened."""
    return len(conduct.watch())


@cron("23 6 * * *")
@task
def remind_of_ends() -> int:
    """Remind those whose certificate ends soon; return how many were."""
    return training.remind_of_ends()


@task
def send_invitation(invitation_id: str) -> bool:
    """Send one invitation; a try that fails is made again by ``send_invitations``. Return whether it went."""
    try:
        return invitations.send(UUID(invitation_id))
    except OSError as error:
        # The relay's exceptions are OSErrors, and their text may hold the address.
        log.warning("An invitation was not taken.", extra={"facts": {"error": type(error).__name__}})
        return False


@cron("*/10 * * * *")
@task
def send_invitations() -> int:
    """Try again the invitations that were agreed to and have not left; return how many went."""
    return sum(send_invitation.call(str(invitation_id)) for invitation_id in invitations.find_unsent())
