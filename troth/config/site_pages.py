"""The pages that belong to no room in particular: home, security, help."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page


@page(PUBLIC)
def show_home(request: HttpRequest) -> HttpResponse:
    """Show who runs the site, what it offers, and how to join."""
    return render(request, "config/home.jinja", {"operator": read_operator()})


@page(PUBLIC)
def show_security(request: HttpRequest) -> HttpResponse:
    """Show how values travel and lie, what nobody can promise, and how to report a weakness (M1–M4)."""
    operator = read_operator()
    context = {
        "operator": operator,
        "telephone": operator.contacts.telephone_uri(operator.country),
        "fresh_minutes": settings.REAUTHENTICATION_AGE // 60,
    }
    return render(request, "config/security.jinja", context)


@page(PUBLIC)
def show_help(request: HttpRequest) -> HttpResponse:
    """Show how to reach us, where one's own information is (A10), and how to report an error in it (A11)."""
    operator = read_operator()
    context = {"operator": operator, "telephone": operator.contacts.telephone_uri(operator.country)}
    return render(request, "config/help.jinja", context)
