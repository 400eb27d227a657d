"""What the calibration's process is asked to do."""

import django
from django.conf import settings
from django.core.management import call_command

from bench.browser import Browser
from bench.measuring import measure
from bench.sites import SITE
from bench.values import VALUES


def prepare() -> dict[str, str]:
    """Make the tables, one user with its details, and sign it in."""
    django.setup()
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.wsgi import get_wsgi_application

    from bench.calibration.models import Details

    user = get_user_model()(username="ada")
    user.set_unusable_password()
    user.save()
    Details.objects.create(user=user, **{name: value for name, (_label, value) in VALUES.items()})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    _browsers.append(Browser(get_wsgi_application(), site=SITE))
    _browsers[0].cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    page = _browsers[0].get("/details/").body.decode()
    missing = [name for name, (_label, value) in VALUES.items() if value not in page]
    return {"missing": ", ".join(missing)}


def measure_page(*, seconds: float) -> dict[str, float]:
    """Measure the page."""
    return measure(lambda: _browsers[0].get("/details/"), seconds=seconds).as_facts()


_browsers: list[Browser] = []
COMMANDS = {"measure_page": measure_page}
