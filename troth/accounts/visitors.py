"""Who is behind a request: the client that is signed in, or nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import HttpRequest

from troth.kernel.acting import Acting, acting, client
from troth.kernel.errors import AccessDenied
from troth.kernel.purposes import Purpose


def current_subject(request: HttpRequest) -> UUID | None:
    """Return the id of the client that is signed in, or None."""
    session = getattr(request, "session", None)
    return session.subject_id if session is not None else None


def require_subject(request: HttpRequest) -> UUID:
    """Return the id of the client that is signed in; raise AccessDenied where nobody is."""
    subject_id = current_subject(request)
    if subject_id is None:
        raise AccessDenied("Nobody is signed in.", next_step="Sign in, and open the page again.")
    return subject_id


@contextmanager
def as_client(request: HttpRequest, *, purpose: Purpose = Purpose.ACCOUNT) -> Iterator[Acting]:
    """Act as the client that is signed in, for ``purpose``; raise AccessDenied where nobody is."""
    with acting(actor=client(require_subject(request)), purpose=purpose) as context:
        yield context
