"""What this room registers when the program starts."""

from troth.kernel.ports import farewells
from troth.ledger.api import register_events
from troth.orders import jobs
from troth.orders.events import WORDS
from troth.orders.holders import register_holders
from troth.orders.kept import register_kept
from troth.orders.memberships import startup as memberships
from troth.orders.papers.draw import draw_all_of
from troth.orders.papers.issue import Papers
from troth.orders.papers_port import paper_makers


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    register_holders()
    register_kept()
    memberships.register()
    paper_makers.register("papers", Papers())
    farewells.register("orders.papers", draw_all_of)
