"""By schedule and on demand: staff are told of refusals and of what is about to lapse; deletions are passed on."""

from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.processors import telling
from troth.processors.correcting import pass_on_due
from troth.processors.hooks import intake
from troth.processors.passing_on import ask_again, ask_one, clear_answered
from troth.processors.refusals import thin_out
from troth.processors.standing import find_processor
from troth.processors.waiting import go_on_with, go_on_with_all


@task
def tell_refusals() -> int:
    """Tell staff of each cause of today that they were not told of; return of how many."""
    return telling.tell_of_refusals()


@task
def tell_strays() -> int:
    """Tell staff of connections that were stopped, and of which they were not told today; return of how many."""
    return telling.tell_of_strays()


@task
def tell_deletion_failed(request_id: str) -> None:
    """Tell staff that an organisation did not delete what it was asked to."""
    telling.tell_of_deletion(request_id)


@cron("*/5 * * * *")
@task
def pass_on_corrections() -> int:
    """Pass on corrections that wait and are due; return how many were answered."""
    return pass_on_due()


@task
def tell_of_correction(correction_id: str) -> None:
    """Tell staff of a correction that no program could pass on."""
    telling.tell_of_correction(correction_id)


@task
def tell_deletion_by_letter(request_id: str) -> None:
    """Tell staff that an organisation is to be asked by letter to delete."""
    telling.tell_of_letter(request_id)


@task
def pass_on_end(subject_id: str, key: str) -> None:
    """Ask an organisation of the register to delete what it received, as its purpose has ended; twice, it asks once."""
    if find_processor(key) is not None:
        ask_one(UUID(subject_id), key)


@cron("*/5 * * * *")
@task
def pass_on_deletions() -> int:
    """Ask organisations that did not answer a request to delete, and whose next try is due."""
    clear_answered()
    return ask_again()


@cron("10 * * * *")
@task
def tell_what_lapses() -> int:
    """Tell staff of agreements about to lapse and audits about to be due, and of refusals of which nobody was told."""
    return telling.tell_of_refusals() + telling.tell_of_lapses()


@task
def go_on(key: str) -> int:
    """Go on with what waited for a company, now that the register was changed."""
    return go_on_with(key)


@cron("*/10 * * * *")
@task
def go_on_with_what_waits() -> int:
    """Go on with what waited for a company that may receive again, such as since an agreement began today."""
    return go_on_with_all()


@task
def hand_on_event(event_ref: str) -> bool:
    """Tell whoever it concerns of an event that was posted to us."""
    return intake.hand_on(event_ref)


@cron("* * * * *")
@task
def hand_on_events() -> int:
    """Hand on the events that wait."""
    return intake.hand_on_waiting()


@cron("50 4 * * *")
@task
def thin_out_counts() -> int:
    """Remove counts of refusals that are more than a year old."""
    return thin_out()
