"""What the help desk does after a commit, and by schedule. Tasks carry ids only, and may run twice."""

import logging
from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.kernel.errors import TrothError
from troth.support import sending
from troth.support.mailin import fetching, filing

log = logging.getLogger(__name__)


@task
def deliver_outbound(outbound_id: str) -> bool:
    """Send one mail that the gate allowed; a try that fails is made again by ``deliver_due``."""
    try:
        return sending.deliver(UUID(outbound_id))
    except (OSError, TrothError) as error:
        # The relay cannot be reached, or refused (its exceptions are OSErrors, and their text may hold the address);
        # or the door stays shut. The mails that are due after this one have their turn all the same.
        log.warning("A mail was not taken.", extra={"facts": {"mail": outbound_id, "error": type(error).__name__}})
        return False


@cron("* * * * *")
@task
def deliver_due_answers() -> int:
    """Try again the mails whose next try is due; return how many went."""
    sending.give_up()
    return sum(deliver_outbound.call(outbound_id=str(each)) for each in sending.find_due())


@task
def fit_call_hours(outbound_id: str) -> bool:
    """Put a call into the hours in which the client may be called."""
    return sending.fit_hours(UUID(outbound_id))


@cron("* * * * *")
@task
def fit_waiting_calls() -> int:
    """Put those calls into the client's hours whose own task was lost, as by a crash; return how many."""
    return sum(sending.fit_hours(call_id) for call_id in sending.find_unfitted())


@task
def file_mail(mail_id: str) -> bool:
    """Put one stored mail where it belongs; return whether it stood unfiled."""
    return filing.file_mail(UUID(mail_id))


@cron("* * * * *")
@task
def file_stored_mails() -> int:
    """Put the mails where they belong that were stored and not filed, as after a crash; return how many."""
    return sum(filing.file_again(mail_id) for mail_id in filing.find_stored())


@cron("* * * * *")
@task
def fetch_mails() -> int:
    """Fetch new mails from the mailbox of the help desk; return how many. Without a mailbox there is nothing to do."""
    try:
        return fetching.fetch_all()
    except OSError as error:
        log.warning("The mailbox cannot be reached.", extra={"facts": {"error": type(error).__name__}})
        return 0
