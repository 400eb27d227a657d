"""What ``accounts`` does after a commit, and by schedule. Tasks carry ids only, and may run twice."""

import logging
from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.accounts import mails
from troth.accounts.actions import leaving, registration
from troth.kernel.errors import TrothError

log = logging.getLogger(__name__)


@task
def deliver_message(message_id: str) -> bool:
    """Send one account mail; a try that fails is made again by ``deliver_due``. Return whether it went."""
    try:
        return mails.deliver(UUID(message_id))
    except (OSError, TrothError) as error:
        # The relay cannot be reached, or refused (its exceptions are OSErrors, and their text may hold the address);
        # or the door stays shut. The mails that are due after this one have their turn all the same.
        log.warning("A mail was not taken.", extra={"facts": {"message": message_id, "error": type(error).__name__}})
        return False


@cron("* * * * *")
@task
def deliver_due() -> int:
    """Try again the mails whose next try is due; return how many went."""
    return sum(deliver_message.call(message_id=str(message_id)) for message_id in mails.find_due())


@cron("17 * * * *")
@task
def remind_unverified() -> int:
    """Remind once each owner of an account that waits for confirmation; return how many were reminded."""
    return registration.remind_unverified()


@cron("7 * * * *")
@task
def start_due_erasures() -> int:
    """Put accounts whose days of grace are over on the list of erasures; return how many."""
    return leaving.start_due_erasures()
