"""The pages that belong to no room in particular: home, security, help."""

from collections import Counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.accounts.api import is_signed_in
from troth.accounts.forms import SignInForm
from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page
from troth.statement.api import ClauseState, State, clauses, home_notice
from troth.statement.states import read_clause_states


@page(PUBLIC)
def show_home(request: HttpRequest) -> HttpResponse:
    """Show who runs the site, what it offers, how to join, and how its promises stand at this moment (O1, A12)."""
    context = {
        "operator": read_operator(),
        "notice_of_statement": home_notice(),
        "states": count_states(),
        "sign_in_form": None if is_signed_in(request) else SignInForm(),
    }
    return render(request, "config/home.jinja", context)


def count_states() -> list[tuple[State, int]]:
    """Return how many promises of the statement stand in each state, those states left out in which none stands."""
    known = read_clause_states()
    counted = Counter(known.get(clause.id, ClauseState()).state for clause in clauses())
    return [(state, counted[state]) for state in State if counted[state]]


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
