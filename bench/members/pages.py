"""The real pages that are measured, each as a function of the signed-in browser, a visitor's, and how long."""

from collections.abc import Callable
from itertools import count
from uuid import uuid4

from bench.browser import Browser, UnexpectedAnswerError
from bench.house import PASSWORD, measure_path
from bench.measuring import measure
from bench.veteran import EMAIL

type PageMeasure = Callable[[Browser, Browser, float], dict[str, float]]


def measure_home(_client: Browser, visitor: Browser, seconds: float) -> dict[str, float]:
    """The home page, for a visitor."""
    return measure_path(visitor, "/", seconds=seconds)


def measure_admin(client: Browser, _visitor: Browser, seconds: float) -> dict[str, float]:
    """The whole Admin page, of a client of ten years."""
    page = client.get(_find_admin()).body.decode()
    if "sextants" not in page:
        raise UnexpectedAnswerError("The Admin page does not show what the client gave.")
    return measure_path(client, _find_admin(), seconds=seconds)


def measure_record(client: Browser, _visitor: Browser, seconds: float) -> dict[str, float]:
    """The first page of everything in the record, of a client of ten years."""
    from django.urls import reverse

    return measure_path(client, reverse("rights:record"), seconds=seconds)


def measure_join(_client: Browser, visitor: Browser, seconds: float) -> dict[str, float]:
    """Registering: the form is sent, the account made, the mail asked for."""
    from django.urls import reverse

    path, numbers, run = reverse("accounts:join"), count(), uuid4().hex[:12]
    form = {"name": "Ada Example", "password": PASSWORD, "csrfmiddlewaretoken": _fetch_token(visitor, path)}

    def join() -> None:
        own = f"{run}{next(numbers)}"
        visitor.post(path, {**form, "email": f"{own}@example.org", "user_name": own})

    return measure(join, seconds=seconds, least=3).as_facts()


def measure_sign_in(_client: Browser, visitor: Browser, seconds: float) -> dict[str, float]:
    """Signing in by password."""
    from django.urls import reverse

    path = reverse("accounts:sign_in")
    form = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": _fetch_token(visitor, path)}
    return measure(lambda: visitor.post(path, form), seconds=seconds, least=3).as_facts()


def _find_admin() -> str:
    from django.urls import reverse

    return reverse("rights:admin")


def _fetch_token(visitor: Browser, path: str) -> str:
    """Open the form; keep its CSRF cookie, and return it: a form may carry it as it is."""
    from django.conf import settings

    token = visitor.get(path).cookies.get(settings.CSRF_COOKIE_NAME) or visitor.cookies[settings.CSRF_COOKIE_NAME]
    visitor.cookies[settings.CSRF_COOKIE_NAME] = token
    return token


PAGES: dict[str, PageMeasure] = {
    "home": measure_home,
    "admin": measure_admin,
    "record": measure_record,
    "join": measure_join,
    "sign_in": measure_sign_in,
}
