"""Signs in again whoever asked to be kept signed in, before any view is called."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from troth.accounts import kept
from troth.accounts.gates import METHODS, Method
from troth.accounts.sessions import SessionStore


class KeptSignIns:
    """Begins a session for a browser that shows a kept sign-in and has none. Stands right inside the sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, signed in where the kept sign-in holds, with its cookie renewed."""
        session: SessionStore = request.session  # type: ignore[assignment]
        if kept.COOKIE in request.COOKIES and session.subject_id is None:
            resumed = kept.resume(request)
            if resumed is not None:
                session.begin(subject_id=resumed.subject_id, kept_sign_in_id=resumed.kept_sign_in_id)
                session[METHODS] = [Method.KEPT]
        response = self._get_response(request)
        kept.write_cookie(request, response)
        return response
