"""The border of ``orders``: what other rooms may use."""

from troth.orders.actions.catalogue import seed_catalogue
from troth.orders.memberships.facts import MemberFacts, read_member_facts

__all__ = ["MemberFacts", "read_member_facts", "seed_catalogue"]
