"""What another site can be told, each by itself: nothing here is a personal value, and nothing is told unasked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words
from troth.orders.api import MemberFacts


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a site can be told.

    Arguments:
        scope: the scope by which a site asks for it.
        name: its name in the answer.
        label: its label in the record of what left.
        words: what it is, to follow "They learn".
        read: computes it of where the membership stands; the pseudonym is no such thing.
    """

    scope: str
    name: str
    label: str
    words: Words
    read: Callable[[MemberFacts], object]


PSEUDONYM = Claim(
    scope="openid",
    name="sub",
    label="connect.Pseudonym.pseudonym",
    words=_("a pseudonym of you, drawn for this site alone"),
    read=lambda _facts: None,
)
IS_MEMBER = Claim(
    scope="membership",
    name="is_member",
    label="orders.Membership.is_member",
    words=_("whether you are a member today: yes or no"),
    read=lambda facts: facts.is_member,
)
PLAN = Claim(
    scope="membership.plan",
    name="membership_plan",
    label="orders.Membership.plan",
    words=_("which plan you have"),
    read=lambda facts: facts.plan if facts.is_member else None,
)
UNTIL = Claim(
    scope="membership.until",
    name="membership_until",
    label="orders.Membership.member_until",
    words=_("until which day you are a member as things stand"),
    read=lambda facts: facts.until.isoformat() if facts.until else None,
)
CLAIMS = (PSEUDONYM, IS_MEMBER, PLAN, UNTIL)
SCOPES = {claim.scope: claim.words for claim in CLAIMS}


def claims_of(scopes: Iterable[str]) -> Sequence[Claim]:
    """Return the claims of these scopes, in their order."""
    wanted = set(scopes)
    return [claim for claim in CLAIMS if claim.scope in wanted]
