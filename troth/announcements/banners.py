"""What stands above every page of a client while something announced is under way (F1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troth.accounts.api import current_subject
from troth.announcements.queries import list_under_way
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.remembering import Remembered
from troth.ui.api import Banner


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is under way, as its banner says it.

    Arguments:
        url: its page.
        until: when it is past.
        subjects: what it says, by language.
    """

    url: str
    until: datetime
    subjects: Mapping[str, str]


def _read_under_way() -> tuple[UnderWay, ...]:
    return tuple(
        UnderWay(
            url=reverse("announcements:announcement", kwargs={"notice_id": notice.pk}),
            until=until,
            subjects={text.language: text.subject for text in notice.texts.all()},
        )
        for notice in list_under_way()
        if (until := notice.ends_at or notice.begins_at) is not None
    )


find_under_way = Remembered(_read_under_way)
"""Return what is under way, what begins first first; every page of a client asks."""


def announce(request: HttpRequest) -> Banner | None:
    """Return the banner of what is under way, for who is signed in; the one that begins first."""
    shown = [each for each in find_under_way() if each.until > clock.now()]
    if not shown or current_subject(request) is None:
        return None
    first = shown[0]
    words = first.subjects.get(get_language() or "") or first.subjects.get(read_operator().languages[0], "")
    return Banner(kind="note", words=words, url=first.url, url_words=_("Read the announcement"))
