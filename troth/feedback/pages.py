"""Which page somebody speaks of: its name in the program, and never its address, in which a number could stand."""

from functools import cache

from django.http import HttpRequest

from troth.kernel.crawl import list_routes
from troth.ui.api import reverse_url_or_none

OWN = "feedback:"


def page_of(request: HttpRequest) -> str:
    """Return the name of the page that answers this request; empty where there is no such page."""
    match = request.resolver_match
    return match.view_name if match is not None else ""


def know_page(name: str) -> str:
    """Return the name where the program has such a page, else an empty text: nobody can store another word as one."""
    return name if name in _names() else ""


@cache
def _names() -> frozenset[str]:
    return frozenset(route.name for route in list_routes() if route.name)


def make_form_address(request: HttpRequest) -> str:
    """Return where the small form at the foot of this page leads; empty on the form's own page."""
    name = know_page(page_of(request))
    if name in {"feedback:give", "feedback:give_on"}:
        return ""
    known = reverse_url_or_none("feedback:give_on", about=name) if name else reverse_url_or_none("feedback:give")
    return known or ""
