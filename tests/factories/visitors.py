"""Browsers that are signed in, without the form: for pages behind it."""

from typing import Any
from uuid import UUID

from django.conf import settings

from troth.accounts.gates import METHODS
from troth.kernel import clock


def sign_in_directly(
    browser: Any, subject_id: UUID, *, fresh: bool = False, methods: tuple[str, ...] = ("password",)
) -> None:
    """Give the browser a session of this subject, as ``accounts.sign_in`` would after the proofs in ``methods``."""
    from troth.accounts.sessions import SessionStore

    session = SessionStore()
    session.begin(subject_id=subject_id)
    session[METHODS] = list(methods)
    if fresh:
        session["fresh_at"] = clock.now().isoformat()
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
