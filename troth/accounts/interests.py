"""What a client chose to hear of, and what stood beside the choice: the record that shows that it chose (B3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from troth.accounts.models import Profile
from troth.kernel import clock


def record_interests(chosen: Sequence[str], *, before: Mapping[str, Any] | None = None) -> dict[str, dict[str, str]]:
    """Return what ``Profile.interest_records`` holds for a choice.

    Arguments:
        chosen: the keys of the services chosen now.
        before: the records so far; a service that stays chosen keeps the day on which it was chosen first.

    Returns service → ``{"wording", "chosen_at"}``: the service's name and the reason as they stood beside the box, in
    the reader's language.
    """
    attribute = Profile.interests
    names = dict(attribute.choices())
    known = dict(before or {})
    return {key: known.get(key) or _describe(str(names[key]), str(attribute.why)) for key in chosen}


def _describe(name: str, why: str) -> dict[str, str]:
    return {"wording": f"{name} – {why}", "chosen_at": clock.now().isoformat(timespec="seconds")}
