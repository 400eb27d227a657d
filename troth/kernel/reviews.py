"""Acts that need two people, for rooms below ``staff``: they hand in what is done, ``staff`` finds the second person.

    register_review(ReviewKind(key="processors.change", …, carry_out=carry_out))
    ask_second_person(kind="processors.change", facts={"change": …, "digest": …})

The act is carried out when somebody else agreed to it, in the transaction of that decision. While nobody keeps reviews,
nothing that needs two people can be prepared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from troth.kernel.errors import AccessDenied
from troth.kernel.ports import Registry, Words

Facts = Mapping[str, str | int]
DECIDE = "console:reviews:decide"
"""The permission of those who decide what another prepared."""


@dataclass(frozen=True, slots=True)
class ReviewKind:
    """One act that needs two people.

    Arguments:
        key: ``<app>.<name>``, for good.
        words: what it is, such as "a change of a role".
        describe: what exactly would be done, of the facts, one sentence for the second person.
        carry_out: does it; called in the transaction of the decision, with the second person acting.
        permission: who may decide it; ``console:reviews:decide`` unless it says otherwise.
        concerns: the member whom it concerns and who therefore does not decide it, or None.
        find_url: the page on which the second person reads all of it, or an empty text where the sentence is all.
    """

    key: str
    words: Words
    describe: Callable[[Facts], str]
    carry_out: Callable[[Facts], None]
    permission: str = DECIDE
    concerns: Callable[[Facts], UUID | None] = lambda _facts: None
    find_url: Callable[[Facts], str] = lambda _facts: ""


review_kinds: Registry[str, ReviewKind] = Registry("kind of review")
desks: Registry[str, Callable[[str, Facts], UUID]] = Registry("desk of reviews")
"""Supplied by ``staff``: prepares an act for a second person, and returns the review's id."""


def register_review(kind: ReviewKind) -> None:
    """Hand in an act that needs two people, at start-up."""
    review_kinds.register(kind.key, kind)


def ask_second_person(*, kind: str, facts: Facts) -> UUID:
    """Prepare an act for a second person; return the review's id. Act as whoever prepares it.

    Raises AccessDenied where nobody keeps reviews, and what the desk raises.
    """
    prepare = desks.get("staff")
    if prepare is None:
        raise AccessDenied("Nobody keeps reviews here, so nothing that needs two people can be prepared.")
    return prepare(kind, facts)
