"""How the site fits itself to a client (B4): the language, the time zone, the currency and the units that it chose.

They are read once a session and kept in it, sealed; none of them says who somebody is. ``forget_preferences`` has them
read anew, after they were changed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from troth.accounts.models import Profile
from troth.accounts.visitors import current_subject
from troth.kernel.acting import acting, client
from troth.kernel.errors import CannotOpen
from troth.kernel.purposes import Purpose

_KEPT = "preferences"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a client chose; an empty text where it chose nothing.

    Arguments:
        language: a tag of ``settings.LANGUAGES``.
        time_zone: a name of the IANA data base.
        currency: an ISO 4217 code.
        units: ``metric`` or ``imperial``.
        birthday: month and day, such as ``05-04``.
    """

    language: str = ""
    time_zone: str = ""
    currency: str = ""
    units: str = ""
    birthday: str = ""

    def has_birthday(self) -> bool:
        """Return whether today, where the client is, is its birthday; one of 29 February is kept on the 28th."""
        today = timezone.localdate()
        days = {f"{today:%m-%d}"}
        if days == {"02-28"} and not _is_leap(today):
            days.add("02-29")
        return self.birthday in days


def preferences(request: HttpRequest) -> Preferences:
    """Return what the client that is signed in chose; nothing chosen where nobody is."""
    subject_id = current_subject(request)
    if subject_id is None:
        return Preferences()
    kept = request.session.get(_KEPT)
    if kept is None:
        profile = Profile.of(subject_id)
        chosen = Preferences() if profile is None else _read(profile)
        request.session[_KEPT] = asdict(chosen)
        return chosen
    return Preferences(**kept)


def forget_preferences(request: HttpRequest) -> None:
    """Have the preferences read anew at the next request; after details were changed."""
    request.session.pop(_KEPT, None)


class FitToClient:
    """Speaks the client's language and shows times in its zone. Stands right inside Django's choice of a language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, fitted to the client where one is signed in."""
        chosen = preferences(request)
        if not chosen.language and not chosen.time_zone:
            return self._get_response(request)
        language = chosen.language or translation.get_language()
        zone = ZoneInfo(chosen.time_zone) if chosen.time_zone else None
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = translation.get_language()
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response


def _read(profile: Profile) -> Preferences:
    """Return what the profile says; nothing where it cannot be read, which the Admin page tells."""
    try:
        with acting(actor=client(profile.subject_id), purpose=Purpose.PERSONALISATION):
            opened = profile.open("language", "time_zone", "currency", "units", "birthday")
    except CannotOpen:
        return Preferences()
    birthday: date | None = opened.birthday
    languages = dict(settings.LANGUAGES)
    return Preferences(
        language=opened.language if opened.language in languages else "",
        time_zone=opened.time_zone or "",
        currency=opened.currency or "",
        units=opened.units or "",
        birthday=f"{birthday:%m-%d}" if birthday else "",
    )


def _is_leap(day: date) -> bool:
    return day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
