"""By schedule and on demand: staff are told of refusals and of what is about to lapse; deletions are passed on."""

from django.tasks import task

from troth.processors.telling import tell_of_refusals


@task
def tell_refusals() -> int:
    """Tell staff of each cause of today that they were not told of; return of how many."""
    return tell_of_refusals()
