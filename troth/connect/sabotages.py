"""Deliberate breaches of what connected sites are told, for the drills."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from troth.connect.actions import consent, telling
from troth.connect.claims import PSEUDONYM, claims_of
from troth.connect.models import Party
from troth.disclosures.api import Authorisation
from troth.kernel.sabotage import swap


@contextmanager
def tell_everything() -> Iterator[None]:
    """Take the word for one thing as the word for all of them, and judge no ground."""
    module: Any = telling
    real_write, find = module._write_down, telling.find_consent  # noqa: SLF001  what a drill is for

    def careless(party: Party, subject_id: UUID, scopes: Iterable[str]) -> list[tuple[Any, Authorisation]]:
        word = find(subject_id, party, PSEUDONYM)
        return [(claim, word) for claim in claims_of(scopes)] if word else []

    def write(party: Party, subject_id: UUID, claim: Any, word: Authorisation) -> None:
        if claim is PSEUDONYM:
            real_write(party, subject_id, claim, word)

    with swap(telling, "_agreed", careless), swap(telling, "_write_down", write):
        yield


def write_nothing() -> Any:
    """Answer, and leave no line of it."""
    return swap(telling, "_write_down", lambda *_given: None)


def use_one_name() -> Any:
    """Call a client the same everywhere."""
    return swap(telling, "pseudonym_of", lambda subject_id, _sector: str(subject_id))


def ignore_withdrawal() -> Any:
    """Say that a consent was taken back, and keep it."""
    return swap(consent, "withdraw", lambda **_named: True)


def keep_plain() -> Any:
    """Keep what opens a door instead of its digest."""
    from troth.connect import validator

    return swap(validator, "digest", lambda secret: secret)
