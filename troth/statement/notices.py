"""How people learn of a new version (O1): the banner above every page, the home page's notice, the footer's date."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.statement.models import StatementVersion
from troth.statement.queries import find_coming_version, find_current_version
from troth.ui.api import Banner, format_date

NOTICE_SPAN = timedelta(days=30)
"""For how long a new version is announced on every page after it comes into force."""


@dataclass(frozen=True, slots=True)
class HomeNotice:
    """What the home page says of the statement.

    Arguments:
        title: one line.
        words: why the statement changed.
        url: the page that shows what changed; ``url_words`` is what the link says.
        on: the day on which the new version came into force, or will.
        is_coming: whether it is announced, and the version before it still governs.
    """

    title: str
    words: str
    url: str
    url_words: str
    on: date
    is_coming: bool = False


def last_changed() -> date | None:
    """Return the day on which the version in force came into force, or None before the first publication."""
    version = find_current_version()
    return version.in_force_on if version else None


def say_last_changed() -> str:
    """Return the words beside the footer's link to the statement."""
    on = last_changed()
    return _("last changed %(date)s") % {"date": format_date(on)} if on else ""


def home_notice() -> HomeNotice | None:
    """Return the home page's notice of a new version, or None where there is none to announce."""
    version = _find_announced()
    if version is None:
        return None
    title = _("Our statement changes on %(date)s") if version.is_coming else _("Our statement changed on %(date)s")
    return HomeNotice(
        title=title % {"date": format_date(version.in_force_on)},
        words=version.reasons_words,
        url=_find_comparison(version),
        url_words=_("Read what changes") if version.is_coming else _("Read what changed"),
        is_coming=version.is_coming,
        on=version.in_force_on,
    )


def make_banner(_request: HttpRequest) -> Banner | None:
    """Return the banner of a new version, or None where there is none to announce."""
    version = _find_announced()
    if version is None:
        return None
    words = _("Our statement changes on %(date)s.") if version.is_coming else _("Our statement changed on %(date)s.")
    return Banner(
        kind="waits" if version.is_coming else "note",
        words=words % {"date": format_date(version.in_force_on)},
        url=_find_comparison(version),
        url_words=_("Read what changes") if version.is_coming else _("Read what changed"),
    )


def _find_announced() -> StatementVersion | None:
    if coming := find_coming_version():
        return coming
    version = find_current_version()
    if version is None or version.number == 1 or version.in_force_at is None:
        return None
    return version if clock.now() < version.in_force_at + NOTICE_SPAN else None


def _find_comparison(version: StatementVersion) -> str:
    return reverse("statement:compare", kwargs={"old": version.former_number, "new": version.number})
