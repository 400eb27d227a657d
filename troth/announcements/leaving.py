"""Ending news at a client's click: the choice is taken out of the client's own details, and nobody can put it back."""

from contextlib import suppress

from troth.accounts.api import Profile
from troth.announcements.events import Event
from troth.announcements.jobs import UNSUBSCRIBER
from troth.announcements.readers import find_by_choice
from troth.announcements.tokens import NewsToken
from troth.kernel.acting import acting, system
from troth.kernel.errors import CannotOpen
from troth.kernel.purposes import Purpose
from troth.ledger.api import record


def end_news(token: NewsToken, *, everything: bool = False) -> bool:
    """Take one service, or all, out of what interests the client; return whether anything was taken out.

    It may be asked twice, and for a client who is gone: then there is nothing to end. What is chosen as a whole,
    such as invitations to surveys, is ended by the room that it belongs to.
    """
    if (chosen_as_a_whole := find_by_choice(token.interest)) is not None:
        with acting(actor=system(UNSUBSCRIBER), purpose=Purpose.NEWS):
            return chosen_as_a_whole.end(token.subject_id)
    profile = Profile.of(token.subject_id)
    if profile is None:
        return False
    with acting(actor=system(UNSUBSCRIBER), purpose=Purpose.NEWS), suppress(CannotOpen):
        opened = profile.open("interests", "interest_records")
        chosen, records = list(opened.interests or ()), dict(opened.interest_records or {})
        left = [] if everything else [key for key in chosen if key != token.interest]
        if left == chosen:
            return False
        profile.interests = left or None
        profile.interest_records = {key: records[key] for key in left if key in records} or None
        profile.save()
        record(event=Event.NEWS_ENDED, subject_id=token.subject_id, fields=["interests"])
        return True
    return False
