"""Tools to break a promise on purpose, for the drills: they work in one process, and leave nothing behind.

Nothing here is in force on the live site: a drill runs in a scratch place (``assessment``), and only inside its block.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.utils import override_settings

Change = Callable[[HttpRequest, HttpResponseBase], None]

_changes: list[Change] = []


class Meddler:
    """A middleware that changes answers after everybody else, as a careless proxy or a later hand would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, changed by whatever is in force."""
        response = self._get_response(request)
        for change in _changes:
            change(request, response)
        return response


@contextmanager
def meddle(change: Change, *, without: str = "", innermost: bool = False) -> Iterator[None]:
    """Within the block each answer of our own pages is changed before it leaves.

    Arguments:
        change: takes the request and the response, and changes the response.
        without: the dotted path of a middleware that is taken away meanwhile; empty for none.
        innermost: change where a view would, so that all middleware comes after; by default nothing comes after.
    """
    others = [each for each in settings.MIDDLEWARE if each != without]
    meddler = f"{__name__}.{Meddler.__qualname__}"
    order = [*others, meddler] if innermost else [meddler, *others]
    _changes.append(change)
    try:
        with override_settings(MIDDLEWARE=order):
            yield
    finally:
        _changes.remove(change)


@contextmanager
def swap(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Within the block ``owner.name`` is ``value``."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def rewrite_html(old: str, new: str) -> Change:
    """Return a change that puts ``new`` in place of ``old`` in every HTML page."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            text = response.content.decode()  # type: ignore[attr-defined]
            response.content = text.replace(old, new)  # type: ignore[attr-defined]

    return change
