"""Changing what a client told about itself. Must run with the client acting."""

from collections.abc import Sequence

from troth.accounts.interests import record_interests
from troth.accounts.models import Profile


def choose_interests(profile: Profile, chosen: Sequence[str]) -> None:
    """Store which services interest the client, with the day and the words that stood beside each (B3)."""
    before = profile.open("interest_records").interest_records
    profile.interests = list(chosen) or None
    profile.interest_records = record_interests(chosen, before=before) or None
    profile.save()
