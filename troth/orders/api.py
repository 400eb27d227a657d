"""The border of ``orders``: what other rooms may use."""

from troth.orders.actions.catalogue import seed_catalogue
from troth.orders.demo import make_demo_members
from troth.orders.memberships.facts import MemberFacts, read_member_facts

__all__ = ["MemberFacts", "make_demo_members", "read_member_facts", "seed_catalogue"]
