"""What the processes of all Troth sites share: a place made ready, and a browser that is signed in."""

from collections.abc import Sequence
from uuid import UUID

from bench.browser import Browser
from bench.measuring import measure

PASSWORD = "a lamp beside each quiet door"  # noqa: S105  the password of invented people in a folder that is thrown away


def make_ready() -> None:
    """Make the place as ``troth setup`` does: keys, tables, static files, statement."""
    from django.conf import settings
    from django.core.management import call_command

    from troth.config.environment import read_environment
    from troth.config.setup import set_up

    set_up(read_environment(), tell=lambda _line: None)
    if "bench.details" in settings.INSTALLED_APPS:
        call_command("migrate", database="default", run_syncdb=True, interactive=False, verbosity=0)


def make_browser() -> Browser:
    """Return a browser of this process's site that is nobody yet."""
    from django.conf import settings

    from troth.config.wsgi import application

    return Browser(application, site=settings.ENVIRONMENT.site)


def sign_in(browser: Browser, subject_id: UUID, *, methods: Sequence[str] = ("password",)) -> None:
    """Give the browser a session of this client, as the sign-in by these methods would."""
    from django.conf import settings

    from troth.accounts.gates import METHODS
    from troth.accounts.sessions import SessionStore

    session = SessionStore()
    session.begin(subject_id=subject_id)
    session[METHODS] = list(methods)
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    # What its first page sets, the cookie of its forms, a browser keeps for the others.
    browser.cookies.update(browser.get("/").cookies)


def measure_path(browser: Browser, path: str, *, seconds: float) -> dict[str, float]:
    """Measure one page by GET, after one that warms it up."""
    browser.get(path)
    return measure(lambda: browser.get(path), seconds=seconds).as_facts()
