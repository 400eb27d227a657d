"""What this room registers when the program starts."""

import re

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import carried, homes
from troth.kernel.ports import farewells
from troth.ledger.api import register_events
from troth.orders import going_on, in_console, jobs, mails
from troth.orders.basket import KEPT_AS, count_basket
from troth.orders.books import controls as books
from troth.orders.catalogue.queries import is_sold_name
from troth.orders.events import WORDS
from troth.orders.form import controls as form_checks
from troth.orders.holders import register_holders
from troth.orders.hooks import take_card_news
from troth.orders.kept import register_kept
from troth.orders.memberships import startup as memberships
from troth.orders.memberships.views import WAY_BACK, lead_back
from troth.orders.papers import controls as papers
from troth.orders.papers.draw import draw_all_of
from troth.orders.papers.issue import Papers
from troth.orders.papers_port import paper_makers
from troth.processors.api import card_event_handlers, catalogue_names
from troth.ui.api import Place, register_link

_QUANTITY = re.compile(r"\d{1,3} × ")


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    register_holders()
    register_kept()
    memberships.register()
    in_console.register()
    going_on.register()
    mails.register()
    books.register()
    form_checks.register()
    papers.register()
    paper_makers.register("papers", Papers())
    farewells.register("orders.papers", draw_all_of)
    catalogue_names.register("orders", lambda name: is_sold_name(_QUANTITY.sub("", name, count=1)))
    card_event_handlers.register("orders", take_card_news)
    carried.update({KEPT_AS, WAY_BACK})
    homes.register("memberships", lead_back)
    homes.register("orders", _go_on_with_order)
    register_link(place=Place.HEADER, order=10, name="shop", words=_("What we offer"), url="orders:shop")
    register_link(place=Place.FOOTER, order=45, name="basket", words=_("Basket"), url="orders:basket")


def _go_on_with_order(request: HttpRequest) -> str:
    """Return the order form's path for whom signed in with something in the basket."""
    return reverse("orders:checkout") if count_basket(request) else ""
