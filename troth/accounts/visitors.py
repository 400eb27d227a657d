"""Who is behind a request: the client that is signed in, or nobody."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.accounts.models import Account
from troth.kernel.acting import Acting, acting, client
from troth.kernel.errors import AccessDenied
from troth.kernel.purposes import Purpose


def current_subject(request: HttpRequest) -> UUID | None:
    """Return the id of the client that is signed in, or None."""
    account = current_account(request)
    return account.subject_id if account is not None else None


def current_account(request: HttpRequest) -> Account | None:
    """Return the account that is signed in, or None; read once a request."""
    session = getattr(request, "session", None)
    subject_id = session.subject_id if session is not None else None
    known: Account | None = getattr(request, "_troth_account", None)
    if known is None or known.subject_id != subject_id:
        known = next(iter(Account.objects.filter(pk=subject_id)), None) if subject_id is not None else None
        request._troth_account = known  # type: ignore[attr-defined]  # noqa: SLF001
    return known


def require_subject(request: HttpRequest) -> UUID:
    """Return the id of the client that is signed in; raise AccessDenied where nobody is."""
    subject_id = current_subject(request)
    if subject_id is None:
        raise AccessDenied(_("Nobody is signed in."), next_step=_("Sign in, and open the page again."))
    return subject_id


@contextmanager
def as_client(request: HttpRequest, *, purpose: Purpose = Purpose.ACCOUNT) -> Iterator[Acting]:
    """Act as the client that is signed in, for ``purpose``; raise AccessDenied where nobody is."""
    with acting(actor=client(require_subject(request)), purpose=purpose) as context:
        yield context


def read_sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, also where that is nothing at all (no box was ticked); None where none was sent."""
    return request.POST if request.method == "POST" else None


def see_other(to: str, *, query: Mapping[str, str] | None = None) -> HttpResponse:
    """Send the browser to a page by GET (RFC 9110, 15.4.4).

    Arguments:
        to: a path of this site, or the name of a page.
        query: what is added to the address.
    """
    path = to if to.startswith("/") else reverse(to, query=query)
    return HttpResponseRedirect(path, status=HTTPStatus.SEE_OTHER)
