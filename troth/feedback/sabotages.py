"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from troth.accounts.api import as_client, current_subject
from troth.feedback import queries
from troth.feedback.models import Feedback, Tally
from troth.feedback.views import giving
from troth.kernel import clock
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import meddle, swap
from troth.kernel.undoing import undone

_BEGIN = 'method="get" action="/feedback/on/'


def lose_the_form() -> AbstractContextManager[None]:
    """Leave the form out of one page."""
    return meddle(_rewrite("/help/", lambda _request: 'method="get" action="/search/'))


def carry_the_address() -> AbstractContextManager[None]:
    """Write the address of the page into the form."""
    return meddle(_rewrite("/cookies/", lambda request: f"{_BEGIN}{request.path.strip('/')}/"))


def hear_nothing() -> AbstractContextManager[None]:
    """Thank for what is said, and keep nothing of it."""
    return swap(giving, "give_feedback", lambda _said: None)


def list_nothing() -> AbstractContextManager[None]:
    """Leave the inbox empty."""
    return swap(queries, "inbox", lambda *_args: Feedback.objects.none())


def keep_what_was_taken_back() -> AbstractContextManager[None]:
    """Say that it is gone, and leave it."""
    return swap(giving, "withdraw_feedback", lambda _row: None)


def turn_away() -> AbstractContextManager[None]:
    """Refuse whoever fills the field that people do not see."""

    def refuse(request: HttpRequest, response: HttpResponseBase) -> None:
        if request.POST.get("homepage"):
            response.status_code = 403

    return meddle(refuse)


@contextmanager
def bind_all() -> Iterator[None]:
    """Keep with the account what was to stand under nobody."""
    requests: list[HttpRequest] = []

    def note(request: HttpRequest) -> UUID | None:
        requests.append(request)
        return current_subject(request)

    with (
        swap(giving, "current_subject", note),
        swap(giving, "as_visitor", lambda: as_client(requests[-1], purpose=Purpose.SUPPORT)),
    ):
        yield


@contextmanager
def add_an_address() -> Iterator[None]:
    """Note with each word from which address it came."""
    table = Feedback._meta.db_table
    _execute(f'ALTER TABLE {table} ADD COLUMN "came_from" varchar(40)')
    try:
        yield
    finally:
        _execute(f'ALTER TABLE {table} DROP COLUMN "came_from"')


@contextmanager
def count_an_address() -> Iterator[None]:
    """Count something under the address of somebody's page."""
    with undone():
        Tally.objects.create(month=clock.today().replace(day=1), page="/orders/4F2A/", rating=3, count=1)
        yield


def show_few() -> AbstractContextManager[None]:
    """Show every month, however few spoke."""
    return swap(queries, "least", lambda: 1)


def _rewrite(path: str, make: Any) -> Any:
    def change(request: HttpRequest, response: HttpResponseBase) -> None:
        if request.path == path and not response.streaming:
            text = response.content.decode()  # type: ignore[attr-defined]
            start = text.find(_BEGIN)
            end = text.find('"', start + len(_BEGIN))
            if start >= 0:
                response.content = text[:start] + make(request) + text[end:]  # type: ignore[attr-defined]

    return change


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
